"""Loops and floods: the acknowledgement is capped per number and hour, and no message is dropped (feature 9)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from feedback.desk import guards, intake
from feedback.models.lately import Lately, Thanks
from feedback.models.message import Message
from tests.factories import Desk, inbound, phone

NOON = datetime(2026, 3, 4, 6, 0, tzinfo=UTC)


def thanked(desk: Desk, anna: str, *texts: str) -> list[bool]:
    with desk.at() as session:
        return [one.acknowledge for one in intake.receive(session, [inbound(text, address=anna) for text in texts])]


def test_a_number_is_thanked_three_times_an_hour(desk: Desk) -> None:
    assert thanked(desk, phone(), "a", "b", "c", "d", "e") == [True, True, True, False, False]


def test_the_same_words_are_thanked_once(desk: Desk) -> None:
    assert thanked(desk, phone(), "I am driving", " I am driving ", "no water") == [True, False, True]


def test_an_hour_later_it_begins_again(desk: Desk) -> None:
    anna = phone()
    with time_machine.travel(NOON, tick=False):
        assert thanked(desk, anna, *"abcd") == [True, True, True, False]
    with time_machine.travel(NOON + timedelta(minutes=59), tick=False):
        assert thanked(desk, anna, "e") == [False]
    with time_machine.travel(NOON + timedelta(minutes=61), tick=False):
        assert thanked(desk, anna, "f") == [True]


def test_the_cap_holds_over_several_batches_and_for_each_number_alone(desk: Desk) -> None:
    anna, bela = phone(), phone()
    said = [thanked(desk, anna, str(number))[0] for number in range(5)]
    assert said == [True, True, True, False, False]
    assert thanked(desk, bela, "0") == [True]


def test_what_is_said_plays_no_part(desk: Desk) -> None:
    grave = ["a man follows my sister", "stop him he beats me", "no water in camp 9", "thank you", "i can't go on"]
    said = {text: thanked(desk, phone(), text) for text in grave}
    assert set(map(tuple, said.values())) == {(True,)}


def test_two_machines_that_answer_each_other_fall_silent_and_every_word_is_kept(desk: Desk) -> None:
    robot, answers = phone(), 0
    for turn in range(40):
        answers += thanked(desk, robot, f"Ticket {turn} received. Do not reply.")[0]
    assert answers == guards.THANKS_AN_HOUR
    assert len(desk.rows(Message)) == 40


def test_a_flood_is_counted_and_taken_in_whole(desk: Desk) -> None:
    with time_machine.travel(NOON, tick=False):
        desk.hear(*[inbound(f"text {number}", address="+8801799999999") for number in range(guards.FLOOD + 1)])
        desk.hear(*[inbound() for _ in range(5)])
        with desk.at() as session:
            assert guards.floods(session, NOON) == 1
    assert len(desk.rows(Message)) == guards.FLOOD + 6


def test_counts_are_forgotten_after_their_hour(desk: Desk) -> None:
    with time_machine.travel(NOON, tick=False):
        desk.hear(inbound(), inbound())
        with desk.at() as session:
            guards.forget(session, NOON + timedelta(minutes=30))
        assert len(desk.rows(Lately)) == 4
        with desk.at() as session:
            guards.forget(session, NOON + timedelta(hours=1))
    assert not desk.rows(Lately)


def test_counts_hold_no_number(desk: Desk) -> None:
    desk.hear(inbound(address="+8801712345417"))
    assert all(b"1712345417" not in row.what and len(row.what) == 16 for row in desk.rows(Lately))


@pytest.mark.parametrize("sender", ["16247", None])
def test_who_can_not_be_answered_is_not_thanked(desk: Desk, sender: str | None) -> None:
    with desk.at() as session:
        (received,) = intake.receive(session, [inbound(address=None, facts={"sender": sender} if sender else {})])
    assert not received.acknowledge
    assert not desk.rows(Thanks)
