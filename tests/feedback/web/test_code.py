"""A code is never refused: one screen for sensitive, unanswered, unknown and mistyped ones (decision 8)."""

from __future__ import annotations

import pytest

from channels.contract import ChannelName
from feedback.desk import codes, replies, visibility
from feedback.models.reply import Note
from feedback.models.staff import Role
from feedback.models.ticket import Outcome, Ticket


@pytest.fixture
def volunteer(desk, client):
    volunteer = desk.staff(Role.VOLUNTEER, places=["camp-9"])
    desk.enter(client, volunteer)
    return volunteer


def _answered(desk):
    agent = desk.staff(Role.AGENT)
    ticket = desk.ticket("the tap is dry", channel=ChannelName.IN_PERSON, adapter="in-person", address=None)
    with desk.at(staff=True) as session:
        replies.answer(session, agent, visibility.find_ticket(session, agent, ticket.reference), "It is mended.")
    return ticket


def test_an_answer_is_read_out_and_told(desk, client, volunteer):
    ticket = _answered(desk)
    page = client.post("/code", data={"code": f"{ticket.code[:4]} {ticket.code[4:]}"}).text
    assert "It is mended." in page
    assert client.post("/code/told", data={"code": ticket.code}).status_code == 303
    assert desk.again(ticket).outcome is Outcome.TOLD


def test_every_other_code_has_the_same_screen(desk, client, volunteer):
    said = {
        "unanswered": desk.ticket("the tap is dry").code,
        "sensitive": desk.ticket("he hurts me", tier="T3-G", sector="gbv").code,
        "screening": desk.ticket("pani nai", tier=None).code,
        "unknown": codes.new(),
        "mistyped": "12345678",
        "nonsense": "my code",
    }
    screens = {client.post("/code", data={"code": code}).text.replace(code, "CODE") for code in said.values()}
    assert len(screens) == 1
    assert "We will look for it." in screens.pop()
    passed_on = {
        client.post("/code/visit", data={"code": code, "reach": "after 4"}).headers["location"]
        for code in said.values()
    }
    assert passed_on == {"/code"}


def test_how_they_wish_to_hear_reaches_the_ticket_or_screening(desk, client, volunteer):
    ticket = desk.ticket("he hurts me", tier="T3-G", sector="gbv")
    client.post("/code/visit", data={"code": ticket.code, "reach": "after 4, my sister's phone"})
    assert [note.ticket_id for note in desk.rows(Note)] == [ticket.id]
    client.post("/code/visit", data={"code": "12345678", "back": "on Monday"})
    assert len(desk.rows(Ticket, Ticket.compartment == "screening")) == 1


def test_nothing_said_comes_back_with_what_to_mend(client, volunteer):
    response = client.post("/code/visit", data={"code": "12345678", "reach": ""})
    assert response.status_code == 422
    assert "Write when and how" in response.text
