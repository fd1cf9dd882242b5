"""Row ids of ours, times in UTC, words stored as words."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
import time_machine

from feedback.models.base import new_id, new_reference
from feedback.models.installation import Slot
from feedback.models.ticket import Ticket
from feedback.wiring import Parts
from tests.factories import Desk


def test_ids_are_unique_across_threads_and_fit_both_engines() -> None:
    made: list[int] = []
    threads = [threading.Thread(target=lambda: made.extend(new_id() for _ in range(2000))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 8000
    assert all(0 < id_ < 2**63 for id_ in made)


def test_later_ids_are_larger() -> None:
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC), tick=False) as now:
        first = new_id()
        now.shift(timedelta(milliseconds=2))
        assert new_id() > first


def test_ids_fit_for_years_to_come() -> None:
    with time_machine.travel(datetime(2039, 1, 1, tzinfo=UTC)):
        assert new_id() < 2**63


def test_references_are_random_and_say_nothing_of_order() -> None:
    made = [new_reference() for _ in range(2000)]
    assert len(set(made)) == 2000
    assert {len(reference) for reference in made} == {14}
    assert made != sorted(made)


def test_a_time_comes_back_in_utc_whatever_zone_it_was_given_in(parts: Parts) -> None:
    dhaka = timezone(timedelta(hours=6))
    given = datetime(2026, 3, 1, 3, 30, 15, 123456, tzinfo=dhaka)
    with parts.database.transaction() as session:
        session.add(Slot(kind="triage", at=given))
    with parts.database.transaction() as session:
        (slot,) = session.scalars(sa.select(Slot)).all()
    assert slot.at == given
    assert slot.at.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(parts: Parts) -> None:
    with pytest.raises(sa.exc.StatementError), parts.database.transaction() as session:
        session.execute(sa.insert(Slot), {"kind": "triage", "at": datetime(2026, 3, 1)})  # noqa: DTZ001


def test_closed_sets_are_stored_as_their_word_and_no_other_word_is_taken(desk: Desk) -> None:
    ticket = desk.ticket()
    with desk.at(write=False) as session:
        found = session.execute(sa.text("SELECT status, channel FROM ticket")).one()
    assert tuple(found) == ("triaged", "sms")
    with pytest.raises(sa.exc.StatementError), desk.at() as session:
        session.execute(sa.update(Ticket).where(Ticket.id == ticket.id).values(status="gone"))
