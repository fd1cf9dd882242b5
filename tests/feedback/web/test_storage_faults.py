"""The database is locked, full, read-only, restarted or takes no connection: no answer without its row, and it heals (D06, I1, I3)."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from feedback import app, db, wiring
from feedback.models.event import Event
from feedback.models.message import Message
from feedback.models.ticket import Ticket, TicketKey
from feedback.settings import Settings
from tests.factories import PUBLIC_URL, Desk, signed, text_form
from tests.trials import trials

PATH = "/hooks/twilio-sms/inbound"
TIMES = trials(default=1, release=20)
AT_ONCE = 3
Fault = Callable[[wiring.Parts], AbstractContextManager[object]]


@contextmanager
def locked(parts: wiring.Parts) -> Iterator[None]:
    """Somebody else holds what we need and does not let go."""
    sqlite = parts.database.sqlite
    isolation = None if sqlite else "READ COMMITTED"
    engine = sa.create_engine(parts.settings.database_url, isolation_level=isolation, poolclass=sa.NullPool)
    with engine.connect() as other:
        other.exec_driver_sql("BEGIN IMMEDIATE" if sqlite else "LOCK TABLE message IN ACCESS EXCLUSIVE MODE")
        yield
        other.exec_driver_sql("ROLLBACK")


@contextmanager
def full(parts: wiring.Parts) -> Iterator[None]:
    """No file may grow (SQLite: the system refuses to write); PostgreSQL says what it says when a disk is full."""
    if not parts.database.sqlite:
        with _on_the_server(parts, *FULL_DISK), _after(parts, "DROP TRIGGER full_disk ON message"):
            yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def read_only(parts: wiring.Parts) -> Iterator[None]:
    """It lets itself be read and no more."""
    if parts.database.sqlite:
        with _each_connection(parts, "PRAGMA query_only=ON", "PRAGMA query_only=OFF"):
            yield
    else:
        after = _after(parts, "ALTER DATABASE desk RESET default_transaction_read_only", CUT)
        with after, _on_the_server(parts, "ALTER DATABASE desk SET default_transaction_read_only = on", CUT):
            yield


@contextmanager
def restarted(parts: wiring.Parts) -> Iterator[None]:
    """Every connection is cut, once."""
    if parts.database.sqlite:
        parts.database.engine.dispose()
        yield
    else:
        with _on_the_server(parts, CUT):
            yield


@contextmanager
def without_connections(parts: wiring.Parts) -> Iterator[None]:
    """Nobody gets another connection."""
    if parts.database.sqlite:
        with ExitStack() as stack:
            for _ in range(db.THREADS):
                stack.enter_context(parts.database.engine.connect())
            yield
    else:
        closed, open_ = (f"ALTER DATABASE desk ALLOW_CONNECTIONS {word}" for word in ("false", "true"))
        with _after(parts, open_), _on_the_server(parts, closed, CUT):
            yield


FAULTS: dict[str, Fault] = {
    "locked": locked, "full": full, "read-only": read_only, "restarted": restarted, "no connections": without_connections,
}  # fmt: skip
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'desk' AND pid <> pg_backend_pid()"
FULL_DISK = (
    "CREATE OR REPLACE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = 'disk_full'; END $$",
    "CREATE TRIGGER full_disk BEFORE INSERT ON message FOR EACH ROW EXECUTE FUNCTION full_disk()",
)


@pytest.fixture
def parts(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[wiring.Parts]:
    """A desk that loses patience in a tenth of a second."""
    monkeypatch.setattr(db, "_PRAGMAS", (*db._PRAGMAS[:-1], "PRAGMA busy_timeout=100"))
    monkeypatch.setenv("PGOPTIONS", "-c lock_timeout=100")
    parts = wiring.live(settings)
    parts.database.engine.pool._timeout = 0.1  # type: ignore[attr-defined]
    yield parts
    parts.close()


@pytest.mark.plan("D06", trials=TIMES)
@pytest.mark.timeout(600)
@pytest.mark.parametrize("fault", FAULTS)
def test_no_answer_without_its_row_and_it_heals(parts: wiring.Parts, fault: str) -> None:
    desk = Desk(parts)
    with TestClient(app.create(parts), base_url=PUBLIC_URL) as client:
        for _ in range(TIMES):
            forms = [text_form("no water") for _ in range(AT_ONCE)]
            assert _send(client, [text_form("no water")]) == [200]
            with FAULTS[fault](parts):
                statuses = _send(client, forms)
            parts.database.engine.dispose()  # this test looks through the same pool, with connections that were cut
            assert set(statuses) <= {200, 503}
            assert 503 in statuses or fault == "restarted"
            kept = {one.provider_ref for one in desk.rows(Message)}
            answered = {form["MessageSid"] for form, status in zip(forms, statuses, strict=True) if status == 200}
            assert answered <= kept
            assert _send(client, forms) == [200] * AT_ONCE
        many = TIMES * (AT_ONCE + 1)
        assert [len(desk.rows(table)) for table in (Message, Ticket, TicketKey, Event)] == [many] * 4
        if parts.database.sqlite:
            with parts.database.engine.connect() as connection:
                assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"


def _send(client: TestClient, forms: Sequence[dict[str, str]]) -> list[int]:
    """The statuses of these texts, told at once."""

    def tell(form: dict[str, str]) -> int:
        return client.post(PATH, data=form, headers=signed(PATH, form)).status_code

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(tell, forms))


@contextmanager
def _on_the_server(parts: wiring.Parts, *commands: str) -> Iterator[None]:
    _say(parts, *commands)
    yield


@contextmanager
def _after(parts: wiring.Parts, *commands: str) -> Iterator[None]:
    try:
        yield
    finally:
        _say(parts, *commands)


def _say(parts: wiring.Parts, *commands: str) -> None:
    url = sa.make_url(parts.settings.database_url)
    desk = url if "TRIGGER" in commands[-1] else url.set(database="postgres")
    engine = sa.create_engine(desk, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for command in commands:
            connection.exec_driver_sql(command)
    engine.dispose()


@contextmanager
def _each_connection(parts: wiring.Parts, before: str, after: str) -> Iterator[None]:
    said = [before]

    def say(connection: object, *_: object) -> None:
        connection.execute(said[0])  # type: ignore[attr-defined]

    sa.event.listen(parts.database.engine, "checkout", say)
    yield
    said[0] = after
    for _ in range(db.THREADS):
        parts.database.engine.connect().close()
    sa.event.remove(parts.database.engine, "checkout", say)
