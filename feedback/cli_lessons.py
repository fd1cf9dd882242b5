"""The commands about what the desk teaches the machine: `python -m feedback lessons …`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from feedback.cli_edge import InFolder, PasswordFile, fail, parts_of, secret
from feedback.cli_model import model

lessons = typer.Typer(help="What decisions at the desk teach the machine.", no_args_is_help=True)
teaching = typer.Typer()
teaching.add_typer(lessons, name="lessons")
teaching.add_typer(model, name="model")
Login = Annotated[str, typer.Option(prompt="Sign-in name", help="A coordinator's sign-in name.")]
Out = Annotated[Path, typer.Option(help="The file to write; it must not be there yet.")]


@lessons.command()
def export(out: Out, login: Login, password_file: PasswordFile = None, folder: InFolder = None) -> None:
    """Write what was decided about open tickets, for training. Nothing that ever stood behind a wall is in it."""
    from feedback.desk.teaching import LASTS
    from feedback.errors import DeskError
    from feedback.ops import lessons as ops
    from feedback.ops.keys import NoKeys

    try:
        count = ops.export(parts_of(folder), login, secret("Password", password_file), out)
    except (NoKeys, DeskError, OSError) as why:
        fail(str(why))
    typer.echo(f"{out}: {count} lessons.")
    typer.echo(
        "These are words of people. Numbers and known names are blanked; others may stand in them. Keep the file on this "
        f"machine, delete it after training. In {LASTS.days} days training refuses it."
    )


@lessons.command(name="open")
def open_(
    sealed: Annotated[Path, typer.Argument(help="The file that a holder took from the desk.")],
    out: Out,
    passphrase_file: Annotated[
        Path | None, typer.Option(help="Read the passphrase from here instead of asking.")
    ] = None,
) -> None:
    """Open lessons from behind a wall where the model is trained. Delete both files after it."""
    from feedback.ops import lessons as ops
    from feedback.seal import parcel
    from feedback.seal.box import BadSeal

    try:
        ops.write(out, parcel.unseal(secret("Passphrase", passphrase_file), sealed.read_bytes()))
    except BadSeal:
        fail("The passphrase is wrong, or the file was changed.")
    except OSError as why:
        fail(str(why))
    typer.echo(f"{out}: what people said in confidence. Train, then delete it and {sealed}.")
