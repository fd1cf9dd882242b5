"""A form sets what its page says, whatever else is sent with it: each writable address × fields that are not its own (D19, I11)."""

from __future__ import annotations

from datetime import datetime
from itertools import count, product
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from feedback.models.message import Message
from feedback.models.reply import Note, Reply
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from feedback.web.routes import DESK, At
from tests.factories import Desk, phone
from tests.feedback.web.test_routes import FORMS
from tests.trials import trials

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what a page reads knows no engine
_names = count(1)

FOREIGN: dict[str, str] = {
    "id": "7",
    "reference": "AAAAAAAAAAAAAA",
    "code": "12345678",
    "version": "99",
    "status": "closed",
    "compartment": "conduct",
    "raised_by": "machine",
    "response_version": "99",
    "provider": "heron",
    "subject_staff": "7",
    "subject_by": "7",
    "assigned_to": "7",
    "entered_by": "7",
    "created_at": "2000-01-01T00:00:00+00:00",
    "due_at": "2000-01-01T00:00:00+00:00",
    "closed_at": "2000-01-01T00:00:00+00:00",
    "danger_first": "1",
    "screened_at": "2000-01-01T00:00:00+00:00",
    "joined_to": "7",
    "may_answer": "7",
    "held": "1",
    "stripped_at": "2000-01-01T00:00:00+00:00",
    "agencies": "heron",
    "agency": "heron",
    "clearances": "gbv",
    "active": "0",
    "state": "sent",
    "author": "7",
}
"""Columns of ours by name, with values that fit them: none of them is a field of any form below."""

DRAWN = {"id", "reference", "code", "version", "ticket_id", "salt", "verifier", "public_key", "private_key", "totp"}
"""What is another each time, and what is sealed."""

TWINS = {"open": "T0", "gbv": "T3-G"}


def _of_tickets() -> list[At]:
    return [at for at in DESK if at.method == "POST" and at.path.startswith("/tickets/") and "{reply}" not in at.path]


def _plain(row: Any) -> dict[str, Any]:
    """The columns that hold words and codes; times as whether there is one."""
    found = {}
    for column in sa.inspect(type(row)).columns:
        value = getattr(row, column.key)
        if column.key in DRAWN or isinstance(value, bytes):
            continue
        found[column.key] = bool(value) if isinstance(value, datetime) else value
    return found


def _all_of(desk: Desk, ticket: Ticket) -> list[dict[str, Any]]:
    rows: list[Any] = [desk.again(ticket)]
    for table in (Message, Reply, Note):
        rows += desk.rows(table, table.ticket_id == ticket.id)
    plain = [_plain(row) for row in rows]
    return [{**one, "provider_ref": ""} for one in plain]


@pytest.fixture
def staff(desk: Desk, client: TestClient) -> Staff:
    person = desk.staff(Role.DUTY_OFFICER, clearances=["gbv", "screening"])
    desk.staff(Role.DUTY_OFFICER, clearances=["gbv", "screening"])
    desk.enter(client, person)
    return person


@pytest.mark.plan("D19")
def test_what_is_not_a_field_of_the_form_changes_nothing_of_a_ticket(desk, client, staff, record_property):
    tried, wrong = 0, []
    every = trials(default=3, release=1)
    for at, tier in list(product(_of_tickets(), TWINS.values()))[::every]:
        own = dict(FORMS.get(at.path, {"to": staff.reference}))
        foreign = {name: value for name, value in FOREIGN.items() if name not in own}
        made = [desk.ticket("the tap is dry", tier=tier, place="camp-9", address=phone()) for _ in range(2)]
        answers = [
            client.post(at.path.format(reference=ticket.reference), data=form).status_code
            for ticket, form in zip(made, (own, own | foreign), strict=True)
        ]
        without, with_ = (_all_of(desk, ticket) for ticket in made)
        tried += len(foreign)
        if answers[0] != answers[1] or without != with_:
            wrong.append((at.path, tier, answers, without, with_))
    assert not wrong
    record_property("trials", tried)
    assert tried >= 200


@pytest.mark.plan("D19", trials=len(FOREIGN))
def test_it_changes_nothing_of_whoever_is_added_to_the_team_or_adds(desk, client):
    coordinator = desk.staff(Role.COORDINATOR)
    desk.enter(client, coordinator)
    before = _plain(desk.mine_again(coordinator))
    added = []
    for foreign in ({}, FOREIGN):
        login = f"nur-{next(_names)}"
        own = {"login": login, "name": "Nur", "role": "agent", "agency": "", "language": "en"}
        assert client.post("/team", data=foreign | own).status_code == 200
        added.append(_plain(desk.rows(Staff, Staff.login == login)[0]) | {"login": ""})
    assert added[0] == added[1]
    assert (added[1]["clearances"], added[1]["agency"], added[1]["active"]) == ([], None, True)
    assert _plain(desk.mine_again(coordinator)) == before


def test_the_comparison_sees_a_page_that_takes_a_foreign_field(desk, client, staff):
    one, other = (desk.ticket("the tap is dry", tier="T0", place="camp-9", address=phone()) for _ in range(2))
    with desk.at() as session:
        session.execute(sa.update(Ticket).where(Ticket.id == other.id).values(provider="heron"))
    assert _all_of(desk, one) != _all_of(desk, other)
