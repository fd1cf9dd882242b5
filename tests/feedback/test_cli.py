"""The commands, as they are typed."""

from __future__ import annotations

import subprocess
import sys

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from feedback import cli, wiring
from feedback.models.staff import Role, Staff
from feedback.ops.folder import environment
from feedback.seal.keyfile import DeskKeys
from feedback.settings import Settings

HEAVY = ("sqlalchemy", "starlette", "uvicorn", "twilio", "redis", "sklearn", "rich.progress", "alembic")


def type_(*words: str, **more):
    return CliRunner().invoke(cli.app, list(words), **more)


def test_help_answers_at_once_since_nothing_heavy_is_imported():
    look = "import sys, feedback.cli; print(*[name for name in sys.argv[1:] if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", look, *HEAVY], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_every_role_can_be_typed():
    assert set(cli.ROLES) == set(Role)


@pytest.mark.parametrize("command", ["web", "init", "migrate", "doctor", "backup ."])
def test_a_command_without_settings_names_what_is_missing(command, monkeypatch):
    monkeypatch.delenv("FEEDBACK_KEY_FILE", raising=False)
    done = type_(*command.split())
    assert (done.exit_code, done.stderr) == (1, "Missing: FEEDBACK_KEY_FILE\n")


@pytest.fixture
def given(tmp_path, monkeypatch) -> Settings:
    """Variables of an installation that has nothing yet."""
    settings = Settings(database_url=f"sqlite:///{tmp_path}/data/desk.db", key_file=tmp_path / "keys" / "desk.key")
    (tmp_path / "data").mkdir()
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)
    return settings


def test_an_installation_is_set_up_step_by_step_and_is_then_well(given, tmp_path):
    assert "can't start" in type_("doctor").stdout
    assert type_("init").exit_code == 0
    assert type_("migrate").stdout.startswith("The database is at ")
    password = tmp_path / "password"
    password.write_text("three blind mice\n")
    added = type_("add-staff", "asha", "--name", "Asha", "--role", "coordinator", "--password-file", str(password))
    assert added.exit_code == 0
    doctor = type_("doctor").stdout
    bad = [line for line in doctor.splitlines() if line.strip().startswith("BAD")]
    assert bad[0] == "  BAD   scheduler     it has never asked for work"
    assert [line.split()[1] for line in bad[1:]] == ["rota", "forgotten"]  # nobody is on call, no disk for backups yet


def test_a_key_file_that_stands_is_never_overwritten(given):
    type_("init")
    before = given.key_file.read_bytes()
    assert type_("init").exit_code == 1
    assert given.key_file.read_bytes() == before


def test_the_seed_that_is_shown_is_the_one_that_signs_in(given):
    DeskKeys.create(given.key_file)
    type_("migrate")
    shown = type_("add-staff", "asha", input="Asha\nagent\nthree blind mice\nthree blind mice\n").stdout
    parts = wiring.live(given)
    with parts.database.transaction() as session:
        staff = session.scalars(sa.select(Staff)).one()
        seed = parts.vault.unseal_secret(staff.id, staff.totp or b"").decode()
    parts.close()
    assert seed in shown
    assert "three blind mice" not in shown


def test_what_needs_mending_is_named_and_nobody_is_added(given):
    DeskKeys.create(given.key_file)
    type_("migrate")
    done = type_("add-staff", "asha", "--name", "Asha", "--role", "agent", "--place", "nowhere", input="short\nshort\n")
    assert done.exit_code == 1
    assert {line.split(":")[0] for line in done.stderr.splitlines()} == {"password", "places"}


def test_run_refuses_an_installation_that_is_not_set_up(given, tmp_path):
    done = type_("run", "--folder", str(tmp_path / "run"))
    assert done.exit_code == 1


def test_a_backup_says_where_it_is_and_that_the_key_is_not_in_it(given, tmp_path):
    type_("init")
    type_("migrate")
    done = type_("backup", str(tmp_path / "backups"))
    assert "checked" in done.stdout
    assert f"The key file ({given.key_file}) is not in it" in done.stdout


def test_replay_without_a_demo_says_how_to_start_one(tmp_path):
    file = tmp_path / "lines.csv"
    file.write_text("message\nno water\n")
    done = type_("replay", str(file), "--column", "message", "--folder", str(tmp_path / "demo"))
    assert (done.exit_code, "make run" in done.stderr) == (1, True)


def test_an_installation_begins_in_a_folder_without_a_single_variable(tmp_path, monkeypatch):
    for name in ("FEEDBACK_DATABASE_URL", "FEEDBACK_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    folder = str(tmp_path / "desk")
    assert type_("init", "--folder", folder).exit_code == 0
    shown = type_("doctor", "--folder", folder).stdout
    assert [line.split()[1] for line in shown.splitlines() if "BAD" in line] == ["scheduler", "rota", "forgotten"]


def test_a_key_file_is_made_alone_where_that_is_all_that_is_asked(tmp_path):
    path = tmp_path / "secrets" / "desk.keys"
    assert type_("init", "--key-file", str(path)).exit_code == 0
    assert path.stat().st_mode & 0o777 == 0o400
    assert [one.name for one in tmp_path.rglob("*")] == ["secrets", "desk.keys"]
