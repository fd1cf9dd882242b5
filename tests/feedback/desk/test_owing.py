"""After a restore a part of a sealed ticket is taken out again: at once what needs no key, the rest as soon as it is opened."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from feedback.desk import forgotten, reading, redacting, sealing
from feedback.models.event import Event
from feedback.models.message import Message
from feedback.models.right import Redaction
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket, TicketKey
from tests.factories import Desk
from tests.feedback.desk.plans import act, holders, unlocked

FACTS = {"name": "Karim Uddin", "age": "25_59"}


@pytest.fixture
def focal(desk: Desk) -> Staff:
    return holders(desk)[0]


@pytest.fixture
def ticket(desk: Desk, focal: Staff) -> Ticket:
    return desk.ticket("he follows me", tier="T3-G", sector="gbv", facts=FACTS)


def _lines(desk: Desk, focal: Staff, ticket: Ticket) -> list[str]:
    """What the record beside the backups says of two parts that were taken out."""
    with unlocked(desk, focal) as session:
        named = redacting.facts_of(sealing.key(session, ticket.id), ticket)
        part = next(part for part, name in named.items() if name == "name")
        _, fact = redacting._find(session, ticket, sealing.key(session, ticket.id), part)
    (message,) = desk.rows(Message)
    return [
        f"part {ticket.reference} message {message.id} asked",
        f"part {ticket.reference} fact {redacting._fact_id(fact)} asked",
    ]


def wraps(desk: Desk, ticket: Ticket) -> set[bytes]:
    return {row.wrapped for row in desk.rows(TicketKey, TicketKey.ticket_id == ticket.id)}


def test_the_first_who_opens_it_gives_it_a_fresh_key_and_what_needed_the_key_goes(
    desk: Desk, focal: Staff, ticket: Ticket
) -> None:
    lines, before = _lines(desk, focal, ticket), wraps(desk, ticket)
    with desk.at() as session:
        assert forgotten.again(session, lines) == 2
    assert ([row.words for row in desk.rows(Message)], wraps(desk, ticket)) == ([None], before)
    assert {row.owed for row in desk.rows(Redaction)} == {True}
    view = act(desk, focal, ticket, reading.view)
    assert dict(view.facts) == {"age": "25_59"}
    assert [one.kind for one in view.thread] == ["taken_out", "taken_out"]
    assert before.isdisjoint(wraps(desk, ticket))
    assert {row.owed for row in desk.rows(Redaction)} == {False}
    assert sorted(row.detail for row in desk.rows(Event, Event.action == "redact")) == [
        "fact asked",
        "fact asked done",
        "message asked",
        "message asked done",
    ]


def test_it_is_done_once_and_also_where_they_had_just_opened_it(desk: Desk, focal: Staff, ticket: Ticket) -> None:
    lines = _lines(desk, focal, ticket)
    act(desk, focal, ticket, reading.view)
    with desk.at() as session:
        forgotten.again(session, lines)
    act(desk, focal, ticket, reading.view)
    assert {row.owed for row in desk.rows(Redaction)} == {False}
    after = wraps(desk, ticket)
    act(desk, focal, ticket, reading.view)
    assert wraps(desk, ticket) == after
    with desk.at() as session:
        assert forgotten.again(session, lines) == 0


def test_of_an_open_ticket_nothing_is_owed(desk: Desk) -> None:
    ticket = desk.ticket("no water", facts=FACTS)
    before = wraps(desk, ticket)
    (message,) = desk.rows(Message)
    with desk.at() as session:
        session.execute(sa.update(Ticket).values(read_at=ticket.created_at))
        forgotten.again(session, [f"part {ticket.reference} message {message.id} asked"])
    assert {row.owed for row in desk.rows(Redaction)} == {False}
    assert before.isdisjoint(wraps(desk, ticket))
