"""Screening: cards, one key, and what is recorded of it."""

from __future__ import annotations

import pytest

from classifier.suggestion import Suggestion, Verdict
from feedback import clock
from feedback.desk import silence
from feedback.models.event import Event
from feedback.models.reply import Note
from feedback.models.ticket import Outcome, Status, Ticket
from tests import factories

HTMX = {"hx-request": "true"}


@pytest.fixture
def screener(desk, client):
    screener = desk.screener()
    desk.enter(client, screener)
    return screener


def _hear(desk, text="pani nai 3 din camp 9"):
    (ticket_id,) = desk.hear(factories.inbound(text))
    return desk.rows(Ticket, Ticket.id == ticket_id)[0]


def test_danger_stands_first_and_each_card_is_recorded_once_for_this_person(desk, client, screener):
    _hear(desk, "when does the school open")
    _hear(desk, "a man wants to rape my sister")
    for _ in range(2):
        page = client.get("/screening").text
    assert page.index("my sister") < page.index("the school open")
    assert "look at this first" in page
    shown = desk.rows(Event, Event.action == "shown")
    assert len(shown) == 2
    assert {event.actor for event in shown} == {f"staff:{screener.id}"}


@pytest.mark.parametrize(
    ("form", "sector", "tier", "compartment"),
    [
        ({"decision": "open:wash"}, "wash", "T0", None),
        ({"decision": "open:wash", "urgent": "on"}, "wash", "T1", None),
        ({"decision": "open:wash.no_water"}, "wash", "T1", None),
        ({"decision": "sensitive:T3-G"}, "gbv", "T3-G", "gbv"),
        ({"decision": "sensitive:T3-S"}, "conduct", "T3-S", "psea"),
        ({"decision": "sensitive:T2-P"}, "protection", "T2-P", "protection"),
    ],
)
def test_one_key_sends_a_message_on(desk, client, screener, form, sector, tier, compartment):
    ticket = _hear(desk)
    response = client.post(f"/screening/{ticket.reference}", data=form, headers=HTMX)
    assert response.status_code == 200
    assert "Nothing waits for screening" in response.text
    after = desk.again(ticket)
    assert (after.sector, after.tier, after.compartment, after.status) == (sector, tier, compartment, Status.TRIAGED)


def test_the_suggestion_is_taken_with_enter(desk, client, screener):
    ticket = _hear(desk)
    guess = Suggestion("rhg-Latn", Verdict.UNSURE, sector="wash", subcategory="no_water", kind="complaint", tier="T1")
    desk.read_by_machine(guess)
    assert 'value="suggested"' in client.get("/screening").text
    assert client.post(f"/screening/{ticket.reference}", data={"decision": "suggested"}).status_code == 303
    after = desk.again(ticket)
    assert (after.sector, after.subcategory, after.kind, after.tier) == ("wash", "no_water", "complaint", "T1")


def test_what_is_no_feedback_is_put_away(desk, client, screener):
    ticket = _hear(desk, "win a prize now")
    client.post(f"/screening/{ticket.reference}", data={"decision": "not_feedback"})
    assert desk.again(ticket).outcome is Outcome.SPAM


@pytest.mark.parametrize("decision", ["", "open:gbv", "open:nonsense", "sensitive:T0", "suggested"])
def test_a_decision_that_cannot_be_comes_back_and_changes_nothing(desk, client, screener, decision):
    ticket = _hear(desk)
    response = client.post(f"/screening/{ticket.reference}", data={"decision": decision}, headers=HTMX)
    assert response.status_code == 422
    assert "pani nai" in response.text
    assert desk.again(ticket).status is Status.NEW


def test_the_slower_of_two_screeners_sees_the_next_card_and_why(desk, client, screener):
    ticket = _hear(desk)
    _hear(desk, "the school is closed")
    client.post(f"/screening/{ticket.reference}", data={"decision": "open:wash"})
    late = client.post(f"/screening/{ticket.reference}", data={"decision": "open:health"}, headers=HTMX)
    assert late.status_code == 409
    assert "A colleague was quicker" in late.text
    assert "the school is closed" in late.text
    assert desk.again(ticket).sector == "wash"


@pytest.mark.parametrize(("decision", "kept"), [("open:wash", 1), ("sensitive:T3-G", 0)])
def test_what_a_caller_asks_for_is_written_down_in_the_open_only(desk, client, screener, decision, kept):
    ticket = _hear(desk)
    client.post(f"/screening/{ticket.reference}", data={"decision": decision, "note": "asks for water"})
    assert len(desk.rows(Note)) == kept


def test_one_button_lifts_what_a_colleague_set_and_only_who_asks_for_it_has_one(desk, client, screener):
    number = factories.phone()
    with desk.at() as session:
        silence.mark(session, number, clock.now(), by_staff=True)
    _hear(desk)
    assert 'value="lift"' not in client.get("/screening").text
    (ticket_id,) = desk.hear(factories.inbound("START", address=number))
    (ticket,) = desk.rows(Ticket, Ticket.id == ticket_id)
    assert client.get("/screening").text.count('value="lift"') == 1
    response = client.post(f"/screening/{ticket.reference}", data={"decision": "lift"}, headers=HTMX)
    assert "Texts go to this number again." in response.text
    assert 'value="lift"' not in response.text
    assert desk.again(ticket).outcome is Outcome.OPTED_IN
    with desk.at() as session:
        assert silence.among(session, [number]) == set()
