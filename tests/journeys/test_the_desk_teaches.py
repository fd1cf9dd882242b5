"""Learning from the desk: sixty corrections, an export, a model, a comparison, the switch, and back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
import time_machine
from starlette.testclient import TestClient
from typer.testing import CliRunner

from classifier import __main__ as classifier
from classifier import machine, scorer
from classifier.lesson_file import held_apart, number_of
from feedback import cli, clock, wiring
from feedback.models.event import Event
from feedback.models.lesson import Lesson
from feedback.models.staff import Role
from feedback.models.ticket import Ticket
from feedback.ops import doctor
from feedback.ops.folder import environment
from tests.factories import PASSWORD, Desk, inbound
from workers.triage import triage_lane

SAID = (
    "please open the blue kiosk in camp {} earlier",
    "when does the blue kiosk in camp {} open",
    "at what hour does the blue kiosk in camp {} open",
)
ASKED = "why is the blue kiosk beside block 99 closed"


def run(app: object, *words: str) -> str:
    done = CliRunner().invoke(app, list(words))  # type: ignore[arg-type]  # a typer app
    assert done.exit_code == 0, (words, done.output)
    return done.stdout


def hear(parts: wiring.Parts, desk: Desk, text: str) -> Ticket:
    (ticket_id,) = desk.hear(inbound(text))
    triage_lane(parts, 0)
    return desk.rows(Ticket, Ticket.id == ticket_id)[0]


@pytest.mark.full
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sixty_corrections_change_what_the_machine_says_until_it_is_switched_back(
    parts: wiring.Parts, desk: Desk, client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = replace(parts, settings=replace(parts.settings, models=tmp_path / "models"))
    for name, value in environment(parts.settings).items():
        monkeypatch.setenv(name, value)
    password, agent, coordinator = tmp_path / "password", desk.staff(), desk.staff(Role.COORDINATOR)
    password.write_text(PASSWORD, encoding="utf-8")
    mine = ("--login", coordinator.login, "--password-file", str(password))
    lessons, compared = str(tmp_path / "lessons.csv"), str(tmp_path / "compared.json")

    assert hear(parts, desk, ASKED).sector is None
    desk.hear(*[inbound(SAID[number % 3].format(number)) for number in range(60)])
    triage_lane(parts, 0)
    tickets = desk.rows(Ticket, Ticket.id.in_(sorted(ticket.id for ticket in desk.rows(Ticket))[1:]))
    numbers = count(100)
    while sum(held_apart(number_of(ticket.reference)) for ticket in tickets) < 8:  # references are random
        tickets = [*tickets, hear(parts, desk, SAID[0].format(next(numbers)))]
    desk.enter(client, agent)
    for ticket in tickets:
        form = {"sector": "site_management.office_access", "kind": "complaint", "tier": "T0"}
        assert client.post(f"/tickets/{ticket.reference}/override", data=form).status_code == 303

    with time_machine.travel(clock.now() + timedelta(days=15), tick=True):
        assert f"{len(tickets)} lessons" in run(cli.app, "lessons", "export", "--out", lessons, *mine)
        learned = ("--lessons", lessons, "--axes", "sector", "--sets", str(tmp_path / "none"))
        digest = run(classifier.app, "train", *learned, "--out", str(tmp_path / "models" / "new")).strip()
        both = ("--old", str(machine.MODEL), "--new", str(tmp_path / "models" / "new"))
        run(classifier.app, "compare", *both, "--data", lessons, "--json", compared)
    figures = {
        (one["axis"], one["code"]): one for one in json.loads(Path(compared).read_text(encoding="utf-8"))["lines"]
    }
    right = figures["sector right", "all"]
    assert (right["old"], right["new"] > 0.9, right["low"] > 0) == (0.0, True, True)

    run(cli.app, "model", "use", digest[:12], "--compared", compared, *mine)
    after = hear(parts, desk, ASKED)
    assert (after.sector, digest[:8] in lesson(desk, after).model) == ("site_management", True)
    assert digest[:16] in next(line for line in run(cli.app, "model", "list").splitlines() if line.startswith("->"))
    (switched,) = desk.rows(Event, Event.action == "model")
    assert switched.actor == f"staff:{coordinator.id}"
    assert switched.detail.startswith(f"shipped {digest[:8]} sector right 0.000")

    run(cli.app, "model", "back", *mine)
    again = hear(parts, desk, ASKED)
    assert (again.sector, lesson(desk, again).model) == (None, machine.load().name)

    run(cli.app, "model", "back", *mine)  # and forth; then somebody changes its file
    machine.chosen.cache_clear()
    file = tmp_path / "models" / "new" / scorer.FILE
    file.write_bytes(file.read_bytes() + b"x")
    refused = hear(parts, desk, ASKED)
    assert lesson(desk, refused).model == machine.load().name
    assert next(one for one in doctor.examine(parts.settings) if one.what == "model").well is False


def lesson(desk: Desk, ticket: Ticket) -> Lesson:
    (found,) = desk.rows(Lesson, Lesson.ticket_id == ticket.id)
    return found
