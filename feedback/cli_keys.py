"""The commands about keys: `python -m feedback keys …`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from feedback.desk.keeping import Keeper
    from feedback.wiring import Parts

keys = typer.Typer(help="Keys of the desk and of the compartments, and who holds them.", no_args_is_help=True)
Folder = Annotated[Path | None, typer.Option(help="A running demo; without it settings come from variables.")]


@keys.command()
def init(folder: Folder = None) -> None:
    """Give every compartment its key, sealed to those cleared for it. Shows the recovery parts once."""
    from feedback.ops import keys as ops

    parts = _parts(folder)
    try:
        made = ops.begin(parts)
    except ops.NoKeys as why:
        _fail(str(why))
    if not made:
        typer.echo("Every compartment has its key already.")
        return
    typer.echo("Recovery parts. Any two open their compartment: give each letter to another person outside the office.")
    for compartment, three in made.items():
        typer.echo(f"\n{compartment}")
        for part in three.values():
            typer.echo(f"  {part}")
    typer.echo("\nThey are not kept here and not shown again. Say who keeps which: keys keeper gbv a --login NAME")


@keys.command()
def status(folder: Folder = None) -> None:
    """Say how the keys stand."""
    from feedback.ops import keys as ops

    parts = _parts(folder)
    generation, behind, standing = ops.status(parts)
    keepers = ops.keepers(parts)
    typer.echo(f"desk key: generation {generation}" + (f", {behind} keys still under an older one" if behind else ""))
    for one in standing:
        kit = "recovery kit" if one.recovery else "NO RECOVERY KIT"
        held = f"{one.holders} holders" if one.holders else "WITHOUT A HOLDER: RECOVERY NEEDED"
        typer.echo(f"{one.compartment:<18} generation {one.generation}, {held}, {kit}")
        kept = [f"{part.letter}: {_named(part)}" for part in keepers if part.compartment == one.compartment]
        if kept:
            typer.echo(f"{'':<18} its parts are with {', '.join(kept)}")
    if not standing:
        typer.echo("No compartment has a key yet: what is sensitive is kept under the desk key. Run: keys init")


@keys.command()
def rotate(
    compartment: Annotated[str, typer.Argument(help="A compartment; without it the desk key.")] = "",
    login: Annotated[str, typer.Option(help="A holder's sign-in name, for a compartment.")] = "",
    folder: Folder = None,
) -> None:
    """Renew a key while everybody works; run it again if it was interrupted."""
    from feedback.errors import DeskError
    from feedback.ops import keys as ops

    parts = _parts(folder)
    try:
        if compartment:
            login = login or typer.prompt("Sign-in name of a holder")
            password = typer.prompt("Password", hide_input=True)
            done = ops.renew_compartment(parts, compartment, login, password)
        else:
            typer.echo("This takes a quarter of an hour: until then the older key stays, for what is under way.")
            done = ops.renew_desk(parts)
    except (ops.NoKeys, DeskError) as why:
        _fail(str(why))
    typer.echo(f"Renewed; {done} keys wrapped anew.")


@keys.command()
def recovery(
    compartment: str, login: Annotated[str, typer.Argument(help="Who becomes a holder.")], folder: Folder = None
) -> None:
    """Make a person a holder again with two of the three recovery parts."""
    from feedback.errors import DeskError
    from feedback.ops import keys as ops
    from feedback.seal.box import BadSeal

    one, other = (typer.prompt(f"{which} part", hide_input=True) for which in ("First", "Second"))
    try:
        ops.recover(_parts(folder), compartment, one, other, login)
    except (ops.NoKeys, DeskError) as why:
        _fail(str(why))
    except BadSeal:
        _fail("These two parts do not open this compartment.")
    typer.echo(f"{login} holds {compartment} now. Renew its key: keys rotate {compartment}")
    typer.echo(f"If a part stays with somebody else from now on: keys keeper {compartment} LETTER --login NAME")


@keys.command()
def keeper(
    compartment: str,
    letter: Annotated[str, typer.Argument(help="a, b or c: what the part begins with.")],
    login: Annotated[str, typer.Option(help="A colleague's sign-in name.")] = "",
    office: Annotated[str, typer.Option(help="Or an office outside that has no account, by its name.")] = "",
    folder: Folder = None,
) -> None:
    """Write down who keeps a recovery part. Who leaves and keeps one is warned of."""
    from feedback.errors import DeskError, Invalid
    from feedback.ops import keys as ops

    try:
        ops.keep(_parts(folder), compartment, letter, login=login, office=office)
    except Invalid as invalid:
        _fail("\n".join(invalid.fields.values()))
    except (ops.NoKeys, DeskError) as why:
        _fail(str(why))
    typer.echo(f"{login or office} keeps part {letter} of {compartment}.")


def _named(part: Keeper) -> str:
    if part.name is None:
        return "NOBODY NAMED"
    return f"{part.name} (GONE)" if part.gone else part.name


def _parts(folder: Path | None) -> Parts:
    from feedback import wiring
    from feedback.cli import settings_of

    return wiring.live(settings_of(folder))


def _fail(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(1)
