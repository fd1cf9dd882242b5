"""The chain of events finds whatever is done to a chained event (D43, I31)."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from feedback import clock
from feedback.desk import chain, events
from feedback.models.base import new_id
from feedback.models.event import Event
from tests.factories import Desk
from tests.trials import trials
from workers import chain as job

LENGTH = 6
OTHER: dict[str, Callable[[Any], Any]] = {
    "id": lambda old: old - (1 << 40),
    "at": lambda old: old + timedelta(microseconds=1),
    "ticket_id": lambda old: (old or 0) + 1,
    "actor": lambda old: old + "1",
    "action": lambda old: "reopen",
    "detail": lambda old: old + " ",
    "wall": lambda old: "gbv" if old is None else None,
    "place": lambda old: old + 1_000,
    "chained_at": lambda old: old - timedelta(seconds=1),
    "previous": lambda old: bytes([old[0] ^ 1]) + old[1:],
    "digest": lambda old: old[:-1] + bytes([old[-1] ^ 1]),
}


def write(desk: Desk, many: int = 1) -> None:
    with desk.at() as session:
        for number in range(many):
            events.record(session, None, "note", actor=events.part("test"), detail=f"n{number}")


def chained(desk: Desk, many: int = LENGTH) -> None:
    write(desk, many)
    job.catch_up(desk.parts)


def verified(desk: Desk, *heads: chain.Head) -> chain.Verified:
    with desk.at() as session:
        return chain.verify(session, heads)


def head(desk: Desk) -> chain.Head:
    with desk.at() as session:
        found = chain.head(session)
    assert found is not None
    return found


def by_hand(desk: Desk, statement: Any) -> None:
    """Change the table as somebody with the database alone can."""
    with desk.at() as session:
        session.execute(statement)


def test_every_column_of_an_event_is_tried():
    assert set(OTHER) == {column.key for column in Event.__table__.columns}


def test_an_untouched_chain_holds(desk: Desk):
    chained(desk, 20)
    chained(desk, 20)
    found = verified(desk, head(desk))
    assert found == chain.Verified(40, 0, None)


@pytest.mark.plan("D43", trials=LENGTH * len(OTHER))
def test_a_change_of_any_column_of_any_event_is_found(desk: Desk):
    chained(desk)
    for row in desk.rows(Event):
        for column, other in OTHER.items():
            old = getattr(row, column)
            change = sa.update(Event).where(Event.id == row.id).values({column: other(old)})
            by_hand(desk, change)
            found = verified(desk)
            key = other(row.id) if column == "id" else row.id
            by_hand(desk, sa.update(Event).where(Event.id == key).values({column: old}))
            assert found.broken is not None, f"{column} of event {row.place}"
            assert found.broken.place <= (row.place or 0) + 1
    assert verified(desk).broken is None


def test_an_event_that_is_deleted_anywhere_is_found(desk: Desk):
    chained(desk)
    end = head(desk)
    for row in desk.rows(Event):
        by_hand(desk, sa.delete(Event).where(Event.id == row.id))
        assert verified(desk, end).broken is not None, row.place
        columns = {column.key: getattr(row, column.key) for column in Event.__table__.columns}
        by_hand(desk, sa.insert(Event).values(**columns))
    assert verified(desk, end).broken is None


def test_an_event_that_is_put_between_two_others_is_found(desk: Desk):
    chained(desk)
    row = desk.rows(Event, Event.place == 3)[0]
    with desk.at() as session:
        for place in range(LENGTH, 2, -1):
            session.execute(sa.update(Event).where(Event.place == place).values(place=place + 1))
        new = {"at": row.at, "actor": row.actor, "action": "note", "detail": "", "chained_at": row.chained_at}
        session.execute(sa.insert(Event).values(id=new_id(), place=3, previous=row.previous, digest=row.digest, **new))
    assert verified(desk).broken == chain.Break(3, "this event was changed")


def test_two_events_that_change_places_are_found(desk: Desk):
    chained(desk)
    for place in range(1, LENGTH):
        swap(desk, place)
        assert verified(desk).broken is not None, place
        swap(desk, place)


def swap(desk: Desk, place: int) -> None:
    with desk.at() as session:
        for old, new in ((place, 999), (place + 1, place), (999, place + 1)):
            session.execute(sa.update(Event).where(Event.place == old).values(place=new))


def test_a_chain_whose_end_is_cut_off_is_found_with_a_head_that_was_written_down(desk: Desk):
    chained(desk)
    end = head(desk)
    by_hand(desk, sa.delete(Event).where(Event.place > LENGTH - 2))
    assert verified(desk).broken is None, "a chain alone can't know where it ended"
    assert verified(desk, end).broken is not None


def test_an_older_copy_that_was_put_back_and_grew_again_is_found(desk: Desk):
    chained(desk)
    end = head(desk)
    by_hand(desk, sa.delete(Event).where(Event.place > LENGTH - 2))
    chained(desk, 5)
    assert verified(desk).broken is None
    assert verified(desk, end).broken == chain.Break(
        LENGTH, "this is not the event that was here when a head was written down"
    )


def test_a_chain_that_is_made_anew_over_a_changed_event_is_found(desk: Desk):
    chained(desk)
    end = head(desk)
    loose = {"place": None, "previous": None, "digest": None, "chained_at": None}
    with desk.at() as session:
        session.execute(sa.update(Event).where(Event.place == 2).values(actor="part:other"))
        session.execute(sa.update(Event).values(**loose))
    job.catch_up(desk.parts)
    assert verified(desk).broken is None
    assert verified(desk, end).broken is not None


def test_an_event_that_lost_its_place_alone_is_found_even_at_the_end(desk: Desk):
    chained(desk)
    by_hand(desk, sa.update(Event).where(Event.place == LENGTH).values(place=None))
    assert verified(desk).broken == chain.Break(0, "an event was taken out of the chain")


def test_fields_that_run_into_each_other_do_not_pass_for_the_same(desk: Desk):
    with desk.at() as session:
        session.add(Event(at=clock.now(), actor="part:a", action="no", detail="te"))
    job.catch_up(desk.parts)
    by_hand(desk, sa.update(Event).values(action="note", detail=""))
    assert verified(desk).broken is not None


def test_an_event_that_commits_late_is_chained_though_its_id_is_earlier(desk: Desk):
    early, late = new_id(), new_id()
    line = {"at": clock.now(), "actor": "part:test", "action": "note"}
    if desk.parts.database.sqlite:  # one writer: a late commit is a later transaction
        by_hand(desk, sa.insert(Event).values(id=late, detail="", **line))
        job.catch_up(desk.parts)
        by_hand(desk, sa.insert(Event).values(id=early, detail="", **line))
    else:
        with desk.at() as slow:
            slow.add(Event(id=early, **line))
            slow.flush()
            by_hand(desk, sa.insert(Event).values(id=late, detail="", **line))
            assert job.catch_up(desk.parts) == 1
    assert job.catch_up(desk.parts) == 1
    places = {row.id: row.place for row in desk.rows(Event)}
    assert places == {late: 1, early: 2}
    assert verified(desk).broken is None


def test_no_event_is_passed_over_while_others_write(desk: Desk):
    stop = threading.Event()
    sealers = [threading.Thread(target=job.run, args=(desk.parts, stop), kwargs={"pause": 0.001}) for _ in range(2)]
    writers = [threading.Thread(target=busy, args=(desk, seed)) for seed in range(4)]
    for thread in [*sealers, *writers]:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in sealers:
        thread.join()
    job.catch_up(desk.parts)
    assert verified(desk) == chain.Verified(4 * 25 * 2, 0, None)


def busy(desk: Desk, seed: int) -> None:
    wait = random.Random(seed)
    for _ in range(25):
        with desk.at() as session:
            events.record(session, None, "note", actor=events.part("test"))
            session.flush()
            threading.Event().wait(wait.uniform(0, 0.004))
            events.record(session, None, "note", actor=events.part("test"))


def linked_by_hand(desk: Desk, row: Event, **changed: Any) -> bytes:
    """Change an event and give it the digest that fits, as somebody would who knows how it is made; that digest."""
    now = {column.key: getattr(row, column.key) for column in Event.__table__.columns} | changed
    digest = chain._digest(now)
    by_hand(desk, sa.update(Event).where(Event.id == row.id).values(**changed, digest=digest))
    return digest


def test_an_event_that_was_changed_with_its_digest_does_not_lead_to_the_next_one(desk: Desk):
    chained(desk)
    third = desk.rows(Event, Event.place == 3)[0]
    linked_by_hand(desk, third, detail="n9")
    broken = verified(desk).broken
    assert broken is not None
    assert (broken.place, broken.why) == (4, "this event does not follow the one before it")


def test_one_that_was_cut_out_leaves_a_gap_even_where_all_after_it_was_linked_anew(desk: Desk):
    chained(desk)
    rows = sorted(desk.rows(Event), key=lambda row: row.place or 0)
    last = rows[1].digest
    by_hand(desk, sa.delete(Event).where(Event.id == rows[2].id))
    for row in rows[3:]:
        last = linked_by_hand(desk, row, previous=last)
    broken = verified(desk).broken
    assert broken is not None
    assert (broken.place, broken.why) == (3, "an event is missing, or stands at another place")


def test_a_head_of_no_place_proves_nothing(desk: Desk):
    chained(desk)
    assert verified(desk, chain.Head(0, chain.START, clock.now())).broken is not None


def test_the_age_of_what_is_not_chained_is_known(desk: Desk):
    with desk.at() as session:
        assert chain.unchained_age(session) == timedelta()
        session.add(Event(at=clock.now() - timedelta(seconds=9), actor="part:test", action="note"))
        session.flush()
        assert timedelta(seconds=9) <= chain.unchained_age(session) < timedelta(seconds=20)
    job.catch_up(desk.parts)
    with desk.at() as session:
        assert chain.unchained_age(session) == timedelta()


def test_a_batch_takes_no_more_than_it_may(desk: Desk):
    write(desk, 7)
    with desk.at() as session:
        assert [chain.seal(session, limit=3) for _ in range(4)] == [3, 3, 1, 0]
    assert verified(desk).broken is None


def test_a_chain_holds_on_either_engine_alike():
    event = {
        "place": 1,
        "previous": chain.START,
        "chained_at": datetime(2026, 11, 24, 9, tzinfo=UTC),
        "id": 7,
        "at": datetime(2026, 11, 24, 8, 59, 59, 5, tzinfo=UTC),
        "ticket_id": None,
        "actor": "part:triage",
        "action": "triage",
        "detail": "wash T1",
        "wall": None,
    }
    known = "342384cc5dfabab4f5273713fa5c4b17d2a74e8dc63c01122db5ef002d898c94"
    assert chain._digest(event).hex() == known


@pytest.mark.plan("D43", trials=10)
@pytest.mark.parametrize("trial", range(trials(default=5, release=20)))
def test_random_changes_to_a_longer_chain_are_all_found(desk: Desk, trial: int):
    draw = random.Random(trial)
    chained(desk, 60)
    end = head(desk)
    for _ in range(10):
        row = draw.choice(desk.rows(Event))
        column = draw.choice([name for name in OTHER if name != "id"])
        by_hand(desk, sa.update(Event).where(Event.id == row.id).values({column: OTHER[column](getattr(row, column))}))
        assert verified(desk, end).broken is not None, f"{column} of event {row.place}"
        by_hand(desk, sa.update(Event).where(Event.id == row.id).values({column: getattr(row, column)}))
    assert verified(desk, end).broken is None
