"""The pages about what the machine learned: shares for coordinators, sealed lessons for holders."""

from __future__ import annotations

import re
from datetime import timedelta

import time_machine
from starlette.testclient import TestClient

from classifier.suggestion import Verdict
from feedback import clock
from feedback.desk import handling, screening
from feedback.desk.screening import Coding
from feedback.models.staff import Role
from feedback.models.ticket import Ticket
from feedback.seal import parcel
from tests.factories import Desk, inbound
from tests.feedback.desk.plans import holders
from tests.feedback.desk.readings import read, suggestion

PASSPHRASE = "heron kettle ladder november"


def test_a_coordinator_sees_shares_with_how_sure_they_are_and_none_of_too_few(desk: Desk, client: TestClient) -> None:
    agent, coordinator = desk.staff(), desk.staff(Role.COORDINATOR)
    ids = desk.hear(*[inbound(f"no water, {number}") for number in range(25)])
    read(desk, {id_: suggestion(Verdict.OPEN, model="lists 1 model 2") for id_ in ids})
    for ticket in desk.rows(Ticket)[:20]:
        desk.act(agent, ticket, handling.override, Coding("health", tier="T0"))
    page = desk.enter(client, coordinator).get("/machine").text
    line = re.findall(r'<tr><th scope="row">English</th>(.*?)</tr>', page, re.DOTALL)[0]
    assert re.sub(r"<[^>]+>", " ", line).split() == [
        "25",
        "100",
        "%",
        "87–100",
        "100",
        "%",
        "87–100",
        "100",
        "%",
        "84–100",
    ]
    water = re.findall(r'<tr><th scope="row">Water, sanitation and hygiene</th>(.*?)</tr>', page, re.DOTALL)[0]
    assert water.count("too few") == 3
    assert 'href="/machine"' in client.get("/figures").text
    assert "What people found sensitive" not in page


def test_two_holders_take_a_sealed_file_through_the_pages(desk: Desk, client: TestClient) -> None:
    one, other = holders(desk, "conduct")
    desk.act(desk.staff(), desk.ticket("the guard asked for money"), screening.raise_, "T2-C")
    with time_machine.travel(clock.now() + timedelta(days=15), tick=True):
        desk.enter(client, one)
        asked = client.post("/lessons", data={"wall": "conduct", "reason": "Fraud is read too late."})
        assert asked.status_code == 303
        page = desk.enter(client, other).get("/lessons").text
        assert "Fraud is read too late." in page
        (wish,) = re.findall(r'action="/lessons/([\w-]+)"', page)
        assert client.post(f"/lessons/{wish}", data={"verdict": "right"}).status_code == 303
        desk.enter(client, one)
        short = client.post(f"/lessons/{wish}/take", data={"passphrase": "short"})
        assert (short.status_code, "four words that do not belong together" in short.text) == (422, True)
        file = client.post(f"/lessons/{wish}/take", data={"passphrase": PASSPHRASE})
    assert file.headers["content-disposition"] == 'attachment; filename="lessons.sealed"'
    assert b"the guard asked for money" in parcel.unseal(PASSPHRASE, file.content)
