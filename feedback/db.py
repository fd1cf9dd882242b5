"""The database: one way to a transaction, the only commit, and the net under visibility."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.queue import Kind

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection

THREADS = 8
"""How many transactions a process holds at once: as many connections as threads that may want one (decision 2)."""

MARK = "seen_through_visibility"
"""The execution option that `visibility` puts on a statement over protected tables."""

KEYS = "ticket_key"
"""The table whose rows open everything: a row that is deleted there is a key that must be gone from the files too."""

_PATIENCE = "PRAGMA busy_timeout=10000"
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA trusted_schema=OFF",
    _PATIENCE,
)


class Unguarded(Exception):  # noqa: N818
    """A statement of a staff transaction reads a protected table past `visibility`. A mistake of ours, never of staff."""


class StaffSession(Session):
    """A session for a person at the desk: rows of protected tables come through `visibility`, never by key or refresh."""

    def get(self, entity: Any, *args: Any, **kwargs: Any) -> Any:
        self._refuse(entity)
        return super().get(entity, *args, **kwargs)

    def refresh(self, instance: object, *args: Any, **kwargs: Any) -> None:
        self._refuse(type(instance))
        super().refresh(instance, *args, **kwargs)

    def flush(self, objects: Any = None) -> None:
        self.info["flushing"] = True
        try:
            super().flush(objects)
        finally:
            self.info["flushing"] = False

    def _refuse(self, entity: Any) -> None:
        if sa.inspect(entity).local_table.name in self.info["protected"]:
            raise Unguarded("get or refresh of a protected table in a staff transaction")


class Database:
    """An engine and the one way to use it. `shared` is put into every session's `info`, for the desk to find."""

    def __init__(
        self,
        url: str,
        *,
        protected: frozenset[str] = frozenset(),
        shared: Mapping[str, Any] | None = None,
        nudge: Callable[[Kind], None] = lambda kind: None,
    ) -> None:
        self.sqlite = sa.make_url(url).get_backend_name() == "sqlite"
        self.engine = sa.create_engine(
            url,
            pool_size=THREADS,
            max_overflow=0,
            pool_timeout=30,
            hide_parameters=True,
            pool_pre_ping=not self.sqlite,  # 0.1 ms; else each connection fails once after PostgreSQL was restarted
        )
        self.shared: dict[str, Any] = {"protected": protected, **(shared or {})}
        self._nudge = nudge
        self._owes_cleaning = False
        self._cleaned_at: float | None = None
        if self.sqlite:
            sa.event.listen(self.engine, "connect", _prepare_sqlite)
            sa.event.listen(self.engine, "begin", _begin_sqlite)
            sa.event.listen(self.engine, "after_cursor_execute", _note_destroyed_keys)
        _spread_net(self.engine, protected)

    @contextmanager
    def transaction(self, *, staff: bool = False, write: bool = True) -> Iterator[Session]:
        """One transaction, all or nothing; this is the only code that commits. Nudges are pushed after the commit.

        `staff`: somebody at the desk looks through it, so the net is spread. `write`: SQLite takes its lock at the
        start, since a read that turns into a write fails at once.
        """
        kind = StaffSession if staff else Session
        session = kind(self.engine, expire_on_commit=False, info={**self.shared, "nudges": set(), "flushing": False})
        with session:
            options = {"staff": session.info if staff else None, "write": write, "room": session.info}
            session.connection(execution_options=options)
            yield session
            session.commit()
        if session.info.get("destroyed keys") or self._owes_cleaning:
            self.clean()
        for wanted in sorted(session.info["nudges"]):
            self._nudge(wanted)

    def close(self) -> None:
        self.engine.dispose()

    def clean(self, *, unless_within: float = 0.0) -> None:
        """Empty SQLite's WAL, which still holds what was readable under the keys that are gone (decision 4); not where
        this process has done so within so many seconds. On PostgreSQL there is nothing to do.

        The first, passive round copies most of it while others write, so that the second one holds them up shortly.
        Where a reader still needs the WAL, the next transaction of this process tries again. Never raises: what was to
        be done has been committed.
        """
        if not self.sqlite or (self._cleaned_at is not None and time.monotonic() - self._cleaned_at < unless_within):
            return
        self._owes_cleaning = False
        try:
            with self.engine.connect().execution_options(write=None) as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
                connection.exec_driver_sql("PRAGMA busy_timeout=50")
                try:
                    busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
                finally:
                    connection.exec_driver_sql(_PATIENCE)
            self._owes_cleaning = bool(busy)
            self._cleaned_at = None if busy else time.monotonic()
        except sa.exc.OperationalError:
            self._owes_cleaning = True


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    write = connection.get_execution_options().get("write", True)
    if write is None:  # a statement that stands outside of transactions
        return
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _note_destroyed_keys(
    connection: sa.Connection, cursor: Any, text: str, _params: object, _context: object, _many: bool
) -> None:
    room = connection.get_execution_options().get("room")
    if room is not None and text.split(maxsplit=3)[:3] == ["DELETE", "FROM", KEYS] and cursor.rowcount:
        room["destroyed keys"] = True


def _spread_net(engine: sa.Engine, protected: frozenset[str]) -> None:
    """Refuse, on the engine, statements of staff transactions that read protected tables unmarked (decision 3).

    What is looked at is the text that goes to the driver, so that it does not matter how a statement was made. New rows
    may be written, and a flush may write loaded rows by their keys, where no look at other rows is hidden in it.
    """
    if not protected:
        return
    named = re.compile(rf"\b({'|'.join(sorted(protected))})\b", re.IGNORECASE)
    looks = re.compile(r"\bSELECT\b", re.IGNORECASE)

    @sa.event.listens_for(engine, "before_cursor_execute")
    def check(
        connection: sa.Connection, _cursor: object, text: str, _params: object, context: Any, _many: bool
    ) -> None:
        room = connection.get_execution_options().get("staff")
        if room is None or (context is not None and context.execution_options.get(MARK)):
            return
        writes = context is not None and (context.isinsert or room["flushing"]) and not looks.search(text)
        if not writes and named.search(text):
            raise Unguarded("a staff transaction reads a protected table past visibility")
