"""Story 6: the only reader is the accused; the independent focal point takes over, the accused gets no notice and no key."""

from __future__ import annotations

import pytest

from feedback.desk import compartments, sealing
from feedback.desk.conflicts import INDEPENDENT
from feedback.models.message import Message
from feedback.models.staff import Role
from feedback.models.ticket import Ticket, TicketKey
from tests.journeys.conftest import Town
from tests.journeys.person import Person

WORDS = "the psea man himself asks my sister for favours"


@pytest.fixture
def accused(town: Town) -> Person:
    """The man himself: a holder of psea."""
    return town.person(Role.FOCAL_POINT, clearances=["psea"], agency="heron")


@pytest.fixture
def alternate(town: Town, accused: Person) -> Person:
    """The other holder, of another agency; with both the compartment has its key."""
    alternate = town.person(Role.COORDINATOR, clearances=["psea"], agency="myna")
    with town.desk.at() as session:
        people = [town.desk.mine(session, one.staff) for one in (accused, alternate)]
        compartments.create(session, "psea", people, actor="part:test")
    for one in (accused, alternate):
        town.desk.enter(one.client, one.staff)
    return alternate


def opens(town: Town, person: Person, ticket: Ticket) -> bool:
    with town.desk.at() as session:
        session.info["ring"] = compartments.ring(session, person.staff, town.desk.private_key(person.staff))
        return bool(sealing.keys(session, [ticket.id]))


def test_he_is_excluded_from_the_commit_that_names_him(town: Town, accused: Person, alternate: Person) -> None:
    independent = town.person(Role.FOCAL_POINT, clearances=[INDEPENDENT])
    ticket = town.desk.ticket(WORDS, tier="T3-S", sector="conduct")
    at = f"/tickets/{ticket.reference}"
    assert accused.status(at) == 200
    (before,) = town.desk.rows(Message, Message.ticket_id == ticket.id)

    alternate.press(f"{at}/subject", person=accused.staff.login)

    (after,) = town.desk.rows(Message, Message.ticket_id == ticket.id)
    assert after.words != before.words  # a fresh key: what he may have kept opens nothing
    keys = {row.recipient for row in town.desk.rows(TicketKey, TicketKey.ticket_id == ticket.id)}
    assert keys == {f"s:{alternate.staff.id}", f"s:{independent.staff.id}"}
    assert accused.status(at) == 404
    assert not opens(town, accused, ticket)
    assert opens(town, independent, ticket)
    assert WORDS in independent.read(at)
    assert "Something needs you" not in accused.read("/rota")
    assert (ticket.code or "") not in accused.client.get("/inbox?list=sealed").text.replace(" ", "")


def test_i_know_this_person_passes_it_on_without_a_reason(town: Town, accused: Person, alternate: Person) -> None:
    ticket = town.desk.ticket(WORDS, tier="T3-S", sector="conduct")
    at = f"/tickets/{ticket.reference}"
    assert "It is somebody else's now" in alternate.press(f"{at}/pass-on")
    assert (alternate.status(at), accused.status(at)) == (404, 200)
