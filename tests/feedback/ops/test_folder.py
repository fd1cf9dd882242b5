"""An installation's folder: who holds it, and what it says of itself."""

from __future__ import annotations

import pytest

from feedback.ops import folder
from feedback.ops.demo.settings import settings
from feedback.ops.folder import Folder, InUse
from feedback.settings import Settings


def test_two_supervisors_never_run_one_folder(tmp_path):
    home = Folder.at(tmp_path / "desk")
    with home.hold(), pytest.raises(InUse, match="desk is running already"):
        home.hold()


def test_a_folder_is_free_again_when_its_supervisor_has_ended(tmp_path):
    home = Folder.at(tmp_path)
    home.hold().close()
    home.hold().close()


def test_settings_come_back_from_the_variables_as_they_were(tmp_path):
    home = Folder.at(tmp_path)
    wanted = settings(home, port=8000, sandbox_port=8001, redis_url="unix:///tmp/s")
    assert Settings.from_env(folder.environment(wanted)) == wanted


def test_a_running_folder_says_with_which_settings_and_an_ended_one_does_not(tmp_path):
    home = Folder.at(tmp_path)
    wanted = settings(home, port=8000, sandbox_port=8001)
    home.say_running(wanted)
    assert home.running() == wanted
    home.say_ended()
    assert home.running() is None


def test_what_it_says_is_for_its_owner_only_and_holds_no_carriers_secret(tmp_path):
    home = Folder.at(tmp_path)
    home.carrier_token.write_text("0123456789abcdef")
    home.say_running(settings(home, port=8000, sandbox_port=8001))
    assert "0123456789abcdef" not in (tmp_path / "running.json").read_text()
    assert (tmp_path / "running.json").stat().st_mode & 0o077 == 0


def test_an_address_of_the_database_that_came_from_a_file_stays_there(tmp_path):
    file = tmp_path / "database.url"
    file.write_text("postgresql://desk:secret@db/desk\n")
    wanted = {"FEEDBACK_KEY_FILE": "/keys/desk.key", "FEEDBACK_DATABASE_URL_FILE": str(file)}
    env = folder.environment(Settings.from_env(wanted))
    assert "secret" not in str(env)
    assert Settings.from_env(env).database_url == "postgresql://desk:secret@db/desk"


def test_the_processes_of_an_installation_get_its_settings_and_no_others(monkeypatch):
    monkeypatch.setenv("FEEDBACK_LANES", "7")
    monkeypatch.setenv("SANDBOX_PORT", "7")
    monkeypatch.setenv("LANG", "C.UTF-8")
    env = folder.surroundings({"FEEDBACK_DEMO": "1"})
    assert {name: env.get(name) for name in ("FEEDBACK_LANES", "SANDBOX_PORT", "FEEDBACK_DEMO", "LANG")} == {
        "FEEDBACK_LANES": None,
        "SANDBOX_PORT": None,
        "FEEDBACK_DEMO": "1",
        "LANG": "C.UTF-8",
    }


def test_a_log_that_has_grown_is_begun_anew_and_the_last_one_kept(tmp_path):
    home = Folder.at(tmp_path)
    home.log("web").write_text("x" * 1_000_001)
    assert not home.log("web").exists()
    assert (tmp_path / "logs" / "web.old").exists()


def test_an_installation_in_a_folder_needs_no_variables(tmp_path):
    home = Folder.at(tmp_path)
    found = home.settings({"FEEDBACK_PUBLIC_URL": "https://desk.example"})
    assert found.database_url == f"sqlite:///{tmp_path}/desk.db"
    assert found.key_file.parent != tmp_path
    assert found.public_url == "https://desk.example"


def test_a_variable_outweighs_the_folder(tmp_path):
    found = Folder.at(tmp_path).settings({"FEEDBACK_DATABASE_URL": "postgresql://db/desk"})
    assert found.database_url == "postgresql://db/desk"
