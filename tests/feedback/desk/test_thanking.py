"""The acknowledgement that can't travel in the answer: queued for all alike, sent at most once (decision 7, I20)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import time_machine

from channels.contract import Fate, SendFailed
from feedback.desk import intake, silence, thanking
from feedback.models.event import Event
from feedback.models.lately import Thanks
from feedback.models.ticket import TicketKey
from feedback.wiring import Parts
from tests.factories import Desk, inbound, phone

NOON = datetime(2026, 3, 4, 6, 0, tzinfo=UTC)
DUE = NOON + thanking.AFTER
WORDS = "Thank you."


def hear(desk: Desk, *texts: str, addresses: tuple[str, ...] = ()) -> None:
    numbers = addresses or tuple(phone() for _ in texts)
    with time_machine.travel(NOON, tick=False), desk.at() as session:
        session.info["thanks"] = {"aggregator": False}
        heard = [inbound(text, adapter="aggregator", address=number, received_at=NOON)
                 for text, number in zip(texts, numbers, strict=True)]  # fmt: skip
        intake.receive(session, heard)


def claim(desk: Desk, at: datetime) -> list[thanking.Claimed]:
    with time_machine.travel(at, tick=False), desk.at() as session:
        return thanking.claim(session, WORDS)


def fail(desk: Desk, claimed: thanking.Claimed, failure: SendFailed, at: datetime) -> None:
    with time_machine.travel(at, tick=False), desk.at() as session:
        thanking.failed(session, claimed, failure)


def test_everyone_is_thanked_with_the_same_words_after_the_same_time(desk: Desk) -> None:
    hear(desk, "no water", "a man beats me", "STOP them from taking my card")
    assert {row.due_at for row in desk.rows(Thanks)} == {DUE}
    assert not claim(desk, DUE - timedelta(milliseconds=1))
    assert [one.envelope.text for one in claim(desk, DUE)] == [WORDS] * 3


def test_one_that_has_gone_leaves_neither_number_nor_key(desk: Desk) -> None:
    hear(desk, "no water")
    (claimed,) = claim(desk, DUE)
    with desk.at() as session:
        thanking.sent(session, claimed)
    assert not desk.rows(Thanks)
    assert not desk.rows(TicketKey, TicketKey.ticket_id == claimed.thanks_id)
    assert [(event.action, event.detail) for event in desk.rows(Event)] == [
        ("receive", "sms thanked"),
        ("thank", "sent"),
    ]


def test_one_in_hand_is_not_claimed_again_and_one_left_by_a_crash_never_goes(desk: Desk) -> None:
    hear(desk, "no water")
    claim(desk, DUE)
    assert not claim(desk, DUE + timedelta(seconds=5))
    assert not claim(desk, DUE + timedelta(minutes=2))
    assert not desk.rows(Thanks)


def test_a_passing_failure_is_tried_twice_more(desk: Desk) -> None:
    hear(desk, "no water")
    at, names = DUE, []
    for _ in range(3):
        (claimed,) = claim(desk, at)
        names.append(claimed.envelope.reply)
        fail(desk, claimed, SendFailed("too busy", retry=True), at)
        at += timedelta(minutes=2)
    assert len(set(names)) == 3
    assert not desk.rows(Thanks)


def test_one_that_may_have_gone_out_never_goes_again(desk: Desk) -> None:
    hear(desk, "no water")
    (claimed,) = claim(desk, DUE)
    fail(desk, claimed, SendFailed("no answer from the provider", retry=True, unknown=True), DUE)
    assert not desk.rows(Thanks)


def test_a_number_that_was_struck_off_is_silent_from_then_on(desk: Desk) -> None:
    anna = phone()
    hear(desk, "no water", addresses=(anna,))
    (claimed,) = claim(desk, DUE)
    fail(desk, claimed, SendFailed("opted out", retry=False, fate=Fate.OPTED_OUT), DUE)
    with desk.at() as session:
        assert silence.among(session, [anna]) == {anna}


def test_stop_in_between_is_heeded(desk: Desk) -> None:
    anna = phone()
    hear(desk, "no water", "STOP", addresses=(anna, anna))
    assert not claim(desk, DUE)
    assert not desk.rows(Thanks)


def test_where_the_answer_carries_it_nothing_is_queued(desk: Desk, parts: Parts) -> None:
    assert parts.database.shared["thanks"] == {"twilio-sms": True}
    desk.hear(inbound())
    assert not desk.rows(Thanks)
