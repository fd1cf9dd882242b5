"""The edge of each page: who is there, whether the form is ours, and what a refusal looks like (D23, D48, I34)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from feedback.desk import accounts, sessions
from feedback.models import Base
from feedback.models.staff import Role, Staff, StaffSession
from feedback.models.ticket import Ticket
from feedback.web.page import COOKIE
from feedback.web.routes import DESK
from tests.factories import PUBLIC_URL, Desk

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
UNSAFE = [at for at in DESK if at.method == "POST"]
FORGERIES = {
    "no proof": ({}, {"Origin": PUBLIC_URL}),
    "proof of another session": ({"csrf": "0" * 64}, {"Origin": PUBLIC_URL}),
    "another origin": ({"csrf": "mine"}, {"Origin": "https://evil.example"}),
    "a page of another site": ({"csrf": "mine"}, {"Origin": PUBLIC_URL, "Sec-Fetch-Site": "cross-site"}),
    "a neighbour": ({"csrf": "mine"}, {"Origin": "https://other.desk.test", "Sec-Fetch-Site": "same-site"}),
    "no origin at all": ({"csrf": "mine"}, {}),
    "hidden origin": ({"csrf": "mine"}, {"Origin": "null"}),
}


def _enter(desk: Desk, client: TestClient, staff: Staff) -> str:
    desk.enter(client, staff)
    for name in ("origin", "x-csrf-token"):
        del client.headers[name]
    return client.cookies[COOKIE]


def _world(desk: Desk) -> dict[str, int]:
    with desk.at(write=False) as session:
        return {
            table.name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


@pytest.mark.plan("D48", trials=len(UNSAFE))
@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_form_is_refused_on_every_page_and_changes_nothing(
    desk: Desk, client: TestClient, forgery: str
) -> None:
    """D48."""
    ticket = desk.ticket()
    token = _enter(desk, client, desk.staff(Role.COORDINATOR, clearances=["screening", "gbv"]))
    fields, headers = FORGERIES[forgery]
    if fields.get("csrf") == "mine":
        fields = {"csrf": sessions.csrf(token)}
    before, version = _world(desk), desk.again(ticket).version
    for at in UNSAFE:
        path = at.path.replace("{reference}", ticket.reference).replace("{reply}", "none")
        response = client.post(path, data={**fields, "text": "x", "outcome": "told", "tier": "T3-G"}, headers=headers)
        assert response.status_code == 403, at.path
    assert (_world(desk), desk.again(ticket).version) == (before, version)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": PUBLIC_URL},
        {"Origin": PUBLIC_URL, "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_a_form_of_our_own_pages_goes_through(desk: Desk, client: TestClient, headers: dict[str, str]) -> None:
    ticket = desk.ticket()
    token = _enter(desk, client, desk.staff())
    data = {"csrf": sessions.csrf(token), "note": "Called the plumber."}
    response = client.post(f"/tickets/{ticket.reference}/note", data=data, headers=headers)
    assert response.status_code == 303


def test_who_is_not_signed_in_is_sent_to_the_door_from_every_page(desk: Desk, client: TestClient) -> None:
    for at in DESK:
        path = at.path.replace("{reference}", "x").replace("{reply}", "y")
        response = client.request(at.method, path, headers={"Origin": PUBLIC_URL})
        assert (response.status_code, response.headers["location"]) == (303, "/sign-in"), at.path
    assert client.get("/inbox", headers={"HX-Request": "true"}).headers["hx-redirect"] == "/sign-in"
    assert desk.rows(StaffSession) == []


ENDINGS = {
    "signed out": lambda desk, staff, token: _with(desk, sessions.end, token),
    "all sessions ended": lambda desk, staff, token: _with(desk, sessions.end_all, staff),
    "let go": lambda desk, staff, token: desk.do(
        accounts.deactivate, desk.staff(Role.COORDINATOR), staff.reference
    ),
    "let go by hand": lambda desk, staff, token: _with(
        desk, lambda session: session.execute(sa.update(Staff).where(Staff.id == staff.id).values(active=False))
    ),
}  # fmt: skip


def _with(desk: Desk, verb: object, *args: object) -> None:
    with desk.at() as session:
        verb(session, *args)  # type: ignore[operator]


@pytest.mark.plan("D23")
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_session_that_ended_is_over_at_the_next_request(desk: Desk, client: TestClient, ending: str) -> None:
    """D23."""
    staff, ticket = desk.staff(), desk.ticket()
    token = _enter(desk, client, staff)
    assert client.get("/inbox").status_code == 200
    ENDINGS[ending](desk, staff, token)
    assert client.get("/inbox").headers["location"] == "/sign-in"
    data, headers = {"csrf": sessions.csrf(token), "outcome": "told"}, {"Origin": PUBLIC_URL}
    response = client.post(f"/tickets/{ticket.reference}/close", data=data, headers=headers)
    assert response.headers["location"] == "/sign-in"
    assert desk.again(ticket).status == "triaged"


@pytest.mark.plan("D23")
def test_a_role_that_was_changed_counts_at_the_next_request(desk: Desk, client: TestClient) -> None:
    staff = desk.staff(Role.COORDINATOR)
    _enter(desk, client, staff)
    assert client.get("/team").status_code == 200
    with desk.at() as session:
        session.execute(sa.update(Staff).where(Staff.id == staff.id).values(role=Role.AGENT))
    assert client.get("/team").status_code == 403


def test_who_comes_by_another_name_is_sent_to_the_public_one(client: TestClient) -> None:
    response = client.get("/inbox?which=mine", headers={"Host": "192.168.1.7:8000"})
    assert (response.status_code, response.headers["location"]) == (307, f"{PUBLIC_URL}/inbox?which=mine")
    assert client.get("/sign-in", headers={"Host": "evil.example"}).headers["location"] == f"{PUBLIC_URL}/sign-in"


@pytest.mark.plan("D18")
def test_hidden_and_missing_are_the_same_page(desk: Desk, client: TestClient) -> None:
    """I9: status, body and headers."""
    hidden = desk.ticket(tier="T3-G", sector="gbv")
    _enter(desk, client, desk.staff())
    answers = [client.get(f"/tickets/{reference}") for reference in (hidden.reference, "A" * len(hidden.reference))]
    one, other = (
        (a.status_code, a.text.replace(hidden.reference, "A" * len(hidden.reference)), dict(a.headers)) for a in answers
    )
    assert one == other
    assert one[0] == 404


@pytest.mark.parametrize(
    ("data", "status"),
    [({f"f{number}": "x" for number in range(150)}, 400), ({"note": "x" * 200_000}, 400), ({"note": "x" * 5000}, 422)],
    ids=["many fields", "an endless one", "a long one"],
)
def test_a_form_is_bounded(desk: Desk, client: TestClient, data: dict[str, str], status: int) -> None:
    ticket = desk.ticket()
    token = _enter(desk, client, desk.staff())
    form = {"csrf": sessions.csrf(token), **data}
    response = client.post(f"/tickets/{ticket.reference}/note", data=form, headers={"Origin": PUBLIC_URL})
    assert response.status_code == status
    assert len(desk.rows(Ticket)) == 1


def test_a_safe_request_changes_nothing(desk: Desk, client: TestClient) -> None:
    desk.ticket()
    _enter(desk, client, desk.staff(Role.COORDINATOR))
    before = _world(desk)
    for at in DESK:
        if at.method == "GET":
            client.get(at.path.replace("{reference}", "none"))
            client.head(at.path.replace("{reference}", "none"))
    assert _world(desk) == before


def test_two_people_at_one_ticket_the_second_is_told(desk: Desk, client: TestClient) -> None:
    ticket = desk.ticket(tier=None)
    token = _enter(desk, client, desk.screener())
    form, headers = {"csrf": sessions.csrf(token), "decision": "open:wash.no_water"}, {"Origin": PUBLIC_URL}
    statuses = [client.post(f"/screening/{ticket.reference}", data=form, headers=headers).status_code for _ in range(2)]
    assert statuses[0] == 303
    assert statuses[1] in (404, 409)
