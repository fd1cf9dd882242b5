"""The call in hand: what is written down of it, and calls that we place ourselves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from channels.contract import CallStep, SendFailed
from feedback.desk import conversations, placing
from feedback.desk.conversations import Matter
from feedback.desk.screening import Coding
from feedback.errors import Invalid, NotFound, WrongState
from feedback.models.call import CallBack, LineCall
from feedback.models.contact import Contact
from feedback.models.event import Event
from feedback.models.ticket import Ticket
from tests.factories import Desk, phone
from tests.feedback.desk.line import NOON, listener, settled, talking, tell, work


@pytest.fixture(autouse=True)
def _in_hours() -> Iterator[None]:
    with time_machine.travel(NOON, tick=True):
        yield


def test_what_was_said_is_written_down_by_whoever_heard_it_and_they_are_free(desk: Desk) -> None:
    staff = listener(desk)
    reference = talking(desk, staff)
    matter = Matter(
        Coding("wash", "no_water", tier="T1"), "no water for three days", "bn", record=True, keep_number=True
    )
    entered = desk.do(conversations.write_down, staff, reference, matter)
    assert entered is not None
    assert len(entered.code) == 8
    (ticket,) = desk.rows(Ticket)
    assert (ticket.channel.value, ticket.sector, ticket.entered_by) == ("hotline", "wash", staff.id)
    assert desk.rows(Contact)
    assert desk.do(conversations.in_hand, staff) is None
    assert settled(desk, 200) == 1
    assert not desk.rows(CallBack)


def test_a_number_is_kept_only_where_they_agreed(desk: Desk) -> None:
    staff = listener(desk)
    reference = talking(desk, staff)
    desk.do(conversations.write_down, staff, reference, Matter(Coding("wash"), "no water", "bn", record=True))
    assert not desk.rows(Contact)


def test_without_consent_only_that_somebody_called_is_counted(desk: Desk) -> None:
    staff = listener(desk)
    reference = talking(desk, staff)
    matter = Matter(Coding("wash"), "words that must not stay", "bn", record=False, keep_number=True)
    assert desk.do(conversations.write_down, staff, reference, matter) is None
    (ticket,) = desk.rows(Ticket)
    assert (ticket.code, ticket.outcome) == (None, "declined_help")
    assert not desk.rows(Contact)


def test_what_is_grave_is_behind_its_wall_before_the_listener_could_read_it_back(desk: Desk) -> None:
    staff = listener(desk)
    reference = talking(desk, staff)
    desk.do(
        conversations.write_down, staff, reference, Matter(Coding(tier="T3-G"), "asks for a woman", "bn", record=True)
    )
    assert desk.rows(Ticket)[0].compartment == "gbv"


def test_a_form_without_words_is_mended_and_the_call_stays_in_hand(desk: Desk) -> None:
    staff = listener(desk)
    reference = talking(desk, staff)
    with pytest.raises(Invalid):
        desk.do(conversations.write_down, staff, reference, Matter(Coding(), " ", "bn", record=True))
    assert desk.do(conversations.in_hand, staff) is not None


def test_a_call_in_anothers_hands_does_not_exist(desk: Desk) -> None:
    reference = talking(desk, listener(desk))
    with pytest.raises(NotFound):
        desk.do(conversations.let_go, desk.screener(), reference)


def test_a_call_that_was_talked_with_is_called_again_only_as_agreed(desk: Desk) -> None:
    staff = listener(desk)
    reference = talking(desk, staff)
    desk.do(conversations.let_go, staff, reference)
    settled(desk, 200)
    assert not desk.rows(CallBack)
    again = talking(desk, staff)
    desk.do(conversations.call_again, staff, again)
    assert [row.broke_off for row in desk.rows(CallBack)] == [True]


def test_a_call_back_rings_the_colleague_first_and_its_number_is_gone_once_it_is_placed(desk: Desk) -> None:
    number, staff = phone(), listener(desk)
    tell(desk, CallStep.MISSED, "CA" + "e" * 32, address=number)
    desk.do(placing.call_back, staff, desk.rows(CallBack)[0].reference)
    (ringing,) = work(desk)
    assert ringing.ring.person == number
    with desk.at() as session:
        placing.placed(session, ringing.call_id, "CA" + "d" * 32)
    (call,) = desk.rows(LineCall, LineCall.outgoing)
    assert call.address is None
    assert [event.detail for event in desk.rows(Event, Event.action == "call")] == ["call back"]


@pytest.mark.parametrize(("step", "tries"), [(CallStep.NOT_REACHED, 1), (CallStep.STAFF_AWAY, 0)])
def test_a_call_back_that_reached_nobody_stays_on_the_list(desk: Desk, step: CallStep, tries: int) -> None:
    staff = listener(desk)
    tell(desk, CallStep.MISSED, "CA" + "e" * 32, address=phone())
    desk.do(placing.call_back, staff, desk.rows(CallBack)[0].reference)
    (ringing,) = work(desk)
    tell(desk, step, "CAleg", ours=ringing.ring.reference)
    (row,) = desk.rows(CallBack)
    assert (row.tries, row.ended_at) == (tries, None)
    assert desk.do(conversations.in_hand, staff) is None


def test_a_call_that_the_provider_refuses_lets_the_colleague_try_again(desk: Desk) -> None:
    staff = listener(desk)
    tell(desk, CallStep.MISSED, "CA" + "e" * 32, address=phone())
    desk.do(placing.call_back, staff, desk.rows(CallBack)[0].reference)
    (ringing,) = work(desk)
    with desk.at() as session:
        placing.not_placed(session, ringing.call_id, SendFailed("no credit", retry=False))
    assert desk.do(conversations.in_hand, staff) is None
    assert desk.rows(CallBack)[0].ended_at is None


def test_one_call_at_a_time(desk: Desk) -> None:
    staff = listener(desk)
    talking(desk, staff)
    tell(desk, CallStep.MISSED, "CA" + "e" * 32, address=phone())
    with pytest.raises(WrongState, match="call in hand"):
        desk.do(placing.call_back, staff, desk.rows(CallBack)[0].reference)
