"""The door: signing in and out over HTTP, its cookie, and the same words for every fault (D46, D47)."""

from __future__ import annotations

import pyotp
import pytest
from starlette.testclient import TestClient

from feedback import clock
from feedback.desk import sessions
from feedback.models.staff import StaffSession
from feedback.web.page import COOKIE
from tests.factories import PASSWORD, PUBLIC_URL, SEED, Desk

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OURS = {"Origin": PUBLIC_URL}


def _code() -> str:
    return pyotp.TOTP(SEED).at(clock.now())


def _sign_in(client: TestClient, name: str, *, password: str = PASSWORD, code: str | None = None):
    form = {"name": name, "password": password, "code": code or _code()}
    return client.post("/sign-in", data=form, headers=OURS)


def test_who_signs_in_gets_a_cookie_that_scripts_and_other_sites_never_see(desk: Desk, client: TestClient) -> None:
    answer = _sign_in(client, desk.staff().login)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    flags = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")[1:]}
    assert answer.headers["set-cookie"].startswith(f"{COOKIE}=")
    assert COOKIE.startswith("__Host-")
    assert flags == {"path=/", "secure", "httponly", "samesite=strict"}
    assert client.get("/inbox").status_code == 200


def test_a_session_that_somebody_put_there_before_is_not_the_one_that_begins(desk: Desk, client: TestClient) -> None:
    client.cookies.set(COOKIE, "planted", domain="desk.test", path="/")
    answer = _sign_in(client, desk.staff().login)
    assert "planted" not in answer.headers["set-cookie"]


def test_every_fault_has_the_same_page(desk: Desk, client: TestClient) -> None:
    staff, gone = desk.staff(), desk.staff(active=False)
    answers = [
        _sign_in(client, staff.login, password="wrong horse battery"),
        _sign_in(client, staff.login, code="000000"),
        _sign_in(client, gone.login),
        _sign_in(client, "nobody"),
    ]
    names = [staff.login, staff.login, gone.login, "nobody"]
    pages = {answer.text.replace(name, "NAME") for answer, name in zip(answers, names, strict=True)}
    assert {answer.status_code for answer in answers} == {422}
    assert len(pages) == 1
    assert not [answer for answer in answers if "set-cookie" in answer.headers]
    assert desk.rows(StaffSession) == []


def test_what_was_typed_as_a_password_never_comes_back(client: TestClient) -> None:
    assert "secret-canary" not in _sign_in(client, "nobody", password="secret-canary").text


def test_a_form_from_elsewhere_signs_nobody_in(desk: Desk, client: TestClient) -> None:
    form = {"name": desk.staff().login, "password": PASSWORD, "code": _code()}
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": PUBLIC_URL, "Sec-Fetch-Site": "cross-site"}):
        assert client.post("/sign-in", data=form, headers=headers).status_code == 403
    assert desk.rows(StaffSession) == []


def test_who_guesses_is_asked_to_wait(desk: Desk, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "TRIES_IN_TEN_MINUTES", 2)
    staff = desk.staff()
    for _ in range(2):
        _sign_in(client, staff.login, password="wrong")
    answer = _sign_in(client, staff.login)
    assert (answer.status_code, "set-cookie" in answer.headers) == (422, False)
    assert "wait" in answer.text


def test_signing_out_ends_the_session_and_takes_the_cookie(desk: Desk, client: TestClient) -> None:
    desk.enter(client, desk.staff())
    answer = client.post("/sign-out")
    assert answer.status_code == 303
    assert "cache" in answer.headers["clear-site-data"]
    assert desk.rows(StaffSession) == []
    taken = answer.headers["set-cookie"]
    assert taken.startswith(f'{COOKIE}=""') or f"{COOKIE}=;" in taken
    assert "Max-Age=0" in taken


def test_a_very_long_name_or_password_is_cut_and_not_a_crash(client: TestClient) -> None:
    assert _sign_in(client, "x" * 50_000, password="y" * 50_000).status_code == 422


def test_no_accounts_are_shown_where_real_people_work(desk: Desk, client: TestClient) -> None:
    staff = desk.staff()
    page = client.get("/sign-in")
    assert (page.status_code, staff.login in page.text) == (200, False)


@pytest.mark.parametrize(("asked", "word"), [("bn-BD,bn;q=0.9", 'lang="bn"'), ("my", 'lang="my"'), ("fr", 'lang="en"')])
def test_the_door_speaks_the_language_of_the_browser(client: TestClient, asked: str, word: str) -> None:
    assert word in client.get("/sign-in", headers={"Accept-Language": asked}).text
