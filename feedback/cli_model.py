"""The commands about the model that reads texts: `python -m feedback model …`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from feedback.wiring import Parts

model = typer.Typer(help="Which model reads texts here.", no_args_is_help=True)
Folder = Annotated[Path | None, typer.Option(help="An installation's folder; else settings are variables.")]
Login = Annotated[str, typer.Option(prompt="Sign-in name", help="A coordinator's or operator's sign-in name.")]
PasswordFile = Annotated[Path | None, typer.Option(help="Read the password from here instead of asking.")]


@model.command(name="list")
def list_(folder: Folder = None) -> None:
    """Say which models there are, and which one reads."""
    from feedback.ops import models as ops

    for one in ops.shelf(_parts(folder)):
        typer.echo(f"{'->' if one.reads else '  '} {one.digest[:16]}  {one.folder}  {one.words}".rstrip())


@model.command()
def use(
    digest: Annotated[str, typer.Argument(help="How its digest begins.")],
    compared: Annotated[Path, typer.Option(help="What `python -m classifier compare --json` wrote.")],
    login: Login,
    password_file: PasswordFile = None,
    folder: Folder = None,
) -> None:
    """Let another model read, from the next text on; recorded with the figures. `model back` undoes it."""
    from classifier.scorer import RefusedModel
    from feedback.errors import DeskError
    from feedback.ops import models as ops
    from feedback.ops.keys import NoKeys

    try:
        reads = ops.use(_parts(folder), login, _secret(password_file), digest, compared)
    except (RefusedModel, DeskError, NoKeys, OSError) as why:
        _fail(str(why))
    typer.echo(f"{reads[:16]} reads from the next text on. To undo: python -m feedback model back")


@model.command()
def back(login: Login, password_file: PasswordFile = None, folder: Folder = None) -> None:
    """Let the model from before the last switch read again."""
    from feedback.errors import DeskError
    from feedback.ops import models as ops
    from feedback.ops.keys import NoKeys

    try:
        reads = ops.back(_parts(folder), login, _secret(password_file))
    except (DeskError, NoKeys) as why:
        _fail(str(why))
    typer.echo(f"{reads[:16]} reads from the next text on.")


def _parts(folder: Path | None) -> Parts:
    from feedback import wiring
    from feedback.cli import settings_of

    return wiring.live(settings_of(folder))


def _secret(file: Path | None) -> str:
    from feedback.cli_lessons import secret

    return secret("Password", file)


def _fail(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(1)
