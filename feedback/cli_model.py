"""The commands about the model that reads texts: `python -m feedback model …`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from feedback.cli_edge import InFolder, PasswordFile, fail, parts_of, secret

model = typer.Typer(help="Which model reads texts here.", no_args_is_help=True)
Login = Annotated[str, typer.Option(prompt="Sign-in name", help="A coordinator's or operator's sign-in name.")]


@model.command(name="list")
def list_(folder: InFolder = None) -> None:
    """Say which models there are, and which one reads."""
    from feedback.ops import models as ops

    for one in ops.shelf(parts_of(folder)):
        typer.echo(f"{'->' if one.reads else '  '} {one.digest[:16]}  {one.folder}  {one.words}".rstrip())


@model.command()
def use(
    digest: Annotated[str, typer.Argument(help="How its digest begins.")],
    compared: Annotated[Path, typer.Option(help="What `python -m classifier compare --json` wrote.")],
    login: Login,
    password_file: PasswordFile = None,
    folder: InFolder = None,
) -> None:
    """Let another model read, from the next text on; recorded with the figures. `model back` undoes it."""
    from classifier.scorer import RefusedModel
    from feedback.errors import DeskError
    from feedback.ops import models as ops
    from feedback.ops.keys import NoKeys

    try:
        reads = ops.use(parts_of(folder), login, secret("Password", password_file), digest, compared)
    except (RefusedModel, DeskError, NoKeys, OSError) as why:
        fail(str(why))
    typer.echo(f"{reads[:16]} reads from the next text on. To undo: python -m feedback model back")


@model.command()
def back(login: Login, password_file: PasswordFile = None, folder: InFolder = None) -> None:
    """Let the model from before the last switch read again."""
    from feedback.errors import DeskError
    from feedback.ops import models as ops
    from feedback.ops.keys import NoKeys

    try:
        reads = ops.back(parts_of(folder), login, secret("Password", password_file))
    except (DeskError, NoKeys, OSError) as why:
        fail(str(why))
    typer.echo(f"{reads[:16]} reads from the next text on.")
