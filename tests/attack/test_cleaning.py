"""SQLite's WAL is emptied when a key was destroyed, without failing anybody; and the carver would see it if it were not."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from feedback import wiring
from feedback.models.ticket import TicketKey
from tests.attack import sqlite_pages
from tests.attack.loot import telling
from tests.factories import Desk, inbound
from workers.sweep import sweep

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NOBODY, NEVER = 7_500_000_000_000_000_000, b"a wrapped key of sixty bytes".ljust(60)


@pytest.fixture
def file(database_url: str) -> Path:
    return Path(str(make_url(database_url).database))


def _wal(file: Path) -> int:
    return file.with_name(f"{file.name}-wal").stat().st_size


def _destroy_a_key(desk: Desk) -> None:
    with desk.at() as session:
        session.add(TicketKey(ticket_id=NOBODY, recipient="desk", generation=1, wrapped=NEVER))
    with desk.at() as session:
        session.execute(sa.delete(TicketKey).where(TicketKey.ticket_id == NOBODY))


def test_the_wal_is_empty_after_a_key_was_destroyed(desk: Desk, file: Path) -> None:
    desk.hear(inbound())
    assert _wal(file) > 0
    _destroy_a_key(desk)
    assert _wal(file) == 0


def test_a_transaction_that_destroys_none_leaves_the_wal_alone(desk: Desk, file: Path) -> None:
    desk.hear(inbound())
    before = _wal(file)
    with desk.at() as session:
        session.execute(sa.delete(TicketKey).where(TicketKey.ticket_id == NOBODY))
    assert _wal(file) >= before


def test_where_a_reader_still_needs_it_the_next_transaction_empties_it(
    desk: Desk, parts: wiring.Parts, file: Path
) -> None:
    desk.hear(inbound())
    reader = sqlite3.connect(file, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM ticket").fetchone()
    _destroy_a_key(desk)
    assert _wal(file) > 0
    reader.close()
    with parts.database.transaction(write=False) as session:
        session.execute(sa.select(sa.literal(1)))
    assert _wal(file) == 0


def test_what_a_process_owed_that_died_is_emptied_by_the_next_sweep(
    desk: Desk, parts: wiring.Parts, file: Path
) -> None:
    """The process that destroyed the key is gone; another one, which does nothing else, sweeps."""
    desk.hear(inbound())
    reader = sqlite3.connect(file, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM ticket").fetchone()
    _destroy_a_key(desk)
    sweeper = wiring.live(parts.settings)
    with sweeper.database.transaction(write=False) as session:
        session.execute(sa.select(sa.literal(1)))
    reader.close()
    assert _wal(file) > 0
    sweep(sweeper, 0)
    assert _wal(file) == 0
    sweeper.close()


def test_a_sweep_leaves_the_wal_alone_where_it_was_emptied_a_moment_ago(
    desk: Desk, parts: wiring.Parts, file: Path
) -> None:
    desk.hear(inbound())
    sweep(parts, 0)
    desk.hear(inbound())
    before = _wal(file)
    sweep(parts, 0)
    assert _wal(file) >= before > 0


def test_the_carver_finds_what_was_deleted_from_a_database_that_does_not_clean(desk: Desk, file: Path) -> None:
    """Without secure delete the row is still in its page, and the page still in the WAL."""
    desk.hear(inbound())
    careless = sqlite3.connect(file, isolation_level=None)
    careless.execute("PRAGMA secure_delete=OFF")
    careless.execute("PRAGMA wal_autocheckpoint=0")
    for number in range(50):
        careless.execute("INSERT INTO ticket_key VALUES (?, 'desk', 1, ?)", (NOBODY + number, NEVER))
    careless.execute("DELETE FROM ticket_key WHERE ticket_id >= ? AND ticket_id < ?", (NOBODY, NOBODY + 50))
    found = {row.row for row in sqlite_pages.carve(file) if row.values.get("wrapped") == NEVER}
    assert found == set(range(NOBODY, NOBODY + 50))
    careless.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    left = {row.row for row in sqlite_pages.carve(file) if row.values.get("wrapped") == NEVER}
    careless.close()
    assert len(left) > 25


def test_the_carver_reads_long_rows_that_run_over_several_pages(desk: Desk, file: Path) -> None:
    long = bytes(range(256)) * 100
    with sqlite3.connect(file) as connection:
        columns = ", ".join(telling()["message"])
        marks = ", ".join("?" for _ in telling()["message"])
        values = {
            "id": 7_500_000_000_000_000_000,
            "ticket_id": 1,
            "adapter": "a",
            "provider_ref": "r",
            "channel": "sms",
        }
        values |= {"at": "2026-01-01 00:00:00.000000", "words": long}
        row = [values.get(name) for name in telling()["message"]]
        connection.execute(f"INSERT INTO message ({columns}) VALUES ({marks})", row)  # noqa: S608
    connection.close()
    carved = [row for row in sqlite_pages.carve(file) if row.table == "message"]
    assert (7_500_000_000_000_000_000, long) in [(row.row, row.values["words"]) for row in carved]
