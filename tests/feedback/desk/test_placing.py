"""Calls that we place: whom, when, and what is read again at the moment of placing (R4, I19)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
import time_machine

from feedback import clock
from feedback.desk import consents, handling, listeners, placing, screening, silence
from feedback.errors import NotAllowed, WrongState
from feedback.models.call import CallState, LineCall, Listener
from feedback.models.event import Event
from feedback.models.plan import Ask, ContactPlan
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Outcome, Ticket
from tests.factories import Desk, phone
from tests.feedback.desk.line import NOON, listener, reached, wished, work
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


def sensitive(desk: Desk, **more: object) -> Ticket:
    return desk.ticket("he follows me", tier="T3-G", sector="gbv", **{"address": phone(), **more})


def call(desk: Desk, staff: Staff, ticket: Ticket) -> LineCall:
    return act(desk, staff, ticket, placing.call_about)


def may(desk: Desk, ticket: Ticket) -> bool:
    with desk.at() as session:
        return placing.may_call(session, session.get_one(Ticket, ticket.id))


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


@pytest.mark.parametrize(
    ("terms", "edition", "why"),
    [
        (None, 0, "unasked"),
        ({"channels": ("call",)}, 1, "unasked"),  # nobody consented to the edition that stands
        ({"channels": ("visit",)}, 0, "did not agree to be called"),
        ({"channels": ("visit",), "never": ("call",)}, 0, "did not agree to be called"),
        ({"channels": ("call",), "since": "20:00", "until": "21:00"}, 0, "Not at this hour"),
    ],
)
def test_a_sensitive_ticket_is_called_only_as_was_agreed(
    desk: Desk, focal: Staff, terms: dict[str, object] | None, edition: int, why: str
) -> None:
    ticket = sensitive(desk)
    if terms is not None:
        agreed(desk, focal, ticket, TERMS, **terms)
    with desk.at() as session:
        session.execute(sa.update(ContactPlan).values(edition=ContactPlan.edition + edition))
    with pytest.raises((NotAllowed, WrongState), match=why):
        call(desk, focal, ticket)
    assert not desk.rows(LineCall)


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
