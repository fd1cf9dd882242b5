"""The door over HTTP: the same page for every fault, forms of our own only, the language of the browser (D46)."""

from __future__ import annotations

from dataclasses import dataclass

import pyotp
import pytest
from starlette.testclient import TestClient

from feedback import clock
from feedback.desk import printed, sessions
from feedback.models.staff import StaffSession
from feedback.web.door import ATTEMPT
from tests.factories import PASSWORD, PUBLIC_URL, SEED, Desk
from tests.feedback.desk.sign_ins import SoftwareKey, cheaply, person, registered

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OURS = {"Origin": PUBLIC_URL}


def _code() -> str:
    return pyotp.TOTP(SEED).at(clock.now())


def _sign_in(client: TestClient, name: str, *, password: str = PASSWORD, code: str | None = None):
    form = {"name": name, "password": password, "code": code or _code()}
    return client.post("/sign-in", data=form, headers=OURS)


FAULTS = {
    "password": lambda world: _sign_in(world.client, world.login, password="wrong horse battery"),
    "code": lambda world: _sign_in(world.client, world.login, code="000000"),
    "no code": lambda world: _sign_in(world.client, world.login, code="x"),
    "password and code": lambda world: _sign_in(world.client, world.login, password="wrong", code="000000"),
    "let go": lambda world: _sign_in(world.client, world.gone),
    "a name of nobody": lambda world: _sign_in(world.client, "nobody"),
    "a printed code of nobody's": lambda world: _sign_in(world.client, world.login, code="12345 67890"),
    "a printed code with a wrong password": lambda world: _sign_in(
        world.client, world.login, password="wrong", code=world.printed
    ),
    "a key for who has none": lambda world: _press(world, world.gone, SoftwareKey()),
    "another key": lambda world: _press(world, world.login, SoftwareKey()),
    "their key, asked in another browser": lambda world: _press(world, world.login, world.key, attempt="another"),
    "their key with a wrong password": lambda world: _press(world, world.login, world.key, password="wrong"),
    "a key for nobody": lambda world: _press(world, "nobody", SoftwareKey()),
    "nothing that a key could say": lambda world: _press(world, world.login, None),
}


@dataclass
class World:
    """Somebody with each kind of second factor, and somebody who was let go."""

    desk: Desk
    client: TestClient

    def __post_init__(self) -> None:
        staff = person(self.desk)
        self.login, self.gone = staff.login, person(self.desk, active=False).login
        self.key = registered(self.desk, staff)
        with self.desk.at() as session:
            self.printed = printed.renew(session, staff)[0]


def _press(world: World, name: str, key: SoftwareKey | None, *, attempt: str = "", password: str = PASSWORD):
    """The way of the page's script: ask, press, send the form."""
    asked = world.client.post("/sign-in/key", data={"name": name}, headers=OURS)
    answer = key.press(asked.text) if key else '{"response": {}}'
    if attempt:
        world.client.cookies.set(ATTEMPT, attempt, domain="desk.test", path="/")
    form = {"name": name, "password": password, "code": "", "answer": answer}
    return world.client.post("/sign-in", data=form, headers=OURS)


@pytest.mark.plan("D46", trials=len(FAULTS))
def test_every_fault_has_the_same_page(desk: Desk, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    cheaply(monkeypatch)
    monkeypatch.setattr(sessions, "TRIES_IN_TEN_MINUTES", 100)
    world = World(desk, client)
    pages = set()
    for try_ in FAULTS.values():
        answer = try_(world)
        text = answer.text
        for name in (world.login, world.gone, "nobody"):
            text = text.replace(f'value="{name}"', 'value="NAME"')
        headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
        pages.add((answer.status_code, text, tuple(sorted(headers.items()))))
    assert len(pages) == 1
    ((status, _, headers),) = pages
    assert (status, "set-cookie" in dict(headers)) == (422, False)
    assert desk.rows(StaffSession) == []
    assert _press(world, world.login, world.key).status_code == 303  # and the right key opens


def test_what_the_door_asks_of_keys_tells_nobody_who_has_an_account(
    desk: Desk, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    cheaply(monkeypatch)
    world = World(desk, client)
    answers = [client.post("/sign-in/key", data={"name": name}, headers=OURS) for name in (world.login, "nobody")]
    told = [{**answer.json(), "challenge": "", "allowCredentials": ""} for answer in answers]
    assert told[0] == told[1]
    assert len({len(answer.json()["allowCredentials"]) for answer in answers}) == 1
    assert len({answer.cookies[ATTEMPT] for answer in answers}) == 2
    assert client.post("/sign-in/key", data={"name": "nobody"}).status_code == 403
    assert client.get("/sign-in/key").status_code == 405


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


def test_a_very_long_name_or_password_is_cut_and_not_a_crash(client: TestClient) -> None:
    assert _sign_in(client, "x" * 50_000, password="y" * 50_000).status_code == 422


def test_no_accounts_are_shown_where_real_people_work(desk: Desk, client: TestClient) -> None:
    staff = desk.staff()
    page = client.get("/sign-in")
    assert (page.status_code, staff.login in page.text) == (200, False)


@pytest.mark.parametrize(("asked", "word"), [("bn-BD,bn;q=0.9", 'lang="bn"'), ("my", 'lang="my"'), ("fr", 'lang="en"')])
def test_the_door_speaks_the_language_of_the_browser(client: TestClient, asked: str, word: str) -> None:
    assert word in client.get("/sign-in", headers={"Accept-Language": asked}).text
