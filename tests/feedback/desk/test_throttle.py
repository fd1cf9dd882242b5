"""Slowing down who guesses: counted per kind and person, kept in the database, opening again by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from feedback import clock
from feedback.desk import throttle
from feedback.errors import WrongState
from feedback.models.staff import Throttle
from tests.factories import Desk


def _count(desk: Desk, whose: str = "a", kind: str = "code") -> None:
    with desk.at() as session:
        throttle.count(session, kind, whose, most=3)


def test_the_fourth_of_three_has_to_wait(desk: Desk) -> None:
    for _ in range(3):
        _count(desk)
    with pytest.raises(WrongState):
        _count(desk)
    with pytest.raises(WrongState), desk.at() as session:
        throttle.check(session, "code", "a", most=3)


def test_others_and_other_kinds_do_not_wait(desk: Desk) -> None:
    for _ in range(3):
        _count(desk)
    _count(desk, "b")
    _count(desk, "a", "sign-in")


def test_it_opens_again_by_itself_even_for_who_kept_trying(desk: Desk) -> None:
    for _ in range(3):
        _count(desk)
    for minutes in (3, 6, 9):
        with time_machine.travel(clock.now() + timedelta(minutes=minutes)), pytest.raises(WrongState):
            _count(desk)
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        _count(desk)


def test_what_is_kept_names_nobody(desk: Desk) -> None:
    _count(desk, "amina/10.0.0.1")
    (row,) = desk.rows(Throttle)
    assert b"amina" not in row.what
