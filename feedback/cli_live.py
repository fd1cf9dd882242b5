"""The commands that switch an installation live, or say why not, and those about copies of its database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from feedback.cli_edge import InFolder, fail, parts_of, settings_of

commands = typer.Typer()


@commands.command()
def live(
    restored: Annotated[str, typer.Option(help="Address of a database restored from a backup, to look at first.")] = "",
    folder: InFolder = None,
) -> None:
    """Switch an installation live for real people, or say everything that stands in the way."""
    from feedback.ops import live as ops

    parts = parts_of(folder)
    if restored:
        try:
            typer.echo(f"The restored copy is whole; {ops.drill(parts, restored)} keys open.")
        except ops.NotRestored as why:
            typer.echo(f"The restored copy is not whole: {why}", err=True)
            raise typer.Exit(1) from None
    found = ops.switch(parts)
    for one in found:
        typer.echo(f"  NO   {one.what:<10}{one.words}")
    if found:
        typer.echo("\nNot live. What real people say must not come in yet.")
        raise typer.Exit(1)
    typer.echo("Live. Point the provider's webhooks here, and tell people the number.")


@commands.command()
def approve_code(
    by: Annotated[str, typer.Option(prompt="Who approved it, with their office", help="Name and office.")],
    folder: InFolder = None,
) -> None:
    """Write down who of the organisation approved the code of conduct, as it stands in the response now."""
    from feedback.ops import live as ops

    if not 3 <= len(by.strip()) <= ops.LONGEST:
        fail(f"Name them and their office, in at most {ops.LONGEST} characters.")
    version = ops.approve_code(parts_of(folder), by)
    typer.echo(f"Version {version} of the code of conduct is approved by {by.strip()}.")


@commands.command()
def backup(
    into: Annotated[Path, typer.Argument(help="The folder that gets a new folder with the copy.")],
    folder: InFolder = None,
) -> None:
    """Copy the database while the desk runs. The key file is never in it: keep that elsewhere."""
    from feedback.ops import backup

    settings = settings_of(folder)
    try:
        made = backup.make(settings, into)
    except backup.NoBackup as why:
        fail(str(why))
    typer.echo(f"{made.folder / made.file}: {made.size / 1e6:.1f} MB, checked.")
    typer.echo(f"The key file ({settings.key_file}) is not in it. Without that file the copy can't be read.")


@commands.command()
def forget_again(folder: InFolder = None) -> None:
    """After a restore, before anything else runs: forget what was forgotten since that backup was made."""
    from feedback.ops import backup

    parts = parts_of(folder)
    try:
        done = backup.forget_again(parts)
    except backup.NoBackup as why:
        fail(str(why))
    typer.echo(f"{done} tickets had come back and are forgotten again.")
