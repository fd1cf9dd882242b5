"""Reaching somebody from their ticket: a call only where the plan allows it now, with what is said first (R4, I19)."""

from __future__ import annotations

import re

import pytest
import time_machine
from starlette.testclient import TestClient

from feedback.desk import appointing, consents, listeners
from feedback.models.call import LineCall
from feedback.models.plan import Ask
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from tests.factories import Desk, inbound, phone
from tests.feedback.desk.plans import ONE_HOUR, act, agreed, holders, local

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def focal(desk: Desk, client: TestClient) -> Staff:
    """A gbv focal point with a phone on which the exchange reaches them."""
    person = holders(desk)[0]
    desk.do(listeners.give_phone, person, phone())
    desk.enter(client, person)
    return person


@pytest.fixture
def ticket(desk: Desk, focal: Staff) -> Ticket:
    return desk.ticket("he follows me", tier="T3-G", sector="gbv", address=phone(), language="en")


def page_of(client: TestClient, ticket: Ticket) -> str:
    return client.get(f"/tickets/{ticket.reference}").text


@pytest.mark.parametrize(
    ("terms", "hour", "offered"),
    [
        ({"channels": ("call",)}, 20, True),
        ({"channels": ("call",)}, 19, False),
        ({"channels": ("sms",)}, 20, False),
        ({"channels": ("visit",), "never": ("call",)}, 20, False),
    ],
)
def test_a_call_is_offered_only_where_they_agreed_to_one_now(client, desk, focal, ticket, terms, hour, offered):
    with time_machine.travel(local(hour, 15)):
        desk.enter(client, focal)
        agreed(desk, focal, ticket, ONE_HOUR, code_word="kestrel", who="her sister", **terms)
        said = page_of(client, ticket)
        opening = desk.parts.response.phrases.text("call_back_opening", "en")
        assert (f"/tickets/{ticket.reference}/ring" in said) is offered
        assert (opening in said) is offered
        answer = client.post(f"/tickets/{ticket.reference}/ring")
    assert answer.status_code == (303 if offered else 409 if hour == 19 else 403)
    assert len(desk.rows(LineCall)) == offered


def test_no_call_is_offered_without_a_plan_nor_after_it_was_taken_back(client, desk, focal, ticket):
    assert "/ring" not in page_of(client, ticket)
    with time_machine.travel(local(20, 15)):
        desk.enter(client, focal)
        agreed(desk, focal, ticket, ONE_HOUR, channels=("call",))
        act(desk, focal, ticket, consents.withdraw, Ask.CONTACT)
        assert "/ring" not in page_of(client, ticket)
        assert client.post(f"/tickets/{ticket.reference}/ring").status_code == 403
    assert desk.rows(LineCall) == []


def test_an_interpreter_reads_one_message_on_their_page_and_sends_it_back(client, desk, focal, ticket):
    interpreter = desk.holder("none", role=Role.INTERPRETER)
    given = client.get(f"/tickets/{ticket.reference}/lend").text
    key = given.split('name="item" value="')[1][:24]
    form = {"item": key, "to": interpreter.reference}
    assert client.post(f"/tickets/{ticket.reference}/lend", data=form).status_code == 303
    desk.enter(client, interpreter)
    path = client.get("/interpret").text.split('href="/interpret/')[1].split('"')[0]
    one = client.get(f"/interpret/{path}").text
    assert "he follows me" in one
    assert ticket.reference not in one
    assert (ticket.code or "") not in one
    mended = client.post(f"/interpret/{path}", data={"text": "", "language": "en", "confidence": "sure"})
    assert mended.status_code == 422
    sent = {"text": "a man walks behind her", "language": "en", "confidence": "sure"}
    assert client.post(f"/interpret/{path}", data=sent).status_code == 303
    assert client.get(f"/interpret/{path}").status_code == 404
    desk.enter(client, focal)
    assert "a man walks behind her" in page_of(client, ticket)


def test_two_people_name_the_independent_one_on_their_page(client, desk):
    operator, coordinator, person = desk.staff(Role.OPERATOR), desk.staff(Role.COORDINATOR), desk.holder("none")
    desk.enter(client, operator)
    assert "nobody is independent yet" in client.get("/standing").text
    assert client.post(f"/standing/{person.reference}/independent", data={"act": "ask"}).status_code == 303
    wish = desk.do(appointing.wishes, operator)[0].reference
    assert f"/standing/wishes/{wish}" not in client.get("/standing").text
    assert client.post(f"/standing/wishes/{wish}", data={"verdict": "yes"}).status_code == 403
    desk.enter(client, coordinator)
    assert client.post(f"/standing/wishes/{wish}", data={"verdict": "yes"}).status_code == 303
    assert "nobody is independent yet" not in client.get("/standing").text
    form = {"supervisor": person.reference}
    assert client.post(f"/standing/{coordinator.reference}/supervisor", data=form).status_code == 303
    assert desk.mine_again(coordinator).supervisor == person.id
    circle = client.post(f"/standing/{person.reference}/supervisor", data={"supervisor": coordinator.reference})
    assert circle.status_code == 422


def test_what_came_from_the_number_that_was_asked_is_shown_as_perhaps_anothers_until_somebody_says(client, desk, focal):
    number = phone()
    ticket = desk.ticket("he follows me", tier="T3-G", sector="gbv", address=number, language="en")
    client.post(f"/tickets/{ticket.reference}/first-contact")
    for text in ("after eight is good", "who is this"):
        desk.hear(inbound(text, address=number))
    for page in ("/inbox", "/inbox?list=sealed"):
        assert 'Needs you <span class="num">1</span>' in client.get(page).text
    assert "needs you" in client.get("/inbox?list=sealed").text
    said = page_of(client, ticket)
    assert said.count("Perhaps from another person</h2>") == 2
    mine, other = re.findall(r'name="which" value="([0-9a-f]+)"', said)
    at = f"/tickets/{ticket.reference}/perhaps"
    assert client.post(at, data={"which": mine, "whose": "known"}).status_code == 303
    assert client.post(at, data={"which": other, "whose": "other"}).status_code == 303
    assert client.post(at, data={"which": other, "whose": "known"}).status_code == 409
    after = page_of(client, ticket)
    assert ("Perhaps from another person" in after, "who is this" in after) == (False, False)
    assert "after eight is good" in after
    assert "answered us" in after
    assert "Needs you" not in after
    assert "needs you" not in client.get("/inbox?list=sealed").text
