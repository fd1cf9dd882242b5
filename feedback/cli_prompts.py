"""The commands about what the hotline says: `python -m feedback prompts …`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from feedback.cli_edge import InFolder, fail, settings_of

prompts = typer.Typer(help="What the hotline says: which recordings are missing, and taking in new ones.")


@prompts.callback(invoke_without_command=True)
def missing(context: typer.Context, folder: InFolder = None) -> None:
    """List per language what is recorded, read out by a machine, or missing. Exit status 1 where something is missing."""
    if context.invoked_subcommand is not None:
        return
    from feedback.ops import prompts as ops

    found = ops.standing(_response(folder))
    typer.echo(ops.show(found))
    raise typer.Exit(1 if any(one.missing for one in found) else 0)


@prompts.command(name="import")
def import_(
    language: Annotated[str, typer.Argument(help="The language that is spoken in them, for example rhg.")],
    files: Annotated[list[Path], typer.Argument(help="WAV or MP3 files, each named after its prompt.")],
    folder: InFolder = None,
) -> None:
    """Put recordings beside the files of the deployment's response. The hotline plays them from the next call on."""
    from feedback.ops import prompts as ops

    try:
        kept = ops.take_in(_response(folder), language, files)
    except ops.NotAPrompt as why:
        fail(str(why))
    for path in kept:
        typer.echo(f"{path}")


def _response(folder: Path | None) -> str:
    return settings_of(folder).response
