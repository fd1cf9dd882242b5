"""Looks an installation over: settings, key, database, queue, workers, and texts that nobody has read. Counts only."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from feedback import clock, wiring
from feedback.desk import chain, choosing, handover, person_requests, rota
from feedback.models.installation import Installation, Slot
from feedback.models.ticket import Ticket
from feedback.ops import backup, doctor_channels, migrate, renewal
from feedback.queue import EVERY, QUEUES, Kind
from feedback.seal.keyfile import BadKeyFile, DeskKeys
from feedback.settings import Settings

if TYPE_CHECKING:
    from redis import Redis

SLOT_AGE = timedelta(minutes=3)
LEAST_DISK = 1_000_000_000  # bytes
OLDEST_SQLITE, OLDEST_POSTGRESQL = (3, 37), 14

_PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "trusted_schema": 0}
_SERVER = {"fsync": {"on"}, "synchronous_commit": {"on", "remote_write", "remote_apply"}, "server_encoding": {"UTF8"}}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `words` say what was found and, where it is not well, what to do."""

    what: str
    well: bool
    words: str


MUST = ("key file", "settings", "database", "durability", "tables", "installation")
"""Without these an installation does not start."""


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything, one finding after the other; what breaks a look is a finding too."""
    yield _look("key file", lambda: _key_file(settings))
    try:
        parts = wiring.live(settings)
    except Exception as failure:
        yield Finding("settings", False, f"The desk can't start: {failure}")
        return
    yield Finding("settings", True, f"response {parts.response.name}, {'demo' if settings.demo else 'for use'}")
    looks: dict[str, Callable[[], tuple[bool, str]]] = {
        "database": lambda: _version(parts),
        "durability": lambda: _durability(parts),
        "tables": lambda: _tables(parts),
        "installation": lambda: _installation(parts),
        "disk": lambda: _disk(settings),
        "valkey": lambda: _valkey(parts),
        "workers": lambda: _workers(parts),
        "scheduler": lambda: _scheduler(parts),
        "unread texts": lambda: _unread(parts),
        "events": lambda: _events(parts),
        "rota": lambda: _rota(parts),
        "model": lambda: _model(parts),
        "holders": lambda: _holders(parts),
        "leaving": lambda: _leaving(parts),
        "desk key": lambda: _desk_key(parts),
        "forgotten": lambda: _forgotten(settings),
        "data requests": lambda: _data_requests(parts),
        **doctor_channels.looks(parts),
    }
    for what, look in looks.items():
        yield _look(what, look)
    parts.close()


def _look(what: str, look: Callable[[], tuple[bool, str]]) -> Finding:
    try:
        return Finding(what, *look())
    except Exception as failure:  # a look that fails is what the operator wants to know
        return Finding(what, False, f"can't be looked at ({type(failure).__name__})")


def _key_file(settings: Settings) -> tuple[bool, str]:
    try:
        keys = DeskKeys.read(settings.key_file)
    except BadKeyFile as why:
        return False, str(why)
    database = sa.make_url(settings.database_url)
    beside = database.drivername.startswith("sqlite") and database.database is not None
    if beside and not settings.demo and Path(str(database.database)).parent == settings.key_file.parent:
        return False, "It lies beside the database: whoever takes the one has the other. Move it."
    return True, f"readable by its owner only, generation {keys.current}"


def _version(parts: wiring.Parts) -> tuple[bool, str]:
    with parts.database.engine.connect() as connection:
        version = tuple(int(part) for part in connection.dialect.server_version_info or (0,))
        well = version >= OLDEST_SQLITE if parts.database.sqlite else version[0] >= OLDEST_POSTGRESQL
        words = f"{connection.dialect.name} {'.'.join(map(str, version))}"
        if parts.database.sqlite and connection.exec_driver_sql("PRAGMA quick_check").scalar() != "ok":
            return False, f"{words}: the file is damaged. Stop, and restore a backup."
    return well, words if well else f"{words} is too old"


def _durability(parts: wiring.Parts) -> tuple[bool, str]:
    with parts.database.engine.connect() as connection:
        if parts.database.sqlite:
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in _PRAGMAS}
            wrong = [f"{name} is {found[name]}" for name, wanted in _PRAGMAS.items() if found[name] != wanted]
        else:
            settled = {name: str(connection.scalar(sa.text(f"SHOW {name}"))) for name in _SERVER}
            wrong = [f"{name} is {settled[name]}" for name, wanted in _SERVER.items() if settled[name] not in wanted]
            collate = "SELECT datcollate FROM pg_database WHERE datname = current_database()"
            if (collation := connection.scalar(sa.text(collate))) not in ("C", "C.UTF-8", "C.utf8"):
                wrong.append(f"the database sorts by {collation}, not C.UTF-8")
    return not wrong, "; ".join(wrong) or "what is answered is synced"


def _tables(parts: wiring.Parts) -> tuple[bool, str]:
    from alembic.runtime.migration import MigrationContext

    with parts.database.engine.connect() as connection:
        has = MigrationContext.configure(connection).get_current_revision() or "none"
    newest = migrate.newest()
    return has == newest, has if has == newest else f"{has}, this code needs {newest}: python -m feedback migrate"


def _installation(parts: wiring.Parts) -> tuple[bool, str]:
    with parts.database.transaction(write=False) as session:
        demo = session.scalar(sa.select(Installation.word).where(Installation.name == "demo")) == "1"
    if demo != parts.settings.demo:
        return False, "FEEDBACK_DEMO does not fit this database: a demo can't be switched live (decision 18)"
    return True, "a demo: for trying only" if demo else "not a demo"


def _disk(settings: Settings) -> tuple[bool, str]:
    database = sa.make_url(settings.database_url)
    sqlite = database.drivername.startswith("sqlite")
    at = Path(str(database.database)).parent if sqlite else Path.cwd()
    free = shutil.disk_usage(at).free
    return free >= LEAST_DISK, f"{free / 1e9:.1f} GB free"


def _valkey(parts: wiring.Parts) -> tuple[bool, str]:
    if not parts.settings.redis_url:
        return True, "none: workers poll the tables"
    config = _queue(parts).config_get("maxmemory-policy", "appendonly")
    if config["maxmemory-policy"] != "noeviction":
        return False, "it may drop jobs: set maxmemory-policy to noeviction"
    if config["appendonly"] != "yes":
        return False, "it forgets with a restart: set appendonly to yes"
    return True, "answers, keeps what it is told"


def _workers(parts: wiring.Parts) -> tuple[bool, str]:
    if not parts.settings.redis_url:
        return True, "not counted without Valkey"
    connection = _queue(parts)
    here = {queue: connection.scard(f"rq:workers:{queue}") for queue in sorted(set(QUEUES.values()))}
    missing = [queue for queue, many in here.items() if not many]
    return not missing, f"nobody works on {', '.join(missing)}" if missing else ", ".join(here)


def _scheduler(parts: wiring.Parts) -> tuple[bool, str]:
    with parts.database.transaction(write=False) as session:
        slots = {slot.kind: slot.at for slot in session.scalars(sa.select(Slot))}
    if not slots:
        return False, "it has never asked for work"
    late = [kind for kind, at in slots.items() if at < clock.now() - max(SLOT_AGE, 2 * EVERY[Kind(kind)])]
    return not late, f"has not asked lately for {', '.join(late)}" if late else "asks for every kind of work"


def _unread(parts: wiring.Parts) -> tuple[bool, str]:
    limit = parts.response.screening.unread_after
    old = sa.select(sa.func.count()).select_from(Ticket)
    old = old.where(Ticket.read_at.is_(None), Ticket.created_at < clock.now() - limit)
    with parts.database.transaction(write=False) as session:
        many = session.scalar(old) or 0
    minutes = int(limit.total_seconds() // 60)
    words = (
        f"{many} older than {minutes} minutes: is the triage worker running?" if many else f"none over {minutes} min"
    )
    return not many, words


def _events(parts: wiring.Parts) -> tuple[bool, str]:
    with parts.database.transaction(write=False) as session:
        age, end = chain.unchained_age(session), chain.head(session)
    if age > chain.OLDEST:
        return False, f"one has waited {int(age.total_seconds())} s for its place in the chain: does the scheduler run?"
    return True, f"{end.place if end else 0} chained, none waits longer than {int(chain.OLDEST.total_seconds())} s"


def _rota(parts: wiring.Parts) -> tuple[bool, str]:
    with parts.database.transaction(write=False) as session:
        gaps = rota.gaps(session)
    if not gaps:
        return True, "no gap in seven days"
    words = f"{len(gaps)} gaps in seven days: python -m feedback rota"
    return parts.settings.demo, words


def _holders(parts: wiring.Parts) -> tuple[bool, str]:
    with parts.database.transaction(write=False) as session:
        without = len(handover.without_holder(session))
    if without:
        return False, f"{without} keys without a holder: with two recovery parts `keys recovery` makes somebody one"
    return True, "each key has one"


def _leaving(parts: wiring.Parts) -> tuple[bool, str]:
    with parts.database.transaction(write=False) as session:
        going, alone = len(handover.soon(session)), len(handover.left_alone(session))
        adrift = handover.parts_adrift(session)
    if adrift and not parts.settings.demo:
        return False, f"{adrift} recovery parts are with nobody named, or with who leaves or has gone: keys keeper"
    if not going:
        return True, "nobody within fourteen days"
    words = f"{going} within fourteen days: what they hand over stands on the page Handing over"
    return not alone, f"{words}; {alone} keys would have fewer than two holders" if alone else words


def _desk_key(parts: wiring.Parts) -> tuple[bool, str]:
    old, halfway = renewal.age(parts), renewal.stand(parts) is renewal.Stand.HALFWAY
    words = f"{old.days} days old" if old else "of unknown age"
    words += ", an older one not yet destroyed" if halfway else ""
    if renewal.late(parts):
        return (
            False,
            f"{words}: overdue. Do the upkeep worker and its key file's folder work? python -m feedback keys rotate",
        )
    return True, words


def _forgotten(settings: Settings) -> tuple[bool, str]:
    why = backup.unkept(settings)
    return why is None or settings.demo, why or "written down apart from the database"


def _data_requests(parts: wiring.Parts) -> tuple[bool, str]:
    with parts.database.transaction(write=False) as session:
        late = person_requests.overdue(session)
    words = f"{late} overdue: whoever has the matter settles them on the page Data requests"
    return not late, words if late else "none overdue"


def _model(parts: wiring.Parts) -> tuple[bool, str]:
    from classifier import machine  # heavy
    from classifier.scorer import RefusedModel

    with parts.database.transaction(write=False) as session:
        digest = choosing.chosen(session)
    if not machine.load().scorers:
        return False, "the shipped model is refused: lists alone read, and nothing is open without a person"
    if digest == choosing.SHIPPED:
        return True, machine.load().name
    try:
        return True, machine.chosen(parts.settings.models or Path(), digest).name
    except RefusedModel as why:
        return False, f"{why}; the shipped one reads: python -m feedback model list"


def _queue(parts: wiring.Parts) -> Redis:
    from redis import Redis

    return Redis.from_url(parts.settings.redis_url, decode_responses=True, socket_timeout=5)
