"""The files of an installation for many offices name only what exists: commands that parse, variables that are settings."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from feedback.settings import Settings

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
OURS = {name: service for name, service in COMPOSE["services"].items() if service.get("image") == "feedback-desk"}


def test_every_process_of_the_desk_has_a_service() -> None:
    assert set(OURS) == {"migrate", "web", "triage", "send", "upkeep", "scheduler"}


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_command_of_the_compose_file_exists(name: str) -> None:
    command = [sys.executable, "-m", *OURS[name]["command"], "--help"]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60).returncode == 0


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_variable_of_the_compose_file_is_a_setting(name: str) -> None:
    known = {f"FEEDBACK_{field.upper()}" for field in Settings.__dataclass_fields__}
    assert set(OURS[name]["environment"]) <= known


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_folder_that_a_setting_names_is_mounted(name: str) -> None:
    """What an operator puts there must be reached by every worker: keys, models, what was forgotten."""
    mounted = {volume.split(":")[1] for volume in OURS[name]["volumes"]}
    named = {value for value in OURS[name]["environment"].values() if re.match(r"/(?!run/secrets/)\w+", value)}
    assert {f"/{value.split('/')[1]}" for value in named} <= mounted
    assert {"FEEDBACK_MODELS", "FEEDBACK_KEY_FILE"} <= set(OURS[name]["environment"])


def test_the_image_runs_as_nobody_special_and_starts_the_web() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"^USER (\w+)", dockerfile, re.MULTILINE)[-1] == "10001"
    assert 'CMD ["feedback", "web"]' in dockerfile


def test_no_secret_stands_in_the_environment() -> None:
    for service in COMPOSE["services"].values():
        for name in service.get("environment", {}):
            assert not re.search(r"PASSWORD$|TOKEN$|SECRET$|^FEEDBACK_DATABASE_URL$", name)
