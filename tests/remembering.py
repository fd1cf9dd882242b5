"""Remembers each test that has ended, so that a run of the full counts goes on where it stopped. Loaded by `tests.release` only."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

ENDED = Path(os.environ["DESK_RELEASE_ENDED"])
"""One line of JSON a test that has ended."""

PASSED = Path(os.environ["DESK_RELEASE_PASSED"])
"""Names of tests that are not run again; it does not change while a piece runs, since every process reads it."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what has passed, and note on each test which number of the plan it serves with how many trials. A test
    that learns only while it runs how many it makes says so itself: `record_property("trials", many)`."""
    passed = set(PASSED.read_text(encoding="utf-8").splitlines()) if PASSED.exists() else set()
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in passed])
    items[:] = [item for item in items if item.nodeid not in passed]
    for item in items:
        marks = {mark.args[0]: mark.kwargs.get("trials", 1) for mark in item.iter_markers("plan")}
        item.user_properties.append(("plan", marks))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Write down how it ended; only the process that everything is reported to does."""
    if "PYTEST_XDIST_WORKER" in os.environ or (report.when != "call" and report.outcome == "passed"):
        return
    properties = dict(report.user_properties)
    plan = properties.get("plan", {})
    ended = {
        "test": report.nodeid,
        "outcome": report.outcome if report.when == "call" or report.outcome == "skipped" else "failed",
        "seconds": round(report.duration, 2),
        "plan": dict.fromkeys(plan, properties["trials"]) if "trials" in properties else plan,
    }
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        ended["why"] = f"{crash.path}:{crash.lineno}: {crash.message[:300]}"
    with ENDED.open("a", encoding="utf-8") as file:
        file.write(json.dumps(ended) + "\n")
