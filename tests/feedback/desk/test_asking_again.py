"""START from a number that staff had silenced: shown to who reads it, lifted by a person only, and recorded."""

from __future__ import annotations

import pytest

from feedback import clock
from feedback.desk import asking_again, handling, screening, silence
from feedback.errors import NotAllowed, WrongState
from feedback.models.event import Event
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Outcome, Status, Ticket
from tests.factories import Desk, inbound, phone

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def heard(desk: Desk, number: str, text: str = "START", *, by_staff: bool = True, opted: bool | None = None) -> Ticket:
    with desk.at() as session:
        silence.mark(session, number, clock.now(), by_staff=by_staff)
    (ticket_id,) = desk.hear(inbound(text, address=number, opted=opted))
    return desk.rows(Ticket, Ticket.id == ticket_id)[0]


def asking(desk: Desk, reader: Staff) -> set[str]:
    with desk.at(staff=True) as session:
        return asking_again.among(session, screening.waiting(session, reader))


def silent(desk: Desk, number: str) -> bool:
    with desk.at() as session:
        return bool(silence.among(session, [number]))


@pytest.mark.parametrize("opted", [None, True])
def test_who_reads_it_lifts_the_mark_and_that_is_recorded(desk: Desk, opted: bool | None) -> None:
    number, screener = phone(), desk.screener()
    ticket = heard(desk, number, "START" if opted is None else "YES", opted=opted)
    assert asking(desk, screener) == {ticket.reference}
    desk.act(screener, ticket, asking_again.lift)
    after = desk.again(ticket)
    assert (after.status, after.outcome) == (Status.CLOSED, Outcome.OPTED_IN)
    assert not silent(desk, number)
    with desk.at() as session:
        assert not silence.is_kept(session, number)
    (event,) = desk.rows(Event, Event.action == asking_again.LIFT)
    assert (event.actor, event.ticket_id, event.detail) == (f"staff:{screener.id}", ticket.id, "")


def test_no_machine_reads_it(desk: Desk) -> None:
    assert heard(desk, phone()).read_at is not None


@pytest.mark.parametrize(
    ("text", "by_staff"), [("no water", True), ("please START it", True), ("START", False)], ids=str
)
def test_nothing_else_asks_for_it(desk: Desk, text: str, by_staff: bool) -> None:
    number, screener = phone(), desk.screener()
    ticket = heard(desk, number, text, by_staff=by_staff)
    assert asking(desk, screener) == set()
    with pytest.raises(WrongState):
        desk.act(screener, ticket, asking_again.lift)
    assert silent(desk, number) is by_staff


def test_who_may_not_set_the_mark_may_not_lift_it(desk: Desk) -> None:
    number = phone()
    ticket = heard(desk, number)
    for other in (desk.staff(Role.AGENT), desk.staff(Role.SCREENER, clearances=[])):
        with desk.at() as session, pytest.raises(NotAllowed):
            asking_again.lift(session, other, session.merge(ticket))
    assert silent(desk, number)


def test_a_second_one_finds_nothing_to_lift(desk: Desk) -> None:
    number, screener = phone(), desk.screener()
    first, second = heard(desk, number), heard(desk, number)
    desk.act(screener, first, asking_again.lift)
    assert asking(desk, screener) == set()
    with pytest.raises(WrongState):
        desk.act(screener, second, asking_again.lift)
    with pytest.raises(WrongState):
        desk.act(screener, desk.again(first), asking_again.lift)


def test_a_text_with_facts_of_its_own_asks_for_nothing(desk: Desk) -> None:
    number, screener = phone(), desk.screener()
    with desk.at() as session:
        silence.mark(session, number, clock.now(), by_staff=True)
    desk.hear(inbound("no water", address=number, facts={"name": "somebody"}))
    assert asking(desk, screener) == set()


def test_what_has_left_screening_or_is_closed_lifts_nothing(desk: Desk) -> None:
    number, screener = phone(), desk.screener()
    closed, raised = heard(desk, number), heard(desk, number)
    desk.act(screener, closed, handling.close, Outcome.SPAM)
    with desk.at() as session:
        session.get_one(Ticket, raised.id).compartment = None
    for ticket in (closed, raised):
        with pytest.raises(WrongState, match="nothing to lift"):
            desk.act(screener, desk.again(ticket), asking_again.lift)
    assert silent(desk, number)
