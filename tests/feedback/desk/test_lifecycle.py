"""The whole status table, and the only code that sets a status."""

from __future__ import annotations

from itertools import product

import pytest

from feedback import clock
from feedback.desk import lifecycle
from feedback.desk.permissions import Action
from feedback.errors import WrongState
from feedback.models.event import Event
from feedback.models.ticket import Outcome, Status, Ticket
from tests.factories import Desk


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_the_moves_of_the_table_can_be_made(desk: Desk) -> None:
    with desk.at() as session:
        for status, action in product(Status, Action):
            ticket = Ticket(id=1, status=status, compartment=None)
            after = lifecycle.MOVES.get((status, action))
            outcome = Outcome.TOLD if after is Status.CLOSED else None
            if after is None:
                with pytest.raises(WrongState):
                    lifecycle.move(session, ticket, action, actor="part:test")
                assert ticket.status is status
            else:
                lifecycle.move(session, ticket, action, actor="part:test", outcome=outcome)
                assert ticket.status is after
        session.expunge_all()


def test_a_ticket_closes_with_an_outcome_and_only_then(desk: Desk) -> None:
    with desk.at() as session:
        with pytest.raises(ValueError, match="outcome"):
            lifecycle.move(session, Ticket(status=Status.TRIAGED), Action.CLOSE, actor="part:test")
        with pytest.raises(ValueError, match="outcome"):
            lifecycle.move(session, Ticket(status=Status.NEW), Action.TRIAGE, actor="part:test", outcome=Outcome.TOLD)


def test_opening_again_forgets_how_it_ended(desk: Desk) -> None:
    with desk.at() as session:
        ticket = Ticket(id=1, status=Status.CLOSED, outcome=Outcome.TOLD, closed_at=clock.now(), compartment=None)
        lifecycle.move(session, ticket, Action.REOPEN, actor="part:test")
        assert (ticket.outcome, ticket.closed_at) == (None, None)


def test_every_move_is_an_event(desk: Desk) -> None:
    ticket = desk.ticket()
    assert [event.action for event in desk.rows(Event, Event.ticket_id == ticket.id)] == ["receive", "triage"]


def test_every_status_can_be_reached_and_left() -> None:
    reached = {Status.NEW, *lifecycle.MOVES.values()}
    left = {status for status, _ in lifecycle.MOVES}
    unused = {Status.REFERRED}  # partners come with a later issue
    assert reached == set(Status) - unused
    assert left == set(Status) - unused
