"""The commands: each imports what it needs when it is called, so that `--help` answers at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from feedback import cli_live
from feedback.cli_edge import InFolder, PasswordFile, fail, secret, settings_of
from feedback.cli_keys import keys
from feedback.cli_lessons import teaching
from feedback.cli_prompts import prompts
from feedback.cli_tablet import tablets

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedback.db import Database
    from feedback.settings import Settings

app = typer.Typer(
    help="A feedback desk for people in a crisis: what they say comes in, the right people see it, the answer goes back.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its tracebacks show local variables, which may hold words of people
)

events = typer.Typer(help="The chain of events: what was done can't be undone unseen.", no_args_is_help=True)
app.add_typer(events, name="events")
app.add_typer(keys, name="keys")
app.add_typer(prompts, name="prompts")
app.add_typer(cli_live.commands)
app.add_typer(tablets)
app.add_typer(teaching)

ROLES = (
    "volunteer",
    "screener",
    "transcriber",
    "interpreter",
    "agent",
    "focal_point",
    "duty_officer",
    "coordinator",
    "partner",
    "auditor",
    "operator",
)
WithLan = Annotated[bool, typer.Option("--lan", help="Serve phones on this machine's network too, over TLS.")]
LanAddress = Annotated[str, typer.Option(help="How phones reach this machine, where that can't be found out.")]
DemoFolder = Annotated[Path, typer.Option(help="Where the demo keeps its files.")]


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Port of the desk; the next free one where it is taken.")] = 8000,
    sandbox_port: Annotated[int, typer.Option(help="Port of the phone on a page.")] = 8001,
    folder: DemoFolder = Path("var/demo"),
    browser: Annotated[bool, typer.Option(help="Open the first page in a browser.")] = True,
    lan: WithLan = False,
    address: LanAddress = "",
) -> None:
    """Start everything on this machine, with invented people, to try it."""
    from feedback.ops.demo import start

    code = start.run(port=port, sandbox_port=sandbox_port, folder=folder, browser=browser, lan=lan, address=address)
    raise typer.Exit(code)


@app.command(hidden=True)
def prepare_demo(folder: Path, tickets: bool = True) -> None:
    """Make a folder into a demo installation, once."""
    from feedback.ops.demo import prepare
    from feedback.ops.folder import Folder

    try:
        prepare.prepare(Folder.at(folder), tickets=tickets)
    except prepare.NotADemo as why:
        fail(str(why))


@app.command()
def rehearse(
    json: Annotated[bool, typer.Option("--json", help="Report for machines.")] = False,
) -> None:
    """Play a text, a call, a form and a disclosure through an installation of its own, from intake to told."""
    from feedback.ops.rehearse import run

    raise typer.Exit(run.run(as_json=json))


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
        fail(str(why))
    typer.echo(replay.show(report))
    raise typer.Exit(1 if report.lost else 0)


@app.command()
def init(
    folder: InFolder = None,
    key_file: Annotated[Path | None, typer.Option(help="Make this key file, and nothing else.")] = None,
) -> None:
    """Begin an installation: its key file, and its tables. Nothing that stands already is overwritten."""
    from feedback.ops.migrate import migrate
    from feedback.seal.keyfile import BadKeyFile, DeskKeys

    settings = settings_of(folder) if key_file is None else None
    path = key_file or (settings.key_file if settings else Path())
    try:
        DeskKeys.create(path)
    except BadKeyFile as why:
        fail(str(why))
    typer.echo(f"Made {path}. Without it nothing in the database can be read: keep a copy apart from backups.")
    if settings is not None:
        typer.echo(f"The database is at {_migrated(settings, migrate)}.")


@app.command()
def migrate(folder: InFolder = None) -> None:
    """Bring the database to the shape that this code needs."""
    from feedback.ops.migrate import migrate

    typer.echo(f"The database is at {_migrated(settings_of(folder), migrate)}.")


@app.command()
def add_staff(
    login: Annotated[str, typer.Argument(help="The name to sign in with.")],
    name: Annotated[str, typer.Option(prompt=True, help="The name that colleagues know.")],
    role: Annotated[str, typer.Option(prompt=True, help=f"One of: {', '.join(ROLES)}.")],
    agency: Annotated[str | None, typer.Option(help="The agency they work for.")] = None,
    place: Annotated[list[str] | None, typer.Option(help="A place of their scope; none given: all.")] = None,
    sector: Annotated[list[str] | None, typer.Option(help="A sector of their scope; none given: all.")] = None,
    scope_agency: Annotated[list[str] | None, typer.Option(help="An agency of their scope; none given: all.")] = None,
    clearance: Annotated[list[str] | None, typer.Option(help="A compartment they are cleared for.")] = None,
    language: Annotated[str, typer.Option(help="The language they read: en, bn or my.")] = "en",
    folder: InFolder = None,
    password_file: PasswordFile = None,
) -> None:
    """Add a person, and show once what their authenticator app scans."""
    from feedback.errors import Invalid
    from feedback.models.staff import Role
    from feedback.ops import staff

    if role not in ROLES:
        fail(f"The role is one of: {', '.join(ROLES)}.")
    settings = settings_of(folder)
    password = secret("Password", password_file, twice=True)
    scope = (tuple(place or ()), tuple(sector or ()), tuple(scope_agency or ()), tuple(clearance or ()))
    try:
        shown = staff.add(settings, staff.Asked(login, name, Role(role), agency, *scope, language), password)
    except Invalid as invalid:
        fail("\n".join(f"{field}: {words}" for field, words in invalid.fields.items()))
    typer.echo(f"{name} can sign in as {login}. Let them scan this now; it is not shown again.\n\n{shown}")


@app.command()
def run(
    folder: Annotated[Path, typer.Option(help="The folder of the installation.")] = Path("var/desk"),
    lan: WithLan = False,
    address: LanAddress = "",
) -> None:
    """Run an installation on this machine: web, workers, scheduler and Valkey under one supervisor."""
    from feedback.ops import run

    raise typer.Exit(run.run(settings_of(folder), folder, lan=lan, address=address))


@app.command()
def web() -> None:
    """Serve the desk to browsers and providers; settings come from FEEDBACK_… variables."""
    from feedback.ops import serve

    serve.serve(settings_of(None))


@app.command()
def doctor(folder: InFolder = None) -> None:
    """Look the installation over. Exit status 1 where something is not well."""
    from feedback.ops import doctor

    well = True
    for finding in doctor.examine(settings_of(folder)):
        well = well and finding.well
        typer.echo(f"  {'ok  ' if finding.well else 'BAD '}  {finding.what:<14}{finding.words}")
    raise typer.Exit(0 if well else 1)


@app.command()
def rota(folder: InFolder = None) -> None:
    """Say where nobody, or no woman or speaker of a language, is on duty for seven days. Exit status 1 for a gap."""
    from feedback.ops import rota

    gaps, lacks = rota.look(settings_of(folder))
    typer.echo(rota.show(gaps, lacks))
    raise typer.Exit(1 if gaps else 0)


@events.command(name="verify")
def verify_events(
    heads: Annotated[Path | None, typer.Option(help="Heads that were written down elsewhere, one a line.")] = None,
    folder: InFolder = None,
) -> None:
    """Walk the chain of events. Exit status 1 where one was changed, taken out, put in, moved or cut off."""
    from feedback.ops import events as ops

    settings = settings_of(folder)
    try:
        found = ops.verify(settings, heads)
    except ops.BadHeads as why:
        fail(str(why))
    typer.echo(ops.show(found))
    raise typer.Exit(1 if found.broken else 0)


@events.command(name="heads")
def heads_of_events(folder: InFolder = None) -> None:
    """Say where the chain ends now, as one line to keep with two people outside (append it: `>> heads`)."""
    from feedback.ops import events as ops

    head = ops.export(settings_of(folder))
    if head is None:
        fail("Nothing is chained yet.")
    typer.echo(ops.written(head))


def _migrated(settings: Settings, migrate: Callable[[Database], str]) -> str:
    from feedback.db import Database

    database = Database(settings.database_url)
    try:
        return migrate(database)
    finally:
        database.close()
