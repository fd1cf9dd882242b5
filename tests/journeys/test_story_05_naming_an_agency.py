"""Story 5, the part of walls: a text accuses a man of heron; nobody of heron finds a trace, a broken tap of theirs stays theirs."""

from __future__ import annotations

import re

from starlette.testclient import TestClient

from feedback import app
from feedback.models.staff import Role
from feedback.models.ticket import Ticket
from tests.factories import PUBLIC_URL
from tests.journeys.conftest import Town
from tests.journeys.person import Person

NUMBER = "+8801711000055"
WORDS = "the distributor of heron wants sex for a ration card"


def hidden_from_the_first_moment(theirs: list[Person], at: str, before: list[list[bytes]], code: str) -> None:
    for one, pages in zip(theirs, before, strict=True):
        missing = one.client.get("/tickets/AAAAAAAAAAAAAA")
        hidden = one.client.get(at)
        assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content)
        assert [one.client.get(path).content for path in ("/inbox?list=sealed", "/inbox", "/")] == pages
        for path in ("note", "answer", "subject", "lower", "plan", "raise"):
            assert one.client.post(f"{at}/{path}", data={"note": "x"}).status_code in (403, 404)
        assert "distributor" not in one.client.post("/inbox", data={"q": code}).text


def test_users_of_the_accused_agency_its_admins_among_them_find_no_trace_and_the_psea_coordinator_has_it(
    town: Town,
) -> None:
    theirs = [
        town.person(Role.FOCAL_POINT, clearances=["psea"], agency="heron"),
        town.person(Role.COORDINATOR, clearances=["psea", "conduct"], agency="heron"),
        town.person(Role.DUTY_OFFICER, clearances=["psea", "protection"], agency="heron"),
        town.person(Role.AGENT, agency="heron", agencies=["heron"]),
        town.person(Role.OPERATOR, agency="heron"),
    ]
    lead = town.person(Role.COORDINATOR, clearances=["psea"], agency="myna")
    before = [[one.client.get(path).content for path in ("/inbox?list=sealed", "/inbox", "/")] for one in theirs]

    town.text(NUMBER, WORDS)
    (ticket,) = town.desk.rows(Ticket)
    at = f"/tickets/{ticket.reference}"
    assert (ticket.compartment, ticket.subject) == ("psea", "heron")
    assert "The machine thinks that Agency Heron" in lead.read(at)
    hidden_from_the_first_moment(theirs, at, before, ticket.code or "")
    lead.press(f"{at}/subject", act="confirm")
    assert "ration card" in lead.read(at)
    assert "Accused: Agency Heron" in lead.read(at)
    hidden_from_the_first_moment(theirs, at, before, ticket.code or "")


def test_the_psea_lead_passes_it_to_the_agencys_investigation_unit_by_a_link_that_opens_once(town: Town) -> None:
    theirs = town.person(Role.COORDINATOR, clearances=["psea", "conduct"], agency="heron")
    lead = town.person(Role.COORDINATOR, clearances=["psea"], agency="myna")
    unit = TestClient(app.create(town.house.parts), base_url=PUBLIC_URL, headers={"origin": PUBLIC_URL})
    town.text(NUMBER, WORDS)
    (ticket,) = town.desk.rows(Ticket)
    at = f"/tickets/{ticket.reference}"
    assert "Pass to the agency's investigation unit" not in lead.read(at)
    lead.press(f"{at}/subject", act="confirm")
    assert "Pass to the agency's investigation unit" in lead.read(at)

    assert WORDS not in lead.read(f"{at}/refer")
    form = {"words": "A distributor is accused; kestrel-41.", "to": "heron", "shows": "nobody"}
    (url,) = re.findall(r"https://[^ ]+/passed/[\w-]{43}", lead.press(f"{at}/refer", **form))
    assert "/passed/" not in lead.read(f"{at}/refer")
    for path in (f"{at}/refer", at):
        assert theirs.client.get(path).content == theirs.client.get("/tickets/AAAAAAAAAAAAAA").content

    link, wrong = url.removeprefix(PUBLIC_URL), f"/passed/{'x' * 43}"
    for _ in range(3):  # a preview opens nothing
        assert unit.get(link).text.replace(link, wrong) == unit.get(wrong).text
    assert unit.post(link, headers={"origin": "https://evil.test"}).status_code == 403
    opened = unit.post(link)
    assert (opened.status_code, opened.headers["cache-control"]) == (200, "no-store")
    assert "kestrel-41" in opened.text
    used, unknown = unit.post(link), unit.post(wrong)
    assert (used.status_code, used.content, used.headers) == (404, unknown.content, unknown.headers)
    assert "the investigation unit opened it" in lead.read(at)


def test_a_text_that_names_heron_only_as_who_runs_the_tap_stays_open_to_them(town: Town) -> None:
    agent = town.person(Role.AGENT, agency="heron")
    ticket = town.desk.ticket("the tap of heron is broken", tier="T0", provider="heron")
    assert town.desk.again(ticket).subject is None
    assert "the tap of heron" in agent.read(f"/tickets/{ticket.reference}")
