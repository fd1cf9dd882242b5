"""The page of those on duty, and the link in a call."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from feedback import clock
from feedback.desk import paging, rota
from feedback.models.rota import Call, Duty
from feedback.models.staff import Role, Staff
from tests.factories import PUBLIC_URL, Desk, phone

FORM = {
    "compartment": "psea",
    "rung": "1",
    "outside": "",
    "phone": "+8801712345678",
    "since": "2030-01-01T09:00",
    "until": "2030-01-02T09:00",
}


@pytest.fixture
def focal(desk: Desk) -> Staff:
    return desk.staff(Role.FOCAL_POINT, name="Nasima", clearances=["psea"])


@pytest.fixture
def called(desk: Desk, focal: Staff) -> str:
    """Somebody on duty who has been called; the word of the link."""
    now = clock.now()
    turn = rota.Asked(
        compartment="psea", rung=1, since=now, until=now + timedelta(days=1), phone=phone(), login=focal.login
    )
    desk.do(rota.add, desk.staff(Role.COORDINATOR), turn)
    desk.ticket(tier="T3-S")
    with desk.at() as session:
        assert paging.call(session) == 1
        (outgoing,) = paging.claim(session, "/w/")
    return outgoing.envelope.text.rpartition("/w/")[2]


def test_a_coordinator_sees_the_gaps_and_puts_a_turn_on_the_rota(desk: Desk, client: TestClient, focal: Staff):
    desk.enter(client, desk.staff(Role.COORDINATOR))
    assert "nobody on duty" in client.get("/rota").text
    said = {"login": focal.login, "sex": "woman", "languages": ["rhg-Latn", "bn"]}
    done = client.post("/rota", data={**FORM, **said})
    assert (done.status_code, done.headers["location"]) == (303, "/rota")
    (kept,) = desk.rows(Duty)
    assert (kept.sex, kept.languages) == ("woman", ["rhg-Latn", "bn"])
    assert (kept.compartment, kept.rung, kept.staff_id, kept.outside) == ("psea", 1, focal.id, False)
    assert kept.since.isoformat() == "2030-01-01T03:00:00+00:00", "nine in the morning in Cox's Bazar"
    page = client.get("/rota").text
    assert "1. Nasima" in page
    assert "••• ••• 678 · A woman · Rohingya" in page
    assert "01712345678" not in page


def test_a_coordinator_sees_that_no_woman_is_on_duty_and_which_language_nobody_speaks(
    desk: Desk, client: TestClient, focal: Staff
):
    desk.enter(client, desk.staff(Role.COORDINATOR))
    now = clock.now()
    turn = {"since": f"{now - timedelta(days=1):%Y-%m-%dT%H:%M}", "until": f"{now + timedelta(days=9):%Y-%m-%dT%H:%M}"}
    client.post("/rota", data={**FORM, **turn, "login": focal.login, "sex": "man", "languages": ["rhg", "bn", "en"]})
    assert "<td>no woman; nobody speaks Burmese</td>" in client.get("/rota").text


def test_a_turn_ends_with_a_press(desk: Desk, client: TestClient, focal: Staff):
    desk.enter(client, desk.staff(Role.COORDINATOR))
    client.post("/rota", data={**FORM, "login": focal.login})
    (kept,) = desk.rows(Duty)
    assert client.post(f"/rota/{kept.reference}/end").status_code == 303
    assert "1. Nasima" not in client.get("/rota").text
    assert client.post("/rota/AAAAAAAAAAAAAA/end").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [{"phone": "call me"}, {"rung": "x"}, {"since": "soon"}, {"until": ""}, {"login": "nobody"}, {"rung": "999"}],
)
def test_a_form_with_a_slip_comes_back_with_what_was_typed(
    desk: Desk, client: TestClient, focal: Staff, wrong: dict[str, str]
):
    desk.enter(client, desk.staff(Role.COORDINATOR))
    back = client.post("/rota", data={**FORM, "login": focal.login, **wrong})
    assert back.status_code == 422
    assert 'class="error"' in back.text
    assert desk.rows(Duty) == []


def test_who_was_called_sees_it_on_every_page_and_confirms_with_a_key(
    desk: Desk, client: TestClient, focal: Staff, called: str
):
    desk.enter(client, focal)
    assert re.search(r'href="/rota"[^>]*>On duty <span class="num">1</span>', client.get("/inbox").text)
    assert "Something needs you" in client.get("/rota").text
    assert client.post("/rota/confirm").status_code == 303
    assert "Something needs you" not in client.get("/rota").text
    assert desk.rows(Call)[0].confirmed_at is not None


def test_a_colleague_who_was_not_called_confirms_nothing(desk: Desk, client: TestClient, called: str):
    desk.enter(client, desk.staff(Role.FOCAL_POINT, clearances=["psea"]))
    page = client.get("/rota").text
    assert "Something needs you" not in page
    assert "Nasima" not in page
    assert "nobody on duty" not in page
    client.post("/rota/confirm")
    assert desk.rows(Call)[0].confirmed_at is None


def test_the_link_shows_nothing_changes_nothing_and_confirms_once_it_is_pressed(
    desk: Desk, client: TestClient, called: str
):
    shown = client.get(f"/w/{called}")
    assert shown.status_code == 200
    assert not [word for word in ("psea", "Nasima", "sexual", "ticket", "T3") if word.lower() in shown.text.lower()]
    assert desk.rows(Call)[0].confirmed_at is None
    done = client.post(f"/w/{called}", headers={"origin": PUBLIC_URL})
    assert "Nobody else is called for now" in done.text
    assert desk.rows(Call)[0].confirmed_at is not None
    assert "This link is over" in client.post(f"/w/{called}", headers={"origin": PUBLIC_URL}).text


def test_a_wrong_link_looks_like_a_right_one_until_it_is_pressed(desk: Desk, client: TestClient, called: str):
    right, wrong = client.get(f"/w/{called}").text, client.get(f"/w/{'x' * 22}").text
    assert wrong.replace("x" * 22, called) == right
    assert "This link is over" in client.post(f"/w/{'x' * 22}", headers={"origin": PUBLIC_URL}).text
    assert desk.rows(Call)[0].confirmed_at is None


def test_the_link_is_not_pressed_from_another_site(desk: Desk, client: TestClient, called: str):
    assert client.post(f"/w/{called}", headers={"origin": "https://evil.test"}).status_code == 403
    assert desk.rows(Call)[0].confirmed_at is None


def test_screeners_see_who_is_on_call_with_them(desk: Desk, client: TestClient):
    screener = desk.screener(name="Rokeya")
    now = clock.now()
    turn = rota.Asked(
        compartment="screening", rung=1, since=now, until=now + timedelta(hours=8), phone=phone(), login=screener.login
    )
    desk.do(rota.add, desk.staff(Role.COORDINATOR), turn)
    assert "on call: Rokeya" in desk.enter(client, screener).get("/screening").text
