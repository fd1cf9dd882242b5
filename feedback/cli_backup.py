"""The commands about copies of the database: making one, and forgetting again what a restored one brings back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

commands = typer.Typer()
InFolder = Annotated[Path | None, typer.Option(help="The folder of an installation on this machine, or of a demo.")]


@commands.command()
def backup(
    into: Annotated[Path, typer.Argument(help="The folder that gets a new folder with the copy.")],
    folder: InFolder = None,
) -> None:
    """Copy the database while the desk runs. The key file is never in it: keep that elsewhere."""
    from feedback.cli import settings_of
    from feedback.ops import backup

    settings = settings_of(folder)
    try:
        made = backup.make(settings, into)
    except backup.NoBackup as why:
        _fail(str(why))
    typer.echo(f"{made.folder / made.file}: {made.size / 1e6:.1f} MB, checked.")
    typer.echo(f"The key file ({settings.key_file}) is not in it. Without that file the copy can't be read.")


@commands.command()
def forget_again(folder: InFolder = None) -> None:
    """After a restore, before anything else runs: forget what was forgotten since that backup was made."""
    from feedback import wiring
    from feedback.cli import settings_of
    from feedback.ops import backup

    parts = wiring.live(settings_of(folder))
    try:
        done = backup.forget_again(parts)
    except backup.NoBackup as why:
        _fail(str(why))
    typer.echo(f"{done} tickets had come back and are forgotten again.")


def _fail(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(1)
