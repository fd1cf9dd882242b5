"""The settings over HTTP: codes shown once, an app, keys; nothing without the password typed once more."""

from __future__ import annotations

import re

import pyotp
import pytest
from starlette.testclient import TestClient

from feedback import clock
from feedback.desk import sessions
from feedback.models.event import Event
from feedback.models.factor import PrintedCode, SecurityKey
from feedback.models.staff import Role, Staff, Throttle
from feedback.web.page import COOKIE
from tests.factories import PASSWORD, Desk
from tests.feedback.desk.sign_ins import SoftwareKey, cheaply, person, registered

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WRONG = "wrong horse battery"


@pytest.fixture(autouse=True)
def _cheaply(monkeypatch: pytest.MonkeyPatch) -> None:
    cheaply(monkeypatch)


def _enter(desk: Desk, client: TestClient, staff: Staff | None = None) -> Staff:
    staff = staff or person(desk)
    desk.enter(client, staff)
    return staff


def _codes(page: str) -> list[str]:
    return re.findall(r"<li><code>(\d{5} \d{5})</code>", page)


def _add_key(client: TestClient, key: SoftwareKey, *, password: str = PASSWORD, name: str = "the blue one"):
    asked = client.post("/settings/keys/ask").text
    form = {"key_name": name, "key_password": password, "answer": key.make(asked)}
    return client.post("/settings/keys", data=form)


def test_codes_are_shown_once_and_one_of_them_signs_in(desk: Desk, client: TestClient) -> None:
    staff = _enter(desk, client)
    sheet = client.post("/settings/codes", data={"codes_password": PASSWORD})
    codes = _codes(sheet.text)
    assert (sheet.status_code, len(codes), sheet.headers["cache-control"]) == (200, 10, "no-store")
    settings = client.get("/settings").text
    assert "10 of ten printed codes are left." in settings
    assert not [code for code in codes if code in settings]
    client.cookies.clear()
    form = {"name": staff.login, "password": PASSWORD, "code": codes[3]}
    assert client.post("/sign-in", data=form).headers["location"] == "/"
    assert "9 of ten printed codes are left." in client.get("/settings").text


def test_the_team_prints_codes_for_a_colleague_on_a_page_with_their_name(desk: Desk, client: TestClient) -> None:
    staff = person(desk, name="Nur")
    _enter(desk, client, person(desk, role=Role.COORDINATOR))
    sheet = client.post(f"/team/{staff.reference}/codes")
    assert (len(_codes(sheet.text)), "For Nur." in sheet.text) == (10, True)
    assert {row.staff_id for row in desk.rows(PrintedCode)} == {staff.id}


def test_an_app_is_set_up_anew_and_its_codes_count(desk: Desk, client: TestClient) -> None:
    staff = _enter(desk, client)
    page = client.post("/settings/app", data={"app_password": PASSWORD}).text
    (seed,) = re.findall(r"<code>([A-Z2-7]{32})</code>", page)
    assert "<svg" in page
    assert seed not in client.get("/settings").text
    client.cookies.clear()
    form = {"name": staff.login, "password": PASSWORD, "code": pyotp.TOTP(seed).at(clock.now())}
    assert client.post("/sign-in", data=form).headers["location"] == "/"


def test_keys_are_added_by_name_used_and_removed(desk: Desk, client: TestClient) -> None:
    staff, key = _enter(desk, client), SoftwareKey()
    assert _add_key(client, key).headers["location"] == "/settings"
    assert "the blue one" in client.get("/settings").text
    client.cookies.clear()
    asked = client.post("/sign-in/key", data={"name": staff.login}).text
    form = {"name": staff.login, "password": PASSWORD, "code": "", "answer": key.press(asked)}
    assert client.post("/sign-in", data=form).headers["location"] == "/"
    client.headers["x-csrf-token"] = sessions.csrf(client.cookies[COOKIE])
    (row,) = desk.rows(SecurityKey)
    removed = client.post("/settings/keys/remove", data={"key": row.reference, "remove_password": PASSWORD})
    assert removed.headers["location"] == "/settings"
    assert client.get("/settings").status_code == 200  # where they did it they stay
    assert desk.rows(SecurityKey) == []


def test_the_options_for_a_key_are_bound_to_this_session(desk: Desk, client: TestClient) -> None:
    staff = _enter(desk, client)
    asked = client.post("/settings/keys/ask").text
    _enter(desk, client, staff)  # another session of the same person
    form = {"key_name": "blue", "key_password": PASSWORD, "answer": SoftwareKey().make(asked)}
    answer = client.post("/settings/keys", data=form)
    assert (answer.status_code, 'id="e-answer"' in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("path", "field", "more"),
    [
        ("/settings/codes", "codes_password", {}),
        ("/settings/app", "app_password", {}),
        ("/settings/app/stop", "stop_password", {}),
        ("/settings/keys/remove", "remove_password", {"key": "x"}),
        ("/settings/keys", "key_password", {"key_name": "blue"}),
        ("/password", "old", {"new": "four goats in the boat", "again": "four goats in the boat"}),
    ],
)
def test_nothing_changes_without_the_password_and_each_wrong_one_is_counted(
    desk: Desk, client: TestClient, path: str, field: str, more: dict[str, str]
) -> None:
    staff = _enter(desk, client)
    registered(desk, staff)
    for _ in range(sessions.TRIES_IN_TEN_MINUTES):
        answer = client.post(path, data={field: WRONG, **more})
        assert (answer.status_code, f'id="e-{field}"' in answer.text) == (422, True)
    assert client.post(path, data={field: PASSWORD, **more}).status_code == 409
    assert [row.wrong for row in desk.rows(Throttle)] == [sessions.TRIES_IN_TEN_MINUTES]
    after = desk.mine_again(staff)
    assert (after.totp, after.verifier) == (staff.totp, staff.verifier)
    assert (desk.rows(PrintedCode), len(desk.rows(SecurityKey))) == ([], 1)
    assert desk.rows(Event, Event.action.in_(["print codes", "new app", "stop app", "add key", "password"])) == []


def test_the_last_factor_stays_and_the_page_says_why(desk: Desk, client: TestClient) -> None:
    _enter(desk, client)
    answer = client.post("/settings/app/stop", data={"stop_password": PASSWORD})
    assert (answer.status_code, "This is the only second factor that you have." in answer.text) == (422, True)


def test_a_name_that_is_missing_comes_back_to_be_mended(desk: Desk, client: TestClient) -> None:
    _enter(desk, client)
    answer = _add_key(client, SoftwareKey(), name=" ")
    assert (answer.status_code, 'id="e-key_name"' in answer.text) == (422, True)
