"""Calls that we place: whom, when, and what is read again at the moment of placing (R4, I19)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from channels.contract import CallStep, SendFailed
from feedback import clock
from feedback.desk import callbacks, consents, handling, listeners, placing, replies, screening, silence
from feedback.errors import NotAllowed, WrongState
from feedback.models.call import CallBack, CallState, LineCall, Listener
from feedback.models.event import Event
from feedback.models.plan import Ask, ContactPlan
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Outcome, Ticket
from tests.factories import Desk, phone
from tests.feedback.desk.line import NOON, asks, dial, listener, settled, tell, the, work
from tests.feedback.desk.plans import TERMS, act, agreed, holders, local

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _in_hours() -> Iterator[None]:
    with time_machine.travel(NOON, tick=True):
        yield


@pytest.fixture
def agent(desk: Desk) -> Staff:
    """Somebody who tells, with a phone on which the exchange reaches them."""
    return reached(desk, desk.staff())


@pytest.fixture
def focal(desk: Desk) -> Staff:
    """A gbv focal point with a phone."""
    return reached(desk, holders(desk)[0])


def reached(desk: Desk, staff: Staff) -> Staff:
    desk.do(listeners.give_phone, staff, phone())
    return staff


def sensitive(desk: Desk, **more: object) -> Ticket:
    return desk.ticket("he follows me", tier="T3-G", sector="gbv", **{"address": phone(), **more})


def call(desk: Desk, staff: Staff, ticket: Ticket) -> LineCall:
    return act(desk, staff, ticket, placing.call_about)


def may(desk: Desk, ticket: Ticket) -> bool:
    with desk.at() as session:
        return placing.may_call(session, session.get_one(Ticket, ticket.id))


def wished(desk: Desk, staff: Staff, number: str | None = None) -> LineCall:
    tell(desk, CallStep.MISSED, "CA" + "e" * 32, address=number or phone())
    return desk.do(placing.call_back, staff, desk.rows(CallBack, CallBack.ended_at.is_(None))[0].reference)


# ---- whether it may be


def test_an_open_ticket_may_be_called_and_that_is_an_event(desk: Desk, agent: Staff) -> None:
    number = phone()
    ticket = desk.ticket(address=number)
    assert may(desk, ticket)
    call(desk, agent, ticket)
    (ringing,) = work(desk)
    assert (ringing.ring.person, ringing.ring.staff) == (number, _phone(desk, agent))
    (event,) = desk.rows(Event, Event.action == "call")
    assert (event.ticket_id, event.actor, event.detail) == (ticket.id, f"staff:{agent.id}", "out")


def test_who_has_given_no_phone_calls_nobody(desk: Desk) -> None:
    with pytest.raises(WrongState, match="on which phone"):
        call(desk, desk.staff(), desk.ticket())
    assert not desk.rows(LineCall)


def test_an_installation_without_an_exchange_calls_nobody(
    desk: Desk, agent: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = desk.ticket()
    monkeypatch.setattr("feedback.desk.room.exchange", lambda session: None)
    assert not may(desk, ticket)
    with pytest.raises(WrongState, match="places no calls"):
        call(desk, agent, ticket)


@pytest.mark.parametrize("role", [Role.TRANSCRIBER, Role.AUDITOR, Role.OPERATOR, Role.INTERPRETER])
def test_who_tells_nobody_calls_nobody(desk: Desk, role: Role) -> None:
    ticket, staff = desk.ticket(), desk.staff(role)
    with desk.at() as session, pytest.raises(NotAllowed):
        placing.call_about(session, staff, session.get_one(Ticket, ticket.id))
    with desk.at() as session, pytest.raises(NotAllowed):
        listeners.give_phone(session, staff, phone())


def test_a_closed_ticket_is_not_called(desk: Desk, agent: Staff) -> None:
    ticket = desk.ticket()
    desk.act(agent, ticket, handling.close, Outcome.INFORMED)
    with pytest.raises(WrongState, match="closed"):
        call(desk, agent, desk.again(ticket))


def test_without_a_number_and_for_one_that_wants_no_calls_there_is_none(desk: Desk, agent: Staff) -> None:
    number = phone()
    with pytest.raises(WrongState, match="no number"):
        call(desk, agent, desk.ticket(address=None))
    ticket = desk.ticket(address=number)
    with desk.at() as session:
        silence.mark(session, number, clock.now())
    with pytest.raises(WrongState, match="nothing from us"):
        call(desk, agent, ticket)
    assert not may(desk, ticket)


def test_a_plan_says_which_number_and_its_hours_hold(desk: Desk, focal: Staff) -> None:
    safe = phone()
    ticket = sensitive(desk)
    agreed(desk, focal, ticket, TERMS, channels=("call",), number=safe)
    call(desk, focal, ticket)
    assert [one.ring.person for one in work(desk)] == [safe]


@pytest.mark.parametrize(("hour", "allowed"), [(20, True), (19, False)])
def test_after_it_was_lowered_what_they_agreed_on_still_holds(
    desk: Desk, focal: Staff, hour: int, allowed: bool
) -> None:
    ticket = sensitive(desk)
    agreed(desk, focal, ticket, TERMS, channels=("call",), since="20:00", until="21:00")
    with desk.at() as session:
        session.get_one(Ticket, ticket.id).compartment = None
    with time_machine.travel(local(hour, 15)):
        assert act(desk, focal, ticket, lambda session, staff, found: placing.may_call(session, found)) is allowed


# ---- what is read again when it is placed


def _phone(desk: Desk, staff: Staff) -> str:
    with desk.at() as session:
        return listeners.phone_of(session, session.get_one(Listener, staff.id))


def test_a_call_is_placed_once(desk: Desk, agent: Staff) -> None:
    call(desk, agent, desk.ticket())
    assert (len(work(desk)), len(work(desk))) == (1, 0)


def _silent(desk: Desk, focal: Staff, ticket: Ticket, number: str) -> None:
    with desk.at() as session:
        silence.mark(session, number, clock.now())


def _taken_back(desk: Desk, focal: Staff, ticket: Ticket, number: str) -> None:
    act(desk, focal, ticket, consents.withdraw, Ask.CONTACT)


def _agreed_anew(desk: Desk, focal: Staff, ticket: Ticket, number: str) -> None:
    agreed(desk, focal, ticket, TERMS, channels=("visit",))


def _plan_without_consent(desk: Desk, focal: Staff, ticket: Ticket, number: str) -> None:
    """The plan went on to an edition that nobody consented to."""
    with desk.at() as session:
        session.execute(sa.update(ContactPlan).values(edition=ContactPlan.edition + 1))


def _closed(desk: Desk, focal: Staff, ticket: Ticket, number: str) -> None:
    act(desk, focal, ticket, handling.close, Outcome.UNSAFE)


def _elsewhere(desk: Desk, focal: Staff, ticket: Ticket, number: str) -> None:
    with desk.at() as session:
        session.get_one(Ticket, ticket.id).compartment = "psea"


@pytest.mark.parametrize(
    "happens",
    [_silent, _taken_back, _agreed_anew, _plan_without_consent, _closed, _elsewhere],
    ids=lambda one: one.__name__,
)
def test_what_forbids_it_in_the_last_moment_ends_it_and_frees_the_colleague(
    desk: Desk, focal: Staff, happens: Callable[[Desk, Staff, Ticket, str], None]
) -> None:
    number = phone()
    ticket = sensitive(desk, address=number)
    agreed(desk, focal, ticket, TERMS, channels=("call",))
    call(desk, focal, ticket)
    happens(desk, focal, ticket, number)
    assert work(desk) == []
    (row,) = desk.rows(LineCall)
    assert row.state is CallState.OVER
    assert [one.call_id for one in desk.rows(Listener)] == [None]


def test_an_open_ticket_that_was_raised_meanwhile_is_not_called(desk: Desk, agent: Staff) -> None:
    ticket = desk.ticket()
    call(desk, agent, ticket)
    desk.act(agent, ticket, screening.raise_, "T3-G")
    assert work(desk) == []


def test_who_let_the_call_go_is_not_rung_for_it(desk: Desk) -> None:
    staff = listener(desk)
    wished(desk, staff)
    with desk.at() as session:
        listeners.release(session, desk.rows(LineCall, LineCall.outgoing)[0].id)
    assert work(desk) == []


def test_a_number_that_is_gone_is_not_dialled(desk: Desk) -> None:
    wished(desk, listener(desk))
    with desk.at() as session:
        session.execute(sa.update(LineCall).values(address=None))
    assert work(desk) == []


# ---- what the exchange made of it


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
    call(desk, agent, ticket)
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
        call(desk, staff, desk.ticket())
    (ringing,) = work(desk)
    with desk.at() as session:
        placing.placed(session, ringing.call_id, "CA" + "d" * 32)
    (row,) = desk.rows(LineCall, LineCall.outgoing)
    assert (row.address, row.provider_ref) == (None, "CA" + "d" * 32)


def test_nobody_reached_on_a_ticket_is_a_try_in_its_history(desk: Desk, agent: Staff) -> None:
    ticket = desk.ticket()
    call(desk, agent, ticket)
    (ringing,) = work(desk)
    tell(desk, CallStep.NOT_REACHED, "CAleg", ours=ringing.ring.reference)
    (event,) = desk.rows(Event, Event.action == "not reached")
    assert (event.ticket_id, event.detail) == (ticket.id, "call")
    assert [one.call_id for one in desk.rows(Listener)] == [None]


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
