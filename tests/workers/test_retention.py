"""The hourly run forgets what is due; what was forgotten is written down beside the backups."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from feedback import clock, wiring
from feedback.desk import forgetting, handling
from feedback.models.staff import Role
from feedback.models.ticket import Outcome, Ticket
from feedback.queue import Kind
from feedback.settings import Settings
from tests.factories import Desk
from workers import retention


@pytest.fixture
def settings(settings: Settings, tmp_path) -> Settings:
    return replace(settings, forgotten_file=tmp_path / "forgotten")


def test_what_was_due_is_in_the_file_and_nothing_else(desk: Desk, parts: wiring.Parts) -> None:
    due, kept = desk.ticket("canary", tier="T3-G", sector="gbv"), desk.ticket("canary")
    desk.act(desk.staff(Role.FOCAL_POINT, clearances=["gbv"]), due, handling.close, Outcome.INFORMED)
    with desk.at() as session:
        old = clock.now() - timedelta(days=31)
        session.execute(sa.update(Ticket).where(Ticket.id == due.id).values(closed_at=old))
    retention.forget(parts, 0)
    retention.keep(parts, 0)
    assert parts.settings.forgotten_file is not None
    lines = parts.settings.forgotten_file.read_text().splitlines()
    assert lines == [f"forget {due.reference} declined_help", f"strip {due.reference} declined_help"]
    assert kept.reference not in str(lines)
    assert parts.settings.forgotten_file.stat().st_mode & 0o777 == 0o600


def test_a_run_does_not_call_for_the_next_one(desk: Desk) -> None:
    """Else its bound would bound nothing: a wrong clock could empty the desk run after run (I28)."""
    ticket = desk.ticket("canary", tier="T3-G", sector="gbv")
    desk.act(desk.staff(Role.FOCAL_POINT, clearances=["gbv"]), ticket, handling.close, Outcome.INFORMED)
    with desk.at() as session:
        session.execute(sa.update(Ticket).values(closed_at=clock.now() - timedelta(days=31)))
        assert forgetting.run(session) == 1
        assert session.info["nudges"] == {Kind.FORGOTTEN}
