"""The figures page: what a person may see, in numbers; and what the coordinator may take along."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, timedelta

import pytest
import time_machine
from starlette.testclient import TestClient

from feedback.desk import exports, handling
from feedback.models.published import Export
from feedback.models.staff import Role, Staff
from tests.factories import Desk


def numbers(page: str) -> list[str]:
    return re.findall(r'<dd class="num[^"]*">([^<]*)</dd>', page)


def rows(page: str) -> dict[str, list[str]]:
    """The cells of each line of the tables, by its name."""
    lines = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', page, re.DOTALL)
    return {
        name: [re.sub(r"<.*?>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", cells)]
        for name, cells in lines
    }


@pytest.fixture
def agent(desk: Desk) -> Staff:
    return desk.staff(Role.AGENT)


def test_the_four_numbers_and_the_tables_say_what_was_heard_and_told(desk: Desk, client: TestClient, agent: Staff):
    tickets = [desk.ticket(tier="T0", place="camp-9", subcategory="no_water") for _ in range(4)]
    desk.ticket(tier="T0", sector="health", place="camp-4")
    desk.act(agent, tickets[0], handling.close, "told")
    desk.act(agent, tickets[1], handling.close, "spam")
    page = desk.enter(client, agent).get("/figures").text
    assert numbers(page) == ["4", "100 %", "1", "3"]
    assert rows(page)["Water, sanitation and hygiene"][1:] == ["3", "100 %", "1", "2", "0"]
    assert rows(page)["Camp 9"][1] == "3"
    assert "they are use, not need" in page


def test_an_answer_that_came_too_late_is_told_but_not_on_time(desk: Desk, client: TestClient, agent: Staff):
    ticket = desk.ticket(tier="T1")
    assert ticket.due_at is not None
    with time_machine.travel(ticket.due_at + timedelta(minutes=1), tick=True):
        desk.act(agent, ticket, handling.close, "told")
        page = desk.enter(client, agent).get("/figures").text
    assert numbers(page) == ["1", "0 %", "1", "0"]


def test_each_week_has_its_bar(desk: Desk, client: TestClient, agent: Staff):
    with time_machine.travel("2026-11-22T04:00:00Z", tick=True):  # a Sunday
        for day, many in (("2026-11-14T10:00:00+00:00", 2), ("2026-11-15T01:00:00+00:00", 4)):
            for _ in range(many):
                desk.ticket(tier="T0", place="camp-9", received_at=datetime.fromisoformat(day))
        page = desk.enter(client, agent).get("/figures?weeks=4").text
    assert 'aria-label="0, 2, 4, 0"' in page
    assert '<rect x="9" y="12" width="7" height="12" fill="currentColor"/>' in page


def test_a_person_sees_the_figures_of_their_own_scope(desk: Desk, client: TestClient):
    desk.ticket(tier="T0", place="camp-9")
    desk.ticket(tier="T0", place="camp-4")
    page = desk.enter(client, desk.staff(Role.VOLUNTEER, places=["camp-9"])).get("/figures").text
    assert numbers(page)[0] == "1"
    assert "Camp 9" in rows(page)
    assert "Camp 4" not in rows(page)


def test_what_stands_behind_walls_changes_no_byte(desk: Desk, client: TestClient):
    coordinator = desk.staff(Role.COORDINATOR)
    desk.ticket(tier="T0", place="camp-9")
    with time_machine.travel("2026-12-05T04:00:00Z", tick=False):
        without = desk.enter(client, coordinator).get("/figures").text
        for tier in ("T3-G", "T3-S", "T2-C", None):
            desk.ticket(tier=tier, place="camp-9")
        assert _same(desk.enter(client, coordinator).get("/figures").text) == _same(without)


def _same(page: str) -> str:
    return re.sub(r'name="csrf" value="\w+"', "", page)


def test_only_the_coordinator_takes_numbers_along(desk: Desk, client: TestClient, agent: Staff):
    assert "/figures/export" not in desk.enter(client, agent).get("/figures").text
    assert client.post("/figures/export", data={"months": "2026-10"}).status_code == 403
    assert "/figures/export" in desk.enter(client, desk.staff(Role.COORDINATOR)).get("/figures").text


def test_a_file_is_made_shown_and_fetched(desk: Desk, client: TestClient):
    with time_machine.travel("2026-10-14T04:00:00Z", tick=True):
        for _ in range(6):
            desk.ticket(tier="T0", place="camp-9", subcategory="no_water")
    with time_machine.travel("2026-11-10T04:00:00Z", tick=True):
        desk.enter(client, desk.staff(Role.COORDINATOR))
        done = client.post("/figures/export", data={"months": ["2026-10"]})
        assert (done.status_code, done.headers["location"]) == (303, "/figures#exports")
        (kept,) = desk.rows(Export)
        assert f"/figures/exports/{kept.reference}" in client.get("/figures").text
        file = client.get(f"/figures/exports/{kept.reference}")
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert file.headers["content-disposition"] == 'attachment; filename="figures.csv"'
    assert file.headers["cache-control"] == "no-store"
    lines = list(csv.reader(io.StringIO(file.text.removeprefix("\ufeff"))))
    assert lines[0] == [exports.CAPTION]
    assert lines[-1][-1] == "6"


def test_no_month_chosen_comes_back_with_what_to_mend(desk: Desk, client: TestClient):
    desk.enter(client, desk.staff(Role.COORDINATOR))
    back = client.post("/figures/export", data={})
    assert back.status_code == 422
    assert "Choose at least one month." in back.text


def test_a_file_that_is_anothers_or_never_was_is_not_found(desk: Desk, client: TestClient):
    with time_machine.travel("2026-11-10T04:00:00Z", tick=True):
        made = desk.do(exports.make, desk.staff(Role.COORDINATOR), ["2026-10"])
        desk.enter(client, desk.staff(Role.COORDINATOR))
        found = client.get(f"/figures/exports/{made.reference}")
        missing = client.get("/figures/exports/AAAAAAAAAAAAAA")
    assert (found.status_code, found.content) == (404, missing.content)
