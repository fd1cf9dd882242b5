"""The code of conduct over HTTP: no page of the desk opens before it, in whatever language, and who refuses is out."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from feedback.models.staff import Role, StaffSession
from feedback.web.agreed import FIRST
from feedback.web.page import COOKIE
from feedback.web.routes import DESK
from tests.factories import Desk

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BEFORE = {("GET", "/conduct"), ("POST", "/conduct"), ("POST", "/conduct/refuse"), ("POST", "/sign-out")}


def test_no_page_of_the_desk_opens_before_it_is_accepted(desk: Desk, client: TestClient) -> None:
    ticket = desk.ticket()
    for role, headers in ((Role.COORDINATOR, {}), (Role.FOCAL_POINT, {"hx-request": "true"})):
        desk.enter(client, desk.staff(role, agreed=None, clearances=["screening"] if role is Role.FOCAL_POINT else []))
        opened = set()
        for at in DESK:
            path = at.path.replace("{reference}", ticket.reference).replace("{reply}", "none")
            if (at.method, at.path) in BEFORE:
                continue
            answer = client.request(at.method, path, headers=headers)
            onward = answer.headers.get("location") or answer.headers.get("hx-redirect")
            if answer.status_code != 403 and onward != FIRST:
                opened.add((at.method, at.path))
        assert opened == set()
    assert desk.again(ticket).version == ticket.version


@pytest.mark.parametrize("language", ["en", "bn", "my"])
def test_it_stands_alone_in_the_person_s_language_and_says_nothing_of_the_desk(
    desk: Desk, client: TestClient, language: str
) -> None:
    desk.enter(client, desk.staff(Role.COORDINATOR, agreed=None, language=language))
    page = client.get("/conduct").text
    code = desk.parts.response.code_of_conduct
    assert [point for point in code.points if point.title[language] not in page] == []
    assert "/inbox" not in page
    assert 'class="nav"' not in page


def test_once_accepted_the_desk_opens_and_the_text_can_be_read_again(desk: Desk, client: TestClient) -> None:
    staff = desk.staff(agreed=None)
    desk.enter(client, staff)
    version = desk.parts.response.code_of_conduct.version
    for old in ("", "x", "0", str(version + 1), "9" * 30):
        assert client.post("/conduct", data={"version": old}).status_code == 409
    assert client.get("/inbox").headers["location"] == FIRST
    assert client.post("/conduct", data={"version": str(version)}).headers["location"] == "/"
    assert client.get("/inbox").status_code == 200
    assert "You have accepted this." in client.get("/conduct").text


def test_who_refuses_is_signed_out_everywhere_and_told_so(desk: Desk, client: TestClient) -> None:
    staff, lead = desk.staff(), desk.staff(Role.COORDINATOR)
    desk.enter(client, staff)
    answer = client.post("/conduct/refuse")
    assert answer.headers["location"] == "/sign-in"
    assert COOKIE not in client.cookies
    assert "The desk opens again once you accept" in client.get("/sign-in").text
    assert desk.rows(StaffSession, StaffSession.staff_id == staff.id) == []
    desk.enter(client, lead)
    assert client.get("/team").text.count("code of conduct not accepted") == 1


def test_who_came_for_the_tablet_goes_on_to_it(desk: Desk, client: TestClient) -> None:
    desk.enter(client, desk.staff(Role.VOLUNTEER, agreed=None))
    client.get("/tablet/sign-in")
    version = str(desk.parts.response.code_of_conduct.version)
    assert client.post("/conduct", data={"version": version}).headers["location"] == "/tablet/"
