"""Shared devices over HTTP: enrolled by a lead, taken over in one post, refused in words that tell nobody which was wrong."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from feedback.models.device import Device
from feedback.models.staff import Role, Staff, StaffSession
from feedback.web.look import DEVICE
from feedback.web.page import COOKIE
from tests.factories import PASSWORD, PUBLIC_URL, Desk

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PIN = "482109"
JSON = {"accept": "application/json"}


@pytest.fixture
def shared(desk: Desk, client: TestClient) -> TestClient:
    """A browser that a lead has enrolled, with nobody signed in."""
    desk.enter(client, desk.staff(Role.COORDINATOR))
    assert client.post("/devices", data={"name": "Tablet 3"}).status_code == 303
    client.post("/sign-out")
    return client


def set_pin(desk: Desk, client: TestClient, pin: str = PIN, **more: object) -> Staff:
    staff = desk.staff(Role.VOLUNTEER, places=["camp-9"], **more)
    desk.enter(client, staff)
    given = {"password": PASSWORD, "pin": pin, "again": pin, "label": str(more.get("name", "Rahima"))}
    assert client.post("/pin/mine", data=given).status_code == 303
    client.post("/sign-out")
    return staff


def test_a_lead_enrols_a_device_and_sees_it(desk: Desk, shared: TestClient) -> None:
    cookie = next(one for one in shared.cookies.jar if one.name == DEVICE)
    assert cookie.secure
    assert cookie.has_nonstandard_attr("HttpOnly")
    set_pin(desk, shared)
    desk.enter(shared, desk.staff(Role.COORDINATOR))
    page = shared.get("/devices").text
    assert "Tablet 3" in page
    assert "this one" in page
    assert 'action="/devices"' not in page  # it is enrolled already


def test_two_volunteers_change_places_in_one_post_each(desk: Desk, shared: TestClient) -> None:
    one, two = set_pin(desk, shared, name="Rahima"), set_pin(desk, shared, "770213", name="Nur")
    page = shared.get("/pin").text
    assert "Rahima" in page
    assert "Nur" in page
    for staff, pin in ((one, PIN), (two, "770213"), (one, PIN)):
        answer = shared.post("/pin", data={"who": staff.reference, "pin": pin})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert staff.name in shared.get("/intake").text
    assert [row.staff_id for row in desk.rows(StaffSession)] == [one.id]  # who had it before is signed out


def test_the_app_hears_in_one_word_what_became_of_a_pin(desk: Desk, shared: TestClient) -> None:
    staff = set_pin(desk, shared)
    wrong = shared.post("/pin", data={"who": staff.reference, "pin": "000001"}, headers=JSON)
    right = shared.post("/pin", data={"who": staff.reference, "pin": PIN}, headers=JSON)
    assert (wrong.status_code, wrong.json()) == (422, {"state": "wrong"})
    assert (right.status_code, right.json()) == (200, {"state": "changed", "staff": staff.reference})
    assert shared.get("/sync").json()["people"] == [{"reference": staff.reference, "label": "Rahima"}]


def test_a_wrong_pin_and_an_unknown_name_show_no_account(desk: Desk, shared: TestClient) -> None:
    staff = set_pin(desk, shared)
    for given in ({"who": staff.reference, "pin": "000001"}, {"who": "A" * 14, "pin": PIN}):
        answer = shared.post("/pin", data=given)
        assert answer.status_code == 422
        assert COOKIE not in answer.cookies
    assert shared.get("/inbox").status_code == 303


def test_a_browser_that_is_not_enrolled_names_nobody_and_lets_nobody_in(desk: Desk, shared: TestClient) -> None:
    staff = set_pin(desk, shared)
    shared.cookies.delete(DEVICE)
    assert "Rahima" not in shared.get("/pin").text
    assert shared.post("/pin", data={"who": staff.reference, "pin": PIN}).status_code == 422
    assert desk.rows(StaffSession) == []


def test_ending_a_device_signs_everybody_on_it_out_at_the_next_request(desk: Desk, shared: TestClient) -> None:
    staff = set_pin(desk, shared)
    shared.post("/pin", data={"who": staff.reference, "pin": PIN})
    (device,) = desk.rows(Device)
    lead = TestClient(shared.app, base_url=PUBLIC_URL, follow_redirects=False)
    desk.enter(lead, desk.staff(Role.COORDINATOR))
    assert lead.post(f"/devices/{device.reference}/end").status_code == 303
    assert shared.get("/intake").headers["location"] == "/sign-in"
    assert shared.post("/pin", data={"who": staff.reference, "pin": PIN}).status_code == 422


def test_a_session_by_password_on_the_device_ends_with_it_too(desk: Desk, shared: TestClient) -> None:
    import pyotp

    from tests.factories import SEED

    staff = desk.staff(Role.VOLUNTEER)
    given = {"name": staff.login, "password": PASSWORD, "code": pyotp.TOTP(SEED).now()}
    assert shared.post("/sign-in", data=given, headers={"origin": PUBLIC_URL}).status_code == 303
    (device,) = desk.rows(Device)
    lead = TestClient(shared.app, base_url=PUBLIC_URL, follow_redirects=False)
    desk.enter(lead, desk.staff(Role.COORDINATOR))
    lead.post(f"/devices/{device.reference}/end")
    assert shared.get("/inbox").headers["location"] == "/sign-in"


def test_a_pin_is_not_tried_from_another_site(desk: Desk, shared: TestClient) -> None:
    staff = set_pin(desk, shared)
    given, elsewhere = {"who": staff.reference, "pin": PIN}, {"origin": "https://elsewhere.test"}
    assert shared.post("/pin", data=given, headers=elsewhere).status_code == 403
    assert desk.rows(StaffSession) == []


def test_a_wrong_password_for_a_new_pin_comes_back_and_is_counted(desk: Desk, shared: TestClient) -> None:
    desk.enter(shared, desk.staff(Role.VOLUNTEER))
    given = {"password": "not mine at all", "pin": PIN, "again": PIN, "label": "Nur"}
    answers = [shared.post("/pin/mine", data=given) for _ in range(11)]
    assert "This is not your password." in answers[0].text
    assert answers[-1].status_code == 409


def test_the_app_is_sent_to_the_pins_of_its_device_and_back(desk: Desk, shared: TestClient) -> None:
    staff = set_pin(desk, shared)
    assert shared.get("/tablet/sign-in").headers["location"] == "/pin"
    answer = shared.post("/pin", data={"who": staff.reference, "pin": PIN})
    assert answer.headers["location"] == "/tablet/"
