"""The commands: each imports what it needs when it is called, so that `--help` answers at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from feedback.settings import Settings

app = typer.Typer(
    help="A feedback desk for people in a crisis: what they say comes in, the right people see it, the answer goes back.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its tracebacks show local variables, which may hold words of people
)

DemoFolder = Annotated[Path, typer.Option(help="Where the demo keeps its files.")]


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Port of the desk; the next free one where it is taken.")] = 8000,
    sandbox_port: Annotated[int, typer.Option(help="Port of the phone on a page.")] = 8001,
    folder: DemoFolder = Path("var/demo"),
    browser: Annotated[bool, typer.Option(help="Open the first page in a browser.")] = True,
) -> None:
    """Start everything on this machine, with invented people, to try it."""
    from feedback.ops.demo import start

    raise typer.Exit(start.run(port=port, sandbox_port=sandbox_port, folder=folder, browser=browser))


@app.command(hidden=True)
def prepare_demo(folder: Path) -> None:
    """Make a folder into a demo installation, once."""
    from feedback.ops.demo import prepare
    from feedback.ops.folder import Folder

    try:
        prepare.prepare(Folder.at(folder))
    except prepare.NotADemo as why:
        _fail(str(why))


@app.command()
def web() -> None:
    """Serve the desk to browsers and providers; settings come from FEEDBACK_… variables."""
    from feedback.ops import serve

    serve.serve(_settings())


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(help="A CSV file, gzipped too.")],
    column: Annotated[str, typer.Option(help="The column that holds the texts.")],
    where: Annotated[str | None, typer.Option(metavar="COL=VALUE", help="Only lines with this value.")] = None,
    rate: Annotated[float | None, typer.Option(help="Texts a second; as fast as it goes where not given.")] = None,
    limit: Annotated[int | None, typer.Option(help="At most so many.")] = None,
    folder: DemoFolder = Path("var/demo"),
) -> None:
    """Send the lines of a file as texts to a running demo, and count what became of them."""
    from feedback.ops import replay

    try:
        report = replay.run(file, column=column, where=where, rate=rate, limit=limit, folder=folder)
    except replay.CannotReplay as why:
        _fail(str(why))
    typer.echo(replay.show(report))
    raise typer.Exit(1 if report.lost else 0)


def _settings() -> Settings:
    from feedback.settings import BadSettings, Settings

    try:
        return Settings.from_env()
    except BadSettings as why:
        _fail(str(why))


def _fail(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(1)
