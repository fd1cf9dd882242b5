"""A caller asks for a woman, waits, is joined with one through the exchange, and what she says becomes a ticket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import time_machine

from feedback.models.call import CallBack, CallState, LineCall
from feedback.models.staff import Role
from feedback.models.ticket import Ticket
from feedback.settings import Settings
from tests.journeys.conftest import Town, until
from tests.journeys.person import Person
from workers import calls

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CALLER, HERS, HIS = "+8801711000021", "+8801711000022", "+8801711000023"
MORNING = datetime(2026, 11, 24, 4, tzinfo=UTC)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, calls_a_second=1000.0)


@pytest.fixture(autouse=True)
def _in_hours() -> Iterator[None]:
    with time_machine.travel(MORNING, tick=True):
        yield


def on_the_line(town: Town, phone: str, sex: str) -> Person:
    person = town.person(Role.SCREENER, clearances=["screening"])
    person.press("/line/on", phone=phone, sex=sex, languages="bn")
    return person


def test_who_asks_for_a_woman_is_joined_with_a_woman_and_neither_sees_a_number(town: Town) -> None:
    he, she = on_the_line(town, HIS, "man"), on_the_line(town, HERS, "woman")

    town.phone.call(CALLER)
    town.phone.press("2")
    line = town.phone.press("1")
    assert line.waiting == "somebody"
    assert "wants a woman" in he.read("/line")
    assert calls.look(town.house.parts) == 1
    until(lambda: town.phone.rings(HERS))
    assert not town.phone.rings(HIS)
    town.phone.answer(HERS)
    joined = town.phone.press("5")
    assert joined.waiting == "talk"
    page = she.client.get("/line").text
    assert CALLER not in page
    assert "You are joined" in page
    assert page.index("Can you talk safely now?") < page.index("May I write down") < page.index("What is it about?")

    town.phone.hang_up()  # she does; the caller's line ends too
    until(lambda: town.desk.rows(LineCall)[0].state is CallState.OVER)
    (call,) = town.desk.rows(LineCall)
    form = {"what": "keep", "safe": "yes", "consent_record": "yes", "text": "pani nai", "sector": "wash"}
    mend = she.client.post(f"/line/calls/{call.reference}", data={**form, "safe": ""})
    assert (mend.status_code, "pani nai" in mend.text) == (422, True)
    assert "Their code" in she.press(f"/line/calls/{call.reference}", **form)
    assert [ticket.sector for ticket in town.desk.rows(Ticket)] == ["wash"]
    assert not town.desk.rows(CallBack)


def test_who_waits_for_nobody_reaches_the_box_and_leaving_nothing_there_becomes_a_call_back(town: Town) -> None:
    on_the_line(town, HERS, "woman")
    town.phone.call(CALLER)
    town.phone.press("2")
    line = town.phone.press("1")
    while line.waiting == "somebody":
        line = town.phone.stay_silent()
    assert line.waiting == "sound"
    town.phone.hang_up()
    until(lambda: town.desk.rows(LineCall)[0].ended_at)
    with time_machine.travel(MORNING.replace(minute=5), tick=True):
        calls.look(town.house.parts)
    assert [wish.broke_off for wish in town.desk.rows(CallBack)] == [True]


def test_a_phone_that_is_not_answered_takes_its_owner_off_and_the_caller_waits_on(town: Town) -> None:
    she = on_the_line(town, HERS, "woman")
    town.phone.call(CALLER)
    town.phone.press("2")
    town.phone.press("0")
    calls.look(town.house.parts)
    until(lambda: town.phone.rings(HERS))
    town.phone.refuse(HERS)
    until(lambda: town.desk.rows(LineCall)[0].state is CallState.WAITING)
    assert "you are on the line" not in she.read("/line")
