"""Story 15: a report to the sector meeting. Small counts are masked, two exports a week apart tell of nobody."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from starlette.testclient import TestClient

from feedback.desk import exports, screening
from feedback.models.event import Event
from feedback.models.message import Message
from feedback.models.staff import Role
from feedback.models.ticket import Ticket
from tests.factories import Desk

OCTOBER = datetime(2026, 10, 14, 6, tzinfo=UTC)
MEETING = datetime(2026, 11, 10, 6, tzinfo=UTC)
HEARD = {
    ("camp-9", "wash.no_water"): 23,
    ("camp-9", "wash.latrine_broken"): 9,
    ("camp-9", "food_security.voucher_problem"): 3,
    ("camp-8e", "wash.no_water"): 11,
    ("camp-8e", "food_security.voucher_problem"): 14,
    ("camp-8e", "wash.latrine_broken"): 2,
    ("camp-22", "wash.no_water"): 1,
}
PHONE = "+8801799887766"


@pytest.fixture
def october(desk: Desk) -> Desk:
    """What was heard in October, three of it behind walls."""
    for (place, matter), many in HEARD.items():
        sector, sub = matter.split(".")
        for minute in range(many):
            at = OCTOBER + timedelta(minutes=minute)
            desk.ticket(
                "jolly pangolin", sector=sector, subcategory=sub, tier="T0", place=place, received_at=at, address=PHONE
            )
    for _ in range(3):
        desk.ticket("words", sector="gbv", tier="T3-G", place="camp-22", received_at=OCTOBER)
    return desk


def export(client: TestClient) -> list[list[str]]:
    """Make the file of October on the page and fetch it by its link; its lines."""
    page = client.get("/figures").text
    assert 'name="months" value="2026-10"' in page
    assert client.post("/figures/export", data={"months": "2026-10"}).status_code == 303
    link = re.findall(r'href="(/figures/exports/[\w-]+)"', client.get("/figures").text)[0]
    file = client.get(link)
    assert file.status_code == 200
    for word in ("pangolin", "words", PHONE[-7:], "T3-G", "gbv"):
        assert word not in file.text
    return list(csv.reader(io.StringIO(file.text.removeprefix("\ufeff"))))


def test_a_report_holds_counts_by_place_and_matter_and_a_week_later_the_same(october: Desk, client: TestClient) -> None:
    coordinator = october.staff(Role.COORDINATOR)
    with time_machine.travel(MEETING, tick=True):
        october.enter(client, coordinator)
        first = export(client)
    assert first[0] == [exports.CAPTION]
    counts = {tuple(line[1:5]): line[7] for line in first[2:] if not line[5]}
    camp = ("coxs-bazar/ukhiya/kutupalong-balukhali", "camp-9")
    assert counts[(*camp, "all", "all")] == "35"
    assert counts[("all", "all", "wash", "no_water")] == "35"
    assert counts[(*camp, "food_security", "voucher_problem")] == "masked"
    assert all(count == "masked" or int(count) >= 5 for count in counts.values())
    assert not [place for place in counts if place[1] == "camp-22"], "one person there counts with the area"

    with time_machine.travel(MEETING + timedelta(days=1), tick=True):
        late = october.ticket(sector="wash", subcategory="no_water", tier="T0", place="camp-22", received_at=OCTOBER)
        known = october.rows(Ticket, Ticket.place == "camp-22", Ticket.compartment.is_(None))[0]
        october.act(october.staff(Role.AGENT), known, screening.raise_, "T3-G")
        assert late.place == "camp-22"
    with time_machine.travel(MEETING + timedelta(days=7), tick=True):
        october.enter(client, coordinator)
        second = export(client)
    assert second == first

    events = october.rows(Event, Event.action == "export")
    assert [(event.actor, event.detail) for event in events] == [(f"staff:{coordinator.id}", "2026-10")] * 2
    assert len(october.rows(Message)) == sum(HEARD.values()) + 4
