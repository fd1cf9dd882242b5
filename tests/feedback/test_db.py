"""The database: the only commit, the engine's settings, and the net under visibility (decisions 2 and 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from feedback.db import MARK, THREADS, Database, Unguarded
from feedback.desk.visibility import seen
from feedback.models import PROTECTED, Base
from feedback.models.installation import Installation
from feedback.models.message import Message
from feedback.models.reply import Note
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket
from feedback.queue import Kind, nudge
from feedback.wiring import Parts
from tests.factories import Desk

FREE = sorted(set(Base.metadata.tables) - PROTECTED)
other = aliased(Ticket)
one, key = sa.select(Ticket.id), Ticket.reference

PAST_VISIBILITY: dict[str, Callable[[Session], Any]] = {
    "select": lambda s: s.scalars(sa.select(Ticket)).all(),
    "column": lambda s: s.scalars(sa.select(Ticket.reference)).all(),
    "core": lambda s: s.execute(sa.select(Ticket.__table__)),
    "count": lambda s: s.scalar(sa.select(sa.func.count()).select_from(Ticket)),
    "join": lambda s: s.execute(sa.select(Staff.id).join(Ticket, Ticket.assigned_to == Staff.id)),
    "outer join": lambda s: s.execute(sa.select(Staff.id).outerjoin(Ticket, Ticket.assigned_to == Staff.id)),
    "where": lambda s: s.execute(sa.select(Staff.id).where(Staff.id == Ticket.assigned_to)),
    "subquery": lambda s: s.execute(sa.select(one.subquery().c.id)),
    "scalar subquery": lambda s: s.execute(sa.select(Staff.id, one.limit(1).scalar_subquery())),
    "in": lambda s: s.execute(sa.select(Staff.id).where(Staff.id.in_(sa.select(Ticket.assigned_to)))),
    "exists": lambda s: s.execute(sa.select(Staff.id).where(one.exists())),
    "order": lambda s: s.execute(sa.select(Staff.id).order_by(one.limit(1).scalar_subquery())),
    "cte": lambda s: s.execute(sa.select(one.cte("c").c.id)),
    "aliased": lambda s: s.scalars(sa.select(other)).all(),
    "union": lambda s: s.execute(sa.union(sa.select(Staff.id), one)),
    "lateral": lambda s: s.execute(sa.select(one.lateral().c.id)),
    "from statement": lambda s: s.scalars(sa.select(Ticket).from_statement(sa.text("SELECT * FROM ticket"))).all(),
    "query": lambda s: s.query(Ticket).all(),
    "text": lambda s: s.execute(sa.text("SELECT count(*) FROM ticket")),
    "text in capitals": lambda s: s.execute(sa.text('SELECT 1 FROM "ticket" AS T')),
    "text inside": lambda s: s.execute(sa.select(Staff.id).where(sa.text("EXISTS (SELECT 1 FROM Message)"))),
    "text columns": lambda s: s.execute(sa.text("SELECT id FROM ticket").columns(sa.column("id"))),
    "literal column": lambda s: s.execute(sa.select(sa.literal_column("(SELECT count(*) FROM note)"))),
    "table by name": lambda s: s.execute(sa.select(sa.column("id")).select_from(sa.table("ticket"))),
    "table of another base": lambda s: s.execute(sa.select(sa.Table("ticket", sa.MetaData(), sa.Column("id")).c.id)),
    "prefix": lambda s: s.execute(sa.select(Staff.id).suffix_with("UNION SELECT id FROM ticket")),
    "driver": lambda s: s.connection().exec_driver_sql("SELECT id FROM ticket"),
    "driver with": lambda s: s.connection().exec_driver_sql("WITH t AS (SELECT id FROM ticket) SELECT * FROM t"),
    "connection": lambda s: s.connection().execute(one),
    "bulk update": lambda s: s.execute(sa.update(Ticket).values(sector="wash")),
    "bulk update by row": lambda s: s.execute(sa.update(Ticket), [{"id": 1, "sector": "wash", "version": 1}]),
    "update returning": lambda s: s.execute(sa.update(Ticket).values(sector="wash").returning(Ticket.id)),
    "update from": lambda s: s.execute(
        sa.update(Staff).values(name="x").where(Staff.id.in_(sa.select(Ticket.assigned_to)))
    ),
    "bulk delete": lambda s: s.execute(sa.delete(Note)),
    "delete by": lambda s: s.execute(sa.delete(Staff).where(Staff.id.in_(sa.select(Ticket.assigned_to)))),
    "insert from": lambda s: s.execute(sa.insert(Installation).from_select(["name", "word"], sa.select(key, key))),
    "insert a look": lambda s: s.execute(
        sa.insert(Installation).values(name="x", word=sa.select(Ticket.reference).limit(1).scalar_subquery())
    ),
    "a look in a flush": lambda s: (
        s.add(Installation(name="x", word=sa.select(key).limit(1).scalar_subquery())), s.flush()
    ),
    "get": lambda s: s.get(Ticket, 1),
    "get one": lambda s: s.get_one(Message, 1),
}  # fmt: skip


@pytest.fixture
def staff(parts: Parts) -> Iterator[Session]:
    with parts.database.transaction(staff=True) as session:
        yield session
        session.rollback()


@pytest.mark.parametrize("name", PAST_VISIBILITY)
def test_the_net_catches_every_way_past_visibility(staff: Session, name: str) -> None:
    with pytest.raises(Unguarded):
        PAST_VISIBILITY[name](staff)


@pytest.mark.parametrize("table", sorted(PROTECTED))
def test_every_protected_table_is_in_the_net(staff: Session, table: str) -> None:
    with pytest.raises(Unguarded):
        staff.execute(sa.select(Base.metadata.tables[table]))
    with pytest.raises(Unguarded):
        staff.connection().exec_driver_sql(f"TABLE {table}")


def test_each_table_that_tells_of_tickets_is_protected() -> None:
    telling = {
        name
        for name, table in Base.metadata.tables.items()
        if name == "ticket" or "ticket_id" in table.columns or any(key.column.table.name in PROTECTED for key in table.foreign_keys)
    }  # fmt: skip
    named_by_keys_alone = {"asked", "perhaps"}  # no row of these says which ticket
    assert telling | named_by_keys_alone == PROTECTED


def test_tables_that_tell_of_no_ticket_are_read_as_they_are(staff: Session) -> None:
    for table in FREE:
        staff.execute(sa.select(Base.metadata.tables[table]))


def test_a_statement_that_went_through_visibility_passes(staff: Session) -> None:
    assert staff.scalars(seen(sa.select(Ticket))).all() == []
    staff.execute(seen(sa.update(Ticket).values(sector="wash")))
    staff.connection().execute(sa.text("SELECT 1 FROM ticket"), execution_options={MARK: True})


def test_the_mark_holds_for_one_statement_only(staff: Session) -> None:
    staff.execute(seen(sa.select(Ticket)))
    with pytest.raises(Unguarded):
        staff.execute(sa.select(Ticket))


def test_rows_that_were_found_are_changed_and_written_by_a_flush(desk: Desk) -> None:
    ticket = desk.ticket()
    with desk.at(staff=True) as session:
        found = session.scalars(seen(sa.select(Ticket).where(Ticket.id == ticket.id))).one()
        found.sector = "health"
        session.add(Note(ticket_id=found.id, author=None, at=found.created_at, words=b"sealed"))
    with desk.at(staff=True) as session:
        note = session.scalars(seen(sa.select(Note))).one()
        session.delete(note)
    assert desk.again(ticket).sector == "health"
    assert desk.rows(Note) == []


def test_a_found_row_can_not_be_refreshed_past_visibility(desk: Desk) -> None:
    desk.ticket()
    with desk.at(staff=True) as session:
        ticket = session.scalars(seen(sa.select(Ticket))).one()
        with pytest.raises(Unguarded):
            session.refresh(ticket)
        session.expire(ticket)
        with pytest.raises(Unguarded):
            ticket.sector  # noqa: B018 - reading is the act


def test_no_relationship_loads_rows_behind_our_back() -> None:
    assert [mapper.class_.__name__ for mapper in Base.registry.mappers if mapper.relationships] == []


def test_parts_of_ours_read_without_the_mark(session: Session) -> None:
    assert session.scalars(sa.select(Ticket)).all() == []


def test_what_fails_is_undone_altogether(parts: Parts) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        _fail_halfway(parts.database)
    with parts.database.transaction() as session:
        assert session.scalars(sa.select(Installation)).all() == []


def test_nudges_go_out_after_the_commit_and_each_kind_once(settings: Any) -> None:
    pushed: list[tuple[Kind, int]] = []
    database = Database(settings.database_url, nudge=lambda kind: pushed.append((kind, _count(database))))
    with database.transaction() as session:
        for kind in (Kind.TRIAGE, Kind.DELIVER, Kind.TRIAGE):
            nudge(session, kind)
        session.add(Installation(name="a", word="b"))
        session.flush()
        assert pushed == []
    database.close()
    assert pushed == [(Kind.DELIVER, 1), (Kind.TRIAGE, 1)]


def test_a_refusal_takes_its_nudges_along(settings: Any) -> None:
    pushed: list[Kind] = []
    database = Database(settings.database_url, nudge=pushed.append)
    with pytest.raises(sa.exc.IntegrityError):
        _fail_halfway(database)
    with database.transaction():
        pass
    database.close()
    assert pushed == []


def _fail_halfway(database: Database) -> None:
    with database.transaction() as session:
        nudge(session, Kind.TRIAGE)
        session.add(Installation(name="half", word="done"))
        session.flush()
        session.execute(sa.insert(Installation), [{"name": "half", "word": "twice"}])


def _count(database: Database) -> int:
    with database.transaction(write=False) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Installation)) or 0


def test_rows_can_be_read_after_the_commit(desk: Desk) -> None:
    assert desk.ticket("no water").status == "triaged"


def test_errors_of_the_database_hide_their_values(session: Session) -> None:
    with pytest.raises(sa.exc.DBAPIError) as failure:
        session.execute(sa.text("SELECT :words FROM nowhere"), {"words": "a man follows me"})
    assert "follows" not in str(failure.value)
    session.rollback()


def test_after_postgresql_was_restarted_no_transaction_fails(postgres_url: str) -> None:
    """Its end of every pooled connection is gone; what a provider sends in that moment is not refused (I1)."""
    database = Database(postgres_url)
    with ExitStack() as stack:
        held = [stack.enter_context(database.transaction(write=False)) for _ in range(3)]
        pids = [session.scalar(sa.text("SELECT pg_backend_pid()")) for session in held]
    restart = sa.create_engine(postgres_url)
    with restart.connect() as connection:
        for pid in pids:
            connection.execute(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    restart.dispose()
    with ExitStack() as stack:
        again = [stack.enter_context(database.transaction(write=False)) for _ in range(3)]
        assert [session.scalar(sa.select(1)) for session in again] == [1, 1, 1]
    database.close()


def test_as_many_transactions_as_threads_can_be_open_at_once(parts: Parts) -> None:
    opened = [parts.database.transaction(write=False) for _ in range(THREADS)]
    for one_of_them in opened:
        one_of_them.__enter__()
    for one_of_them in reversed(opened):
        one_of_them.__exit__(None, None, None)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestSqlite:
    """What only the embedded engine needs."""

    WANTED = (
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("trusted_schema", 0),
        ("busy_timeout", 10_000),
    )

    def test_every_pooled_connection_has_its_settings(self, parts: Parts) -> None:
        opened = [parts.database.engine.connect() for _ in range(THREADS)]
        for connection in opened:
            connection.exec_driver_sql("ROLLBACK")  # inside a transaction some can't be seen
            found = [(name, connection.exec_driver_sql(f"PRAGMA {name}").scalar()) for name, _ in self.WANTED]
            assert tuple(found) == self.WANTED
        for connection in opened:
            connection.close()

    def test_readers_never_wait_for_a_writer(self, parts: Parts) -> None:
        with parts.database.transaction() as writing:
            writing.add(Installation(name="a", word="b"))
            writing.flush()
            with parts.database.transaction(write=False) as reading:
                assert reading.scalars(sa.select(Installation)).all() == []

    def test_a_reader_takes_no_lock_from_a_writer(self, parts: Parts) -> None:
        with parts.database.transaction(write=False) as reading:
            reading.scalars(sa.select(Installation)).all()
            with parts.database.transaction() as writing:
                writing.add(Installation(name="a", word="b"))

    def test_a_writer_has_the_lock_from_the_start(self, parts: Parts) -> None:
        with parts.database.transaction():
            plain = sa.create_engine(parts.settings.database_url, connect_args={"timeout": 0})
            with plain.connect() as second, pytest.raises(sa.exc.OperationalError, match="locked"):
                second.exec_driver_sql("BEGIN IMMEDIATE")
            plain.dispose()

    def test_a_broken_link_between_rows_is_refused(self, parts: Parts) -> None:
        with pytest.raises(sa.exc.IntegrityError), parts.database.transaction() as session:
            session.execute(sa.insert(Note).values(ticket_id=1, kind="note", at=sa.func.now(), words=b""))
