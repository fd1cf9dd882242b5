"""What each person sets and meets first: the welcome, language and look, the password, what could not be read."""

from __future__ import annotations

import pytest

from feedback.desk import quarantine
from feedback.models.message import Quarantine
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from tests.factories import PASSWORD


@pytest.mark.parametrize("role", list(Role))
def test_every_role_is_told_what_to_do_first_and_every_link_of_it_opens(desk, client, role):
    clearances = ["screening"] if role in (Role.SCREENER, Role.FOCAL_POINT, Role.DUTY_OFFICER) else []
    desk.enter(client, desk.staff(role, clearances=clearances))
    page = client.get("/").text
    assert 'class="steps"' in page
    links = {part.split('"')[0] for part in page.split('href="')[1:]} - {"#main"}
    for link in links:
        assert client.get(link).status_code == 200, link


def test_the_numbers_of_today_count_what_this_person_may_see(desk, client):
    desk.ticket("the tap is dry", place="camp-9")
    desk.ticket("the tap is dry", place="camp-12")
    desk.ticket("he hurts me", tier="T3-G", sector="gbv")
    desk.enter(client, desk.staff(Role.VOLUNTEER, places=["camp-9"]))
    assert '<b class="num">1</b> heard today' in client.get("/").text


def test_language_is_the_persons_and_the_look_is_the_browsers(desk, client):
    agent = desk.staff(Role.AGENT)
    desk.enter(client, agent)
    assert client.post("/preferences", data={"language": "bn", "back": "/calls"}).headers["location"] == "/calls"
    client.post("/preferences", data={"theme": "dark", "back": "/"})
    client.post("/preferences", data={"keys": "off", "back": "/"})
    page = client.get("/inbox").text
    assert '<html lang="bn" data-theme="dark" data-keys="off">' in page
    assert desk.rows(Staff, Staff.id == agent.id)[0].language == "bn"


@pytest.mark.parametrize("back", ["//evil.test", "https://evil.test", "/\\evil.test", "/a\r\nx: y", ""])
def test_nobody_is_sent_elsewhere_after_choosing_a_look(client, back):
    client.headers["origin"] = "https://desk.test"
    assert client.post("/preferences", data={"theme": "dark", "back": back}).headers["location"] == "/"


def test_a_changed_password_ends_every_session(desk, client):
    agent = desk.staff(Role.AGENT)
    desk.enter(client, agent)
    for wrong, field in (
        ({"old": "no", "new": "river lamp seven", "again": "river lamp seven"}, "old"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "new"),
        ({"old": PASSWORD, "new": "river lamp seven", "again": "river lamp"}, "again"),
    ):
        response = client.post("/password", data=wrong)
        assert (response.status_code, f'id="e-{field}"' in response.text) == (422, True), field
    right = {"old": PASSWORD, "new": "river lamp seven", "again": "river lamp seven"}
    assert client.post("/password", data=right).headers["location"] == "/sign-in"
    assert "Your password is changed." in client.get("/sign-in").text
    assert client.get("/inbox").headers["location"] == "/sign-in"


def test_what_could_not_be_read_is_put_before_a_person_whose_words_open_a_ticket(desk, client):
    with desk.at() as session:
        quarantine.keep(session, adapter="twilio-sms", hook="inbound", raw=b"Body=<b>pani</b>", why="no MessageSid")
    desk.enter(client, desk.screener())
    page = client.get("/quarantine").text
    assert "no MessageSid" in page
    assert "Body=&lt;b&gt;pani" in page
    (kept,) = desk.rows(Quarantine)
    assert client.post(f"/quarantine/{kept.reference}", data={"words": "no water"}).status_code == 303
    assert len(desk.rows(Ticket, Ticket.compartment == "screening")) == 1
    assert "Everything could be read" in client.get("/quarantine").text
    assert client.post(f"/quarantine/{kept.reference}", data={"words": ""}).status_code == 404
