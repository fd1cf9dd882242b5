"""What becomes of a call that we place, as the exchange tells it: whose number is let go, who is free, what counts as a try."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from channels.contract import CallStep, SendFailed
from feedback import clock
from feedback.desk import callbacks, handling, placing, replies, silence
from feedback.errors import NotAllowed, NotFound, WrongState
from feedback.models.call import CallBack, CallState, LineCall, Listener
from feedback.models.event import Event
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Outcome
from tests.factories import Desk, phone
from tests.feedback.desk.line import NOON, asks, dial, listener, reached, settled, tell, the, wished, work

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _in_hours() -> Iterator[None]:
    with time_machine.travel(NOON, tick=True):
        yield


@pytest.fixture
def agent(desk: Desk) -> Staff:
    """Somebody who tells, with a phone."""
    return reached(desk, desk.staff())


def test_a_call_of_which_nobody_knows_whether_it_rings_stays_in_hand(desk: Desk) -> None:
    staff = listener(desk)
    wished(desk, staff)
    (ringing,) = work(desk)
    with desk.at() as session:
        placing.not_placed(session, ringing.call_id, SendFailed("no answer", retry=True, unknown=True))
    (row,) = desk.rows(LineCall, LineCall.outgoing)
    assert (row.state, row.ended_at) == (CallState.RINGING, None)
    assert not desk.rows(Event, Event.action == "not placed")


def test_a_caller_whose_listener_could_not_be_rung_goes_on_waiting_and_that_is_an_event(desk: Desk) -> None:
    listener(desk)
    waits = dial(desk)
    asks(desk, waits)
    (ringing,) = work(desk)
    with desk.at() as session:
        placing.not_placed(session, ringing.call_id, SendFailed("busy", retry=True))
    assert (the(desk, waits).state, the(desk, waits).staff_id) == (CallState.WAITING, None)
    assert desk.rows(Event, Event.action == "not placed")
    assert len(work(desk)) == 1  # the listener is free, and rung again


def test_a_call_of_ours_that_came_to_nothing_is_no_wish_of_theirs(desk: Desk, agent: Staff) -> None:
    ticket = desk.ticket()
    desk.act(agent, ticket, placing.call_about)
    desk.act(agent, ticket, handling.close, Outcome.INFORMED)
    assert work(desk) == []
    assert settled(desk) == 1
    assert not desk.rows(CallBack)


@pytest.mark.parametrize("about", ["wish", "ticket"])
def test_the_number_is_let_go_once_the_exchange_has_it(desk: Desk, about: str) -> None:
    staff = listener(desk)
    if about == "wish":
        wished(desk, staff)
    else:
        desk.act(staff, desk.ticket(), placing.call_about)
    (ringing,) = work(desk)
    with desk.at() as session:
        placing.placed(session, ringing.call_id, "CA" + "d" * 32)
    (row,) = desk.rows(LineCall, LineCall.outgoing)
    assert (row.address, row.provider_ref) == (None, "CA" + "d" * 32)


def test_nobody_reached_on_a_ticket_is_a_try_in_its_history(desk: Desk, agent: Staff) -> None:
    ticket = desk.ticket()
    desk.act(agent, ticket, placing.call_about)
    (ringing,) = work(desk)
    tell(desk, CallStep.NOT_REACHED, "CAleg", ours=ringing.ring.reference)
    (event,) = desk.rows(Event, Event.action == "not reached")
    assert (event.ticket_id, event.detail) == (ticket.id, "call")
    assert [one.call_id for one in desk.rows(Listener)] == [None]


def test_a_try_that_is_told_twice_counts_once(desk: Desk) -> None:
    wished(desk, listener(desk))
    (ringing,) = work(desk)
    for _ in range(2):
        tell(desk, CallStep.NOT_REACHED, "CAleg", ours=ringing.ring.reference)
    assert desk.rows(CallBack)[0].tries == 1


def test_a_wish_that_there_is_not_and_one_that_is_done_are_said_so(desk: Desk) -> None:
    staff = listener(desk)
    with pytest.raises(NotFound):
        desk.do(placing.call_back, staff, "nobody")
    tell(desk, CallStep.MISSED, "CA" + "e" * 32, address=phone())
    (wish,) = desk.rows(CallBack)
    desk.do(callbacks.unwished, staff, wish.reference)
    with pytest.raises(WrongState, match="quicker"):
        desk.do(placing.call_back, staff, wish.reference)


def test_a_reply_to_be_told_is_called_about_by_those_who_tell(desk: Desk, agent: Staff) -> None:
    number = phone()
    ticket = desk.ticket(address=number)
    with desk.at() as session:
        silence.mark(session, number, clock.now())
    reply = desk.act(agent, desk.again(ticket), replies.answer, "The tap is mended.")
    with desk.at() as session:
        silence.lift(session, number)
    desk.do(placing.call_about_reply, agent, reply.reference)
    assert [one.ring.person for one in work(desk)] == [number]
    with pytest.raises(NotAllowed):
        desk.do(placing.call_about_reply, desk.staff(Role.AUDITOR), reply.reference)


def test_calls_back_are_for_those_cleared_and_in_hours(desk: Desk, agent: Staff) -> None:
    tell(desk, CallStep.MISSED, "CA" + "e" * 32, address=phone())
    reference = desk.rows(CallBack)[0].reference
    with pytest.raises(NotAllowed):
        desk.do(placing.call_back, agent, reference)
    with pytest.raises(NotAllowed):
        desk.do(callbacks.unwished, agent, reference)
    staff = listener(desk)
    with time_machine.travel(NOON + timedelta(hours=9)), pytest.raises(WrongState, match="in hours"):
        desk.do(placing.call_back, staff, reference)
