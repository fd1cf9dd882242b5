"""Lessons from behind a wall: two holders, a passphrase, once, recorded; and never of what R7 keeps out."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from feedback import clock
from feedback.desk import screening, sealed_lessons
from feedback.errors import Invalid, Locked, NotAllowed, NotFound, WrongState
from feedback.models.event import Event
from feedback.models.lesson import SealedExport
from feedback.models.staff import Staff
from feedback.seal import parcel
from feedback.seal.box import BadSeal
from tests.factories import Desk
from tests.feedback.desk.plans import holders, unlocked

PASSPHRASE = "heron kettle ladder november"
LATER = timedelta(days=15)


def do(desk: Desk, staff: Staff, verb: Callable[..., Any], *args: object, **more: object) -> Any:
    with unlocked(desk, staff) as session:
        return verb(session, staff, *args, **more)


@pytest.fixture
def two(desk: Desk) -> list[Staff]:
    """Two holders of conduct; behind that wall a ticket that a person put there."""
    people = holders(desk, "conduct")
    ticket = desk.ticket("the guard Karim asked 01712345678 for money")
    desk.act(desk.staff(), ticket, screening.raise_, "T2-C")
    return people


def agreed(desk: Desk, two: list[Staff]) -> str:
    one, other = two
    reference: str = do(desk, one, sealed_lessons.ask, "conduct", "Fraud is read too late.").reference
    do(desk, other, sealed_lessons.decide, reference, yes=True)
    return reference


def test_two_holders_take_sealed_lessons_and_it_is_recorded(desk: Desk, two: list[Staff]) -> None:
    one, other = two
    with time_machine.travel(clock.now() + LATER, tick=True):
        wish = do(desk, one, sealed_lessons.ask, "conduct", "Fraud is read too late.")
        assert b"Fraud" not in desk.rows(SealedExport)[0].reason
        assert [seen.reason for seen in do(desk, other, sealed_lessons.waiting)] == ["Fraud is read too late."]
        assert [seen.reason for seen in desk.do(sealed_lessons.waiting, other)] == [None]
        do(desk, other, sealed_lessons.decide, wish.reference, yes=True)
        file = do(desk, one, sealed_lessons.take, wish.reference, PASSPHRASE)
    assert b"guard" not in file
    (row,) = csv.DictReader(io.StringIO(parcel.unseal(PASSPHRASE, file).decode()))
    assert (row["danger"], row["sectors"], row["text"]) == ("T2-C", "", "the guard Karim asked # for money")
    told = [(e.action, e.actor, e.detail) for e in desk.rows(Event) if "lessons" in e.action]
    assert told == [
        ("wish for lessons", f"staff:{one.id}", "conduct"),
        ("decide on lessons", f"staff:{other.id}", "conduct yes"),
        ("sealed lessons", f"staff:{one.id}", "conduct 1"),
    ]


def test_one_holder_alone_gets_nothing(desk: Desk, two: list[Staff]) -> None:
    one, other = two
    reference = do(desk, one, sealed_lessons.ask, "conduct", "Fraud is read too late.").reference
    with pytest.raises(WrongState):
        do(desk, one, sealed_lessons.take, reference, PASSPHRASE)
    with pytest.raises(NotAllowed):
        do(desk, one, sealed_lessons.decide, reference, yes=True)
    do(desk, other, sealed_lessons.decide, reference, yes=False)
    with pytest.raises(WrongState):
        do(desk, one, sealed_lessons.take, reference, PASSPHRASE)


def test_it_is_taken_once_within_a_day_by_who_asked_with_a_long_passphrase(desk: Desk, two: list[Staff]) -> None:
    one, other = two
    reference = agreed(desk, two)
    with pytest.raises(Invalid):
        do(desk, one, sealed_lessons.take, reference, "short")
    with pytest.raises(NotFound):
        do(desk, other, sealed_lessons.take, reference, PASSPHRASE)
    with time_machine.travel(clock.now() + timedelta(hours=25), tick=True), pytest.raises(WrongState):
        do(desk, one, sealed_lessons.take, reference, PASSPHRASE)
    file = do(desk, one, sealed_lessons.take, reference, PASSPHRASE)
    assert parcel.unseal(PASSPHRASE, file).count(b"\n") == 1  # what came today has not settled
    with pytest.raises(WrongState):
        do(desk, one, sealed_lessons.take, reference, PASSPHRASE)


def test_a_session_that_is_not_unlocked_asks_decides_and_takes_nothing(desk: Desk, two: list[Staff]) -> None:
    reference = agreed(desk, two)
    with pytest.raises(Locked):
        desk.do(sealed_lessons.ask, two[0], "conduct", "Why not.")
    with pytest.raises(Locked):
        desk.do(sealed_lessons.decide, two[1], reference, yes=True)
    with pytest.raises(Locked):
        desk.do(sealed_lessons.take, two[0], reference, PASSPHRASE)


def test_nothing_leaves_the_walls_that_nobody_may_take_from_or_that_are_not_ones_own(
    desk: Desk, two: list[Staff]
) -> None:
    of_gbv = holders(desk, "gbv")[0]
    with pytest.raises(Invalid):
        do(desk, of_gbv, sealed_lessons.ask, "gbv", "To learn.")
    with pytest.raises(Invalid):
        do(desk, of_gbv, sealed_lessons.ask, "conduct", "To learn.")
    reference = do(desk, two[0], sealed_lessons.ask, "conduct", "Fraud is read too late.").reference
    assert do(desk, of_gbv, sealed_lessons.waiting) == []
    with pytest.raises(NotFound):
        do(desk, of_gbv, sealed_lessons.decide, reference, yes=True)


def test_a_parcel_opens_with_its_passphrase_alone() -> None:
    sealed = parcel.seal(PASSPHRASE, b"words")
    assert parcel.unseal(PASSPHRASE, sealed) == b"words"
    for passphrase, file in ((PASSPHRASE + "s", sealed), (PASSPHRASE, sealed[:-1] + b"x"), (PASSPHRASE, b"words")):
        with pytest.raises(BadSeal):
            parcel.unseal(passphrase, file)
