"""The form for somebody in front of us: safety, consent, matter, place, who (R1, R15)."""

from __future__ import annotations

import re

import pytest

from feedback.models.contact import Contact
from feedback.models.message import Message
from feedback.models.staff import Role
from feedback.models.ticket import Outcome, Status, Ticket


@pytest.fixture
def form(desk, client):
    """A filled-in form with a fresh key."""
    desk.enter(client, desk.staff(Role.VOLUNTEER, places=["camp-9"]))
    key = re.search(r'name="key" value="([^"]+)"', client.get("/intake").text)[1]
    return {
        "key": key,
        "safe": "yes",
        "consent_record": "yes",
        "text": "the tap by the school is dry",
        "language": "bn",
        "sector": "wash.no_water",
        "place": "camp-9",
        "contact": "code",
    }


def test_the_questions_stand_in_their_order(client, form):
    page = client.get("/intake").text
    order = [page.index(f'name="{name}"') for name in ("safe", "consent_record", "text", "place", "phone", "name")]
    assert order == sorted(order)


def test_a_form_becomes_a_coded_ticket_and_its_code_is_given_in_the_persons_language(desk, client, form):
    page = client.post("/intake", data=form).text
    (ticket,) = desk.rows(Ticket)
    assert f"{ticket.code[:4]} {ticket.code[4:]}" in page
    assert "আপনার নম্বর" in page
    assert (ticket.sector, ticket.subcategory, ticket.tier, ticket.place) == ("wash", "no_water", "T1", "camp-9")
    assert desk.rows(Contact) == []


def test_a_form_sent_twice_is_one_ticket_with_one_code(desk, client, form):
    first, second = client.post("/intake", data=form).text, client.post("/intake", data=form).text
    assert len(desk.rows(Ticket)) == 1
    code = desk.rows(Ticket)[0].code
    assert f"{code[:4]} {code[4:]}" in first
    assert f"{code[:4]} {code[4:]}" in second


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"safe": "no"}, "safe"),
        ({"safe": ""}, "safe"),
        ({"consent_record": ""}, "consent_record"),
        ({"text": " "}, "text"),
        ({"contact": "phone"}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"spot": "on"}, "answer"),
        ({"sector": "nonsense"}, "sector"),
    ],
)
def test_what_has_to_be_mended_is_named_and_nothing_typed_is_lost(desk, client, form, change, field):
    response = client.post("/intake", data=form | {"text": "the tap by the school is dry"} | change)
    assert response.status_code == 422
    assert f'id="e-{field}"' in response.text
    assert form["key"] in response.text
    assert "text" in change or "the tap by the school is dry</textarea>" in response.text
    assert desk.rows(Ticket) == []


def test_without_consent_only_that_somebody_came_is_counted(desk, client, form):
    response = client.post("/intake", data=form | {"consent_record": "no", "phone": "01711000222", "name": "Amina"})
    assert response.headers["location"] == "/intake"
    (ticket,) = desk.rows(Ticket)
    assert (ticket.outcome, ticket.sector, ticket.facts, ticket.code) == (Outcome.INFORMED, "wash", None, None)
    assert [message.words for message in desk.rows(Message)] == [None]
    assert desk.rows(Contact) == []


def test_answered_on_the_spot_is_closed_and_told_in_one_step(desk, client, form):
    client.post("/intake", data=form | {"spot": "on", "answer": "The pump runs from six."})
    (ticket,) = desk.rows(Ticket)
    assert (ticket.status, ticket.outcome) == (Status.CLOSED, Outcome.TOLD)


def test_a_sensitive_form_cannot_be_read_back_by_its_author(desk, client, form):
    page = client.post("/intake", data=form | {"tier": "T3-G", "sector": "", "text": "he hurts her"}).text
    (ticket,) = desk.rows(Ticket)
    assert ticket.compartment == "gbv"
    assert "he hurts her" not in page
    assert client.get(f"/tickets/{ticket.reference}").status_code == 404
