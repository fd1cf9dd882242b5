"""The command that names the gaps of the rota."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from typer.testing import CliRunner

from feedback import clock
from feedback.cli import app
from feedback.desk import rota
from feedback.models.staff import Role
from feedback.settings import Settings
from tests.factories import Desk, phone


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    for name in ("key_file", "database_url", "twilio_account_sid", "twilio_auth_token_file"):
        monkeypatch.setenv(f"FEEDBACK_{name.upper()}", str(getattr(settings, name)))
    monkeypatch.setenv("FEEDBACK_TWILIO_NUMBERS", settings.twilio_numbers[0])
    return lambda: CliRunner().invoke(app, ["rota"])


def test_gaps_are_named_with_local_times_and_a_status_until_there_is_none(desk: Desk, run):
    with time_machine.travel(datetime(2026, 11, 24, 3, tzinfo=UTC), tick=False):
        before = run()
        for compartment in desk.parts.response.compartments:
            for outside in (False, True):
                staff = desk.staff(Role.FOCAL_POINT, clearances=[compartment])
                turn = rota.Asked(
                    compartment=compartment, rung=9 if outside else 1, outside=outside, phone=phone(),
                    login="" if outside else staff.login, since=clock.now(), until=clock.now() + timedelta(days=8),
                    sex="" if compartment == "gbv" else "woman", languages=("rhg", "bn", "my", "en")[compartment == "psea" :],
                )  # fmt: skip
                desk.do(rota.add, desk.staff(Role.COORDINATOR), turn)
        after = run()
    assert before.exit_code == 1
    assert "psea              nobody on duty    Tue 24 Nov 09:00 to Tue 01 Dec 09:00" in before.stdout
    assert (after.exit_code, after.stdout.splitlines()) == (
        0,
        [
            "No gap in the next seven days.",
            "gbv               no woman          Tue 24 Nov 09:00 to Tue 01 Dec 09:00",
            "psea              nobody speaks rhg Tue 24 Nov 09:00 to Tue 01 Dec 09:00",
        ],
    )
