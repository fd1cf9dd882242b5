"""The command that switches an installation live, or says why not: `python -m feedback live`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

commands = typer.Typer()


@commands.command()
def live(
    restored: Annotated[str, typer.Option(help="Address of a database restored from a backup, to look at first.")] = "",
    folder: Annotated[Path | None, typer.Option(help="An installation's folder; else settings are variables.")] = None,
) -> None:
    """Switch an installation live for real people, or say everything that stands in the way."""
    from feedback import wiring
    from feedback.cli import settings_of
    from feedback.ops import live as ops

    parts = wiring.live(settings_of(folder))
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
