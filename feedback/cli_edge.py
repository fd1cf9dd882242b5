"""What every command does at its edge: settings from a folder or the variables, a secret, and a sentence when it fails."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from feedback.settings import Settings
    from feedback.wiring import Parts

InFolder = Annotated[
    Path | None,
    typer.Option(
        "--folder", help="The folder of an installation on this machine, or of a demo; else the variables count."
    ),
]
PasswordFile = Annotated[Path | None, typer.Option(help="Read the password from here instead of asking.")]


def settings_of(folder: Path | None) -> Settings:
    """The settings from the variables; in a folder, those it runs with, or its own files where no variable says else."""
    from feedback.settings import BadSettings, Settings

    try:
        if folder is None:
            return Settings.from_env()
        from feedback.ops.folder import Folder

        return Folder.at(folder).settings()
    except BadSettings as why:
        fail(str(why))


def parts_of(folder: Path | None) -> Parts:
    """The parts of that installation."""
    from feedback import wiring

    return wiring.live(settings_of(folder))


def secret(what: str, file: Path | None, *, twice: bool = False) -> str:
    """A password from a file, or asked for."""
    if file is not None:
        return file.read_text(encoding="utf-8").rstrip("\n")
    return str(typer.prompt(what, hide_input=True, confirmation_prompt=twice))


def fail(why: str) -> NoReturn:
    """Say why on stderr; exit status 1."""
    typer.echo(why, err=True)
    raise typer.Exit(1)
