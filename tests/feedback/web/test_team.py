"""The team: added with a second factor, let go at once."""

from __future__ import annotations

import re

import pyotp

from feedback import clock
from feedback.models.factor import SecurityKey
from feedback.models.staff import Role, Staff
from feedback.web.page import COOKIE


def test_somebody_is_added_and_can_sign_in_with_what_was_shown_once(desk, client):
    desk.enter(client, desk.staff(Role.COORDINATOR))
    form = {"name": "Nur", "login": "nur", "role": "volunteer", "language": "bn", "places": ["camp-9"]}
    page = client.post("/team", data=form).text
    password, seed = re.findall(r"<dd><code>([^<]+)</code>", page)[1:]
    assert "<svg" in page
    assert "style=" not in page
    assert seed not in client.get("/team").text
    client.cookies.clear()
    typed = {"name": "nur", "password": password, "code": pyotp.TOTP(seed).now()}
    assert client.post("/sign-in", data=typed).headers["location"] == "/conduct"
    (nur,) = desk.rows(Staff, Staff.login == "nur")
    assert (nur.places, nur.language, nur.clearances) == (["camp-9"], "bn", [])


def test_who_is_added_works_for_the_agency_that_was_chosen_and_a_partner_for_one(desk, client):
    desk.enter(client, desk.staff(Role.COORDINATOR))
    form = {"name": "Mizan", "login": "mizan", "role": "partner", "language": "en"}
    assert client.post("/team", data=form | {"agency": ""}).status_code == 422
    assert client.post("/team", data=form | {"agency": "heron"}).status_code == 200
    assert [one.agency for one in desk.rows(Staff, Staff.login == "mizan")] == ["heron"]


def test_a_mistake_comes_back_with_everything_typed(desk, client):
    desk.enter(client, desk.staff(Role.COORDINATOR))
    response = client.post("/team", data={"name": "Nur", "login": "Nur Begum", "role": "volunteer"})
    assert response.status_code == 422
    assert 'id="e-login"' in response.text
    assert 'value="Nur Begum"' in response.text


def test_who_is_let_go_is_signed_out_at_once(desk, client):
    coordinator, leaving = desk.staff(Role.COORDINATOR), desk.staff(Role.AGENT)
    desk.enter(client, leaving)
    token = client.cookies[COOKIE]
    desk.enter(client, coordinator)
    assert client.post(f"/team/{leaving.reference}/deactivate").status_code == 303
    client.cookies.set(COOKIE, token, domain="desk.test", path="/")
    assert client.get("/inbox").headers["location"] == "/sign-in"


def test_nobody_lets_themselves_go(desk, client):
    coordinator = desk.staff(Role.COORDINATOR)
    desk.enter(client, coordinator)
    assert client.post(f"/team/{coordinator.reference}/deactivate").status_code == 403


def test_a_colleagues_lost_key_is_removed_on_the_page(desk, client):
    coordinator, staff = desk.staff(Role.COORDINATOR), desk.staff(Role.AGENT)
    with desk.at() as session:
        key = SecurityKey(
            staff_id=staff.id, name="blue", credential=b"c", public_key=b"p", count=0, added_at=clock.now()
        )
        session.add(key)
    desk.enter(client, coordinator)
    assert "Remove blue" in client.get("/team").text
    page = client.post(f"/team/{staff.reference}/keys/remove", data={"key": key.reference}, follow_redirects=True)
    assert "The key counts no more" in page.text
    assert "Remove blue" not in page.text
    assert desk.rows(SecurityKey) == []
