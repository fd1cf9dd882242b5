"""Intake: each message is kept once, in a ticket of its own, behind the wall of screening."""

from __future__ import annotations

from feedback.desk import intake
from feedback.models.message import Message
from feedback.models.ticket import Status, Ticket
from tests.factories import Desk, inbound


def test_a_message_opens_a_ticket_in_screening(desk: Desk) -> None:
    (ticket_id,) = desk.hear(inbound("no water in camp 9"))
    (ticket,) = desk.rows(Ticket)
    assert (ticket.id, ticket.status, ticket.compartment, ticket.place) == (
        ticket_id,
        Status.NEW,
        "screening",
        "camp-9",
    )


def test_a_message_that_comes_twice_is_kept_once(desk: Desk) -> None:
    first = inbound("no water")
    with desk.at() as session:
        (one, two) = intake.receive(session, [first, first])
    with desk.at() as session:
        (three,) = intake.receive(session, [first])
    assert (one.new, two.new, three.new) == (True, False, False)
    assert len(desk.rows(Message)) == 1
