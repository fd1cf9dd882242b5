"""The hotline's page: who sees what, a form that loses nothing, and calls that need a phone first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from starlette.testclient import TestClient

from channels.contract import CallNews, CallStep
from feedback import clock
from feedback.desk import callbacks, calling, listeners
from feedback.models.call import CallBack, LineCall, Listener
from feedback.models.staff import Role, Staff
from tests.factories import Desk, phone

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NOON = datetime(2026, 11, 24, 6, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_hours() -> Iterator[None]:
    with time_machine.travel(NOON, tick=True):
        yield


@pytest.fixture
def listener(desk: Desk, client: TestClient) -> Staff:
    staff = desk.screener()
    desk.enter(client, staff)
    return staff


def asked_back(desk: Desk) -> CallBack:
    with desk.at() as session:
        callbacks.ask(session, adapter="twilio-voice", address=phone(), call="x")
    return desk.rows(CallBack)[0]


def test_a_number_in_no_format_is_mended_with_what_was_chosen(client: TestClient, listener: Staff) -> None:
    answer = client.post("/line/on", data={"phone": "12", "sex": "man", "languages": ["bn", "my"]})
    assert answer.status_code == 422
    assert "Write your phone number" in answer.text
    assert answer.text.count(" checked") == 3


def test_going_on_again_keeps_the_phone_that_is_known(client: TestClient, desk: Desk, listener: Staff) -> None:
    number = phone()
    client.post("/line/on", data={"phone": number, "sex": "", "languages": "bn"})
    client.post("/line/on", data={"phone": "", "sex": "woman", "languages": "bn"})
    with desk.at() as session:
        row = session.get(Listener, listener.id)
        assert row is not None
        assert (listeners.phone_of(session, row), row.sex) == (number, "woman")
    assert number not in client.get("/line").text


def test_a_call_back_needs_a_phone_of_ours_first(client: TestClient, desk: Desk, listener: Staff) -> None:
    wish = asked_back(desk)
    assert "Give your phone first" in client.get("/line").text
    assert client.post(f"/line/back/{wish.reference}").status_code == 409


def test_the_page_comes_anew_when_a_call_comes_and_stays_while_it_is_written_down(
    client: TestClient, desk: Desk, listener: Staff
) -> None:
    client.post("/line/on", data={"phone": phone(), "sex": "", "languages": "bn"})
    with desk.at() as session:
        calling.record(session, [CallNews("twilio-voice", CallStep.WAITS, clock.now(), "CA1", language="bn")])
        calling.match(session)
    htmx = {"hx-request": "true"}
    assert client.get("/line?live=1&held=", headers=htmx).headers["hx-redirect"] == "/line"
    held = desk.rows(Listener)[0]
    with desk.at() as session:
        calling.record(session, [CallNews("twilio-voice", CallStep.TALKS, clock.now(), "CA1", ours=_reference(desk))])
        calling.record(session, [CallNews("twilio-voice", CallStep.ENDED, clock.now(), "CA1")])
    again = client.get(f"/line?live=1&held={_reference(desk)}", headers=htmx)
    assert (again.status_code, "hx-redirect" in again.headers) == (200, False)
    assert "They have hung up" in again.text
    assert held.call_id == desk.rows(Listener)[0].call_id


def _reference(desk: Desk) -> str:

    return desk.rows(LineCall)[0].reference


def test_staff_who_only_tell_see_no_callers_and_may_give_a_phone(client: TestClient, desk: Desk) -> None:
    asked_back(desk)
    desk.enter(client, desk.staff(Role.AGENT))
    page = client.get("/line").text
    assert "To call back" not in page
    assert client.post("/line/phone", data={"phone": phone()}).status_code == 303
    assert client.post("/line/on", data={"phone": phone(), "languages": "bn"}).status_code == 403


def test_they_want_no_calls_is_one_key(client: TestClient, desk: Desk, listener: Staff) -> None:
    wish = asked_back(desk)
    assert client.post(f"/line/back/{wish.reference}/unwished").status_code == 303
    assert "Nobody asked to be called back" in client.get("/line").text
