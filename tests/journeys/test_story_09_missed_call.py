"""Story 9: a call that costs nothing asks to be called back; five of them are one task, and a silent number is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from feedback.models.call import BackOutcome, CallBack, LineCall
from feedback.models.event import Event
from feedback.models.staff import Role
from feedback.models.ticket import Ticket
from feedback.settings import Settings
from tests.factories import OUR_NUMBER
from tests.journeys.conftest import Town, until
from tests.journeys.person import Person
from workers import calls

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

RINGS = "+15005550007"
NUMBER, COLLEAGUE = "+8801711000009", "+8801711000091"
MORNING = datetime(2026, 11, 24, 4, tzinfo=UTC)  # ten in Dhaka


@pytest.fixture
def settings(settings: Settings) -> Settings:
    from dataclasses import replace

    return replace(settings, missed_call_numbers=(RINGS,), calls_a_second=1000.0)


@pytest.fixture(autouse=True)
def _in_hours() -> Iterator[None]:
    with time_machine.travel(MORNING, tick=True):
        yield


def ring(town: Town, times: int = 1) -> None:
    for _ in range(times):
        line = town.phone.call(NUMBER, to=RINGS)
        assert (line.status, line.said) == ("busy", [])


def on_the_line(town: Town) -> Person:
    person = town.person(Role.SCREENER, clearances=["screening"], language="en")
    form = {"phone": COLLEAGUE, "sex": "woman", "languages": "bn"}
    assert "on the line" in person.press("/line/on", **form)
    return person


def test_five_missed_calls_in_two_minutes_are_one_call_back_that_hides_both_numbers(town: Town) -> None:
    ring(town, times=5)

    listener = on_the_line(town)
    (wish,) = town.desk.rows(CallBack)
    page = listener.read("/line")
    assert "rang 5 times" in page
    assert NUMBER not in page
    assert not town.desk.rows(Ticket)

    assert "Your phone rings" in listener.press(f"/line/back/{wish.reference}")
    assert calls.look(town.house.parts) == 1
    until(lambda: town.phone.rings(COLLEAGUE))
    assert not town.phone.rings(NUMBER)  # ours first
    ours = town.phone.answer(COLLEAGUE)
    town.phone.press("1")
    until(lambda: town.phone.rings(NUMBER))
    theirs = town.phone.answer(NUMBER)
    assert (theirs.waiting, theirs.said) == ("talk", [])  # no machine speaks to them (R4)
    assert ("ring", OUR_NUMBER, "") in theirs.steps
    until(lambda: "You are joined" in listener.read("/line"))
    town.phone.hang_up()

    (call,) = town.desk.rows(LineCall, LineCall.outgoing)
    form = {"what": "keep", "safe": "yes", "consent_record": "yes", "text": "kolom nai", "language": "bn"}
    told = listener.press(f"/line/calls/{call.reference}", **form, sector="education", keep="yes", terms="after 5")
    assert "Their code" in told
    (ticket,) = town.desk.rows(Ticket)
    assert (ticket.channel.value, ticket.sector, ticket.entered_by) == ("hotline", "education", listener.staff.id)
    (wish,) = town.desk.rows(CallBack)
    assert (wish.outcome, wish.address) == (BackOutcome.TALKED, None)
    assert [one.action for one in town.desk.rows(Event, Event.actor == f"staff:{listener.staff.id}")].count("call") == 1
    assert ours.call != theirs.call


def test_nobody_is_called_out_of_hours_and_a_try_that_fails_waits_for_another_hour(town: Town) -> None:
    ring(town)
    listener = on_the_line(town)
    (wish,) = town.desk.rows(CallBack)
    with time_machine.travel(MORNING + timedelta(hours=9), tick=True):
        town.desk.enter(listener.client, listener.staff)
        answer = listener.client.post(f"/line/back/{wish.reference}")
        assert answer.status_code == 409
    town.desk.enter(listener.client, listener.staff)
    listener.press(f"/line/back/{wish.reference}")
    calls.look(town.house.parts)
    until(lambda: town.phone.rings(COLLEAGUE))
    town.phone.answer(COLLEAGUE)
    town.phone.press("1")
    until(lambda: town.phone.rings(NUMBER))
    town.phone.refuse(NUMBER)
    until(lambda: town.desk.rows(CallBack)[0].tries == 1)
    assert "Not now" in listener.read("/line")


def test_a_silent_number_reaches_the_screening_rota_and_is_never_called_back(town: Town) -> None:
    town.text(NUMBER, "STOP")
    listener = on_the_line(town)

    ring(town, times=5)

    tickets = town.desk.rows(Ticket, Ticket.channel == "hotline")
    assert [ticket.compartment for ticket in tickets] == ["screening"]
    page = listener.read("/line")
    assert "Nobody asked to be called back" in page
    assert "wants no calls from us" in listener.read("/screening")
    calls.look(town.house.parts)
    assert not town.phone.rings(NUMBER)
    assert not town.phone.inbox(NUMBER)
