"""What gets installed is what was locked: every dependency stands in its lock file, with a version and hashes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUN, DEV = "requirements.lock", "requirements-dev.lock"
WANTED = [(RUN, one) for one in PROJECT["project"]["dependencies"]]
WANTED += [(DEV, one) for one in PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]]
_PIN = re.compile(
    r"^([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)[^\n\\]*((?:\\\n    --hash=sha256:[0-9a-f]{64} ?)*)", re.MULTILINE
)


def pins(lock: str) -> dict[str, set[str]]:
    """Versions by name: a universal lock may hold several, for different platforms."""
    found: dict[str, set[str]] = {}
    for name, version, _ in _PIN.findall((ROOT / lock).read_text()):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


@pytest.mark.parametrize(("lock", "wanted"), WANTED)
def test_every_dependency_is_locked_to_a_version_it_allows(lock, wanted):
    requirement = Requirement(wanted)
    versions = pins(lock)[canonicalize_name(requirement.name)]
    assert all(version in requirement.specifier for version in versions)


@pytest.mark.parametrize("lock", [RUN, DEV])
def test_every_locked_version_has_hashes(lock):
    assert [name for name, _, hashes in _PIN.findall((ROOT / lock).read_text()) if not hashes.strip()] == []


@pytest.mark.parametrize("lock", [RUN, DEV])
def test_nothing_is_installed_from_elsewhere(lock):
    text = (ROOT / lock).read_text()
    assert re.findall(r"^(?:-e |.*@ |.*https?://).*$", text, re.MULTILINE) == []


def test_tests_run_on_the_versions_that_are_installed():
    run, dev = pins(RUN), pins(DEV)
    assert {name: versions for name, versions in run.items() if dev.get(name) != versions} == {}
