"""The commands about keys: `python -m feedback keys …`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from feedback.cli_edge import InFolder, fail, parts_of

if TYPE_CHECKING:
    from feedback.desk.keeping import Keeper

keys = typer.Typer(help="Keys of the desk and of the compartments, and who holds them.", no_args_is_help=True)


@keys.command()
def init(folder: InFolder = None) -> None:
    """Give every compartment its key, sealed to those cleared for it. Shows the recovery parts once."""
    from feedback.ops import keys as ops

    parts = parts_of(folder)
    try:
        made = ops.begin(parts)
    except ops.NoKeys as why:
        fail(str(why))
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
def status(folder: InFolder = None) -> None:
    """Say how the keys stand."""
    from feedback.ops import keys as ops

    parts = parts_of(folder)
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
    folder: InFolder = None,
) -> None:
    """Renew a key while everybody works; run it again if it was interrupted."""
    from feedback.errors import DeskError
    from feedback.ops import keys as ops

    parts = parts_of(folder)
    try:
        if compartment:
            login = login or typer.prompt("Sign-in name of a holder")
            password = typer.prompt("Password", hide_input=True)
            done = ops.renew_compartment(parts, compartment, login, password)
        else:
            typer.echo("This takes a quarter of an hour: until then the older key stays, for what is under way.")
            done = ops.renew_desk(parts)
    except (ops.NoKeys, DeskError) as why:
        fail(str(why))
    typer.echo(f"Renewed; {done} keys wrapped anew.")


@keys.command()
def recovery(
    compartment: str, login: Annotated[str, typer.Argument(help="Who becomes a holder.")], folder: InFolder = None
) -> None:
    """Make a person a holder again with two of the three recovery parts."""
    from feedback.errors import DeskError
    from feedback.ops import keys as ops
    from feedback.seal.box import BadSeal

    one, other = (typer.prompt(f"{which} part", hide_input=True) for which in ("First", "Second"))
    try:
        ops.recover(parts_of(folder), compartment, one, other, login)
    except (ops.NoKeys, DeskError) as why:
        fail(str(why))
    except BadSeal:
        fail("These two parts do not open this compartment.")
    typer.echo(f"{login} holds {compartment} now. Renew its key: keys rotate {compartment}")
    typer.echo(f"If a part stays with somebody else from now on: keys keeper {compartment} LETTER --login NAME")


@keys.command()
def keeper(
    compartment: str,
    letter: Annotated[str, typer.Argument(help="a, b or c: what the part begins with.")],
    login: Annotated[str, typer.Option(help="A colleague's sign-in name.")] = "",
    office: Annotated[str, typer.Option(help="Or an office outside that has no account, by its name.")] = "",
    folder: InFolder = None,
) -> None:
    """Write down who keeps a recovery part. Who leaves and keeps one is warned of."""
    from feedback.errors import DeskError, Invalid
    from feedback.ops import keys as ops

    try:
        ops.keep(parts_of(folder), compartment, letter, login=login, office=office)
    except Invalid as invalid:
        fail("\n".join(invalid.fields.values()))
    except (ops.NoKeys, DeskError) as why:
        fail(str(why))
    typer.echo(f"{login or office} keeps part {letter} of {compartment}.")


def _named(part: Keeper) -> str:
    if part.name is None:
        return "NOBODY NAMED"
    return f"{part.name} (GONE)" if part.gone else part.name
