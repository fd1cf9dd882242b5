"""Calls and visits: whom to tell, the number in hand, and what came of each try."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from channels.contract import ChannelName
from feedback import clock
from feedback.desk import replies, visibility
from feedback.models.event import Event
from feedback.models.reply import Reply, ReplyState
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Outcome

NUMBER = "+8801711000222"
HTMX = {"hx-request": "true"}


@pytest.fixture
def call(desk, client):
    """A hotline ticket with an answer to be told; the reply's reference."""
    agent = desk.staff(Role.AGENT)
    ticket = desk.ticket("the tap is dry", channel=ChannelName.HOTLINE, adapter="twilio-voice", address=NUMBER)
    with desk.at(staff=True) as session:
        found = visibility.find_ticket(session, agent, ticket.reference)
        replies.answer(session, agent, found, "The pump is mended.")
    (reply,) = desk.rows(Reply)
    desk.enter(client, agent)
    return ticket, reply.reference


def test_the_words_to_say_stand_there_and_the_number_does_not(client, call):
    page = client.get("/calls").text
    assert "The pump is mended." in page
    assert NUMBER not in page
    assert NUMBER[-3:] in page


def test_the_number_shows_to_whoever_takes_the_call_and_to_nobody_else(desk, client, call):
    _, reference = call
    page = client.post(f"/calls/{reference}/number", headers=HTMX).text
    assert NUMBER in page
    assert "Is this a good time to talk?" in page
    assert len(desk.rows(Event, Event.action == "number")) == 1
    desk.enter(client, desk.staff(Role.VOLUNTEER))
    assert NUMBER not in client.get("/calls").text


def test_told_closes_the_loop(desk, client, call):
    ticket, reference = call
    assert client.post(f"/calls/{reference}", data={"outcome": "told"}).headers["location"] == "/calls"
    assert desk.again(ticket).outcome is Outcome.TOLD
    assert client.post(f"/calls/{reference}", data={"outcome": "told"}).status_code == 409


def test_unreachable_takes_three_tries_apart_from_each_other(desk, client, call):
    ticket, reference = call
    agent = desk.rows(Staff)[0]
    now = clock.now()
    for tries in range(3):
        with time_machine.travel(now + timedelta(minutes=10 * tries)):
            early = client.post(f"/calls/{reference}", data={"outcome": "unreachable"})
            assert early.status_code == 409, tries
            client.post(f"/calls/{reference}", data={"outcome": "not_reached"})
    assert client.post(f"/calls/{reference}", data={"outcome": "unreachable"}).status_code == 409  # within an hour
    assert 'value="unreachable"' not in client.get(f"/tickets/{ticket.reference}").text
    for hours in (3, 6):
        with time_machine.travel(now + timedelta(hours=hours)):
            desk.enter(client, agent)
            client.post(f"/calls/{reference}", data={"outcome": "not_reached"})
    desk.enter(client, agent)
    assert 'value="unreachable"' in client.get(f"/tickets/{ticket.reference}").text
    assert client.post(f"/calls/{reference}", data={"outcome": "unreachable"}).status_code == 303
    assert desk.again(ticket).outcome is Outcome.UNREACHABLE
    assert desk.rows(Reply)[0].state is ReplyState.RECALLED


def test_an_outcome_that_is_none_is_refused(client, call):
    assert client.post(f"/calls/{call[1]}", data={"outcome": "spam"}, headers=HTMX).status_code == 422
