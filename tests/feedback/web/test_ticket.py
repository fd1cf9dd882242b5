"""One ticket: what its page shows, and what each press does."""

from __future__ import annotations

import re

import pytest

from classifier.suggestion import Suggestion, Verdict
from feedback.models.event import Event
from feedback.models.reply import Note, Reply, ReplyState
from feedback.models.staff import Role
from feedback.models.ticket import Status, Ticket
from tests import factories

HTMX = {"hx-request": "true"}
GUESS = Suggestion(
    "en", Verdict.OPEN, tier="T1", sector="wash", subcategory="no_water", confidence=0.9, signals=("dry",)
)


@pytest.fixture
def agent(desk, client):
    agent = desk.staff(Role.AGENT)
    desk.enter(client, agent)
    return agent


def _at(ticket, verb=""):
    return f"/tickets/{ticket.reference}{verb}"


def test_the_page_shows_the_words_with_the_evidence_marked_and_asks_whether_it_is_right(desk, client, agent):
    desk.hear(factories.inbound("the tap is dry"))
    desk.read_by_machine(GUESS)
    (ticket,) = desk.rows(Ticket)
    page = client.get(_at(ticket)).text
    assert "the tap is <mark>dry</mark>" in page
    assert "Looks like WASH · No or little water" in page
    client.post(_at(ticket, "/confirm"))
    assert "Looks like" not in client.get(_at(ticket)).text
    assert len(desk.rows(Event, Event.action == "confirm")) == 1


def test_an_answer_waits_can_be_taken_back_and_the_typed_text_is_kept_after_a_mistake(desk, client, agent):
    ticket = desk.ticket("the tap is dry")
    mended = client.post(_at(ticket, "/answer"), data={"text": " "}, headers=HTMX)
    assert (mended.status_code, "Write what the person should hear." in mended.text) == (422, True)
    long = "x" * 1601
    assert long in client.post(_at(ticket, "/answer"), data={"text": long}).text
    sent = client.post(_at(ticket, "/answer"), data={"text": "It is mended."}, headers=HTMX)
    assert "waits to go out" in sent.text
    assert "It is mended.</textarea>" not in sent.text
    recall = re.search(r'action="(/tickets/[^"]+/recall/[^"]+)"', sent.text)[1]
    assert client.post(recall).headers["location"] == _at(ticket)
    assert desk.rows(Reply)[0].state is ReplyState.RECALLED


def test_a_question_back_is_marked_as_one(desk, client, agent):
    ticket = desk.ticket("the tap is dry")
    page = client.post(_at(ticket, "/answer"), data={"text": "Which block?", "purpose": "question"}, headers=HTMX).text
    assert "Question ·" in page
    assert desk.rows(Reply)[0].purpose == "question"


def test_codes_are_corrected_and_notes_and_titles_kept(desk, client, agent):
    ticket = desk.ticket("the tap is dry")
    client.post(_at(ticket, "/override"), data={"sector": "health.medicine", "kind": "request", "tier": "T1"})
    client.post(_at(ticket, "/note"), data={"note": "called the team"})
    client.post(_at(ticket, "/title"), data={"title": "No medicine"})
    client.post(_at(ticket, "/assign"), data={"to": agent.reference})
    page = client.get(_at(ticket)).text
    for words in ("HLTH · Medicine", "called the team", "No medicine", f"with {agent.name}"):
        assert words in page
    changed = desk.again(ticket)
    assert (changed.sector, changed.tier, changed.status) == ("health", "T1", Status.ASSIGNED)


def test_a_note_without_words_comes_back_with_what_to_mend(desk, client, agent):
    response = client.post(_at(desk.ticket(), "/note"), data={"note": ""}, headers=HTMX)
    assert response.status_code == 422
    assert 'id="e-note"' in response.text
    assert desk.rows(Note) == []


def test_raising_sends_an_uncleared_person_back_to_the_list_and_the_ticket_is_gone(desk, client, agent):
    ticket = desk.ticket("the tap is dry")
    response = client.post(_at(ticket, "/raise"), data={"tier": "T3-G"}, headers=HTMX)
    assert response.headers["hx-redirect"] == "/inbox"
    assert client.get(_at(ticket)).status_code == 404
    assert "It is sealed." in client.get("/inbox").text
    assert "It is sealed." not in client.get("/inbox").text


def test_nobody_gives_a_ticket_to_someone_who_may_not_see_it(desk, client, agent):
    ticket = desk.ticket("the tap is dry", place="camp-9")
    far = desk.staff(Role.VOLUNTEER, name="Far Away", places=["camp-12"])
    assert "Far Away" not in client.get(_at(ticket)).text
    assert client.post(_at(ticket, "/assign"), data={"to": far.reference}).status_code == 403


def test_a_closed_ticket_opens_again_and_an_old_page_is_told_so(desk, client, agent):
    ticket = desk.ticket("the tap is dry")
    client.post(_at(ticket, "/close"), data={"outcome": "wrong_number"})
    late = client.post(_at(ticket, "/close"), data={"outcome": "wrong_number"}, headers=HTMX)
    assert late.status_code == 409
    assert "the ticket has moved on" in late.text
    client.post(_at(ticket, "/reopen"))
    assert desk.again(ticket).status is Status.ASSIGNED


def test_a_joined_ticket_leads_to_the_one_it_joined_unless_that_is_hidden_by_now(desk, client, agent):
    ticket = desk.ticket("the tap is dry")
    (second,) = desk.hear(factories.inbound(f"about {ticket.code}: still dry"))
    client.cookies.clear()
    desk.enter(client, desk.screener())
    waiting = desk.rows(Ticket, Ticket.id == second)[0]
    client.post(f"/screening/{waiting.reference}", data={"decision": "open:wash"})
    desk.enter(client, agent)
    assert client.get(_at(waiting)).headers["location"] == _at(ticket)
    assert "still dry" in client.get(_at(ticket)).text
    client.post(_at(ticket, "/raise"), data={"tier": "T3-G"})
    assert client.get(_at(waiting)).status_code == 404
    assert 'class="row"' not in client.post("/inbox", data={"q": "still"}, headers=HTMX).text


def test_opening_a_sealed_ticket_is_recorded_once_a_quarter_of_an_hour_and_shows_its_strip(desk, client):
    ticket = desk.ticket("he hurts me", tier="T3-G", sector="gbv")
    desk.enter(client, desk.staff(Role.FOCAL_POINT, clearances=["gbv"]))
    for _ in range(2):
        page = client.get(_at(ticket)).text
    assert "he hurts me" in page
    assert "<title>Desk</title>" in page
    assert "Nothing goes out on this ticket yet" in page
    assert 'name="text"' not in page
    assert len(desk.rows(Event, Event.action == "open")) == 1
