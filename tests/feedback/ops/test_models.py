"""Switching models: only after a comparison of these two that recommends it, only by who may, and only a sound file."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from classifier import machine, scorer
from classifier.scorer import RefusedModel
from feedback import wiring
from feedback.desk import choosing
from feedback.errors import NotAllowed, WrongState
from feedback.models.event import Event
from feedback.models.staff import Role
from feedback.ops import models
from feedback.ops.keys import NoKeys
from tests.factories import PASSWORD, Desk

SHIPPED = scorer.pinned(machine.MODEL)


@pytest.fixture
def house(parts: wiring.Parts, tmp_path: Path) -> tuple[wiring.Parts, str]:
    """An installation with one model of its own, and that model's digest."""
    folder = tmp_path / "models" / "of-november"
    digest = scorer.save({"kind": scorer.load(machine.MODEL)["kind"]}, folder)
    shutil.copytree(folder, tmp_path / "models" / "broken")
    (tmp_path / "models" / "broken" / scorer.PIN).write_text(f"{'0' * 64}  {scorer.FILE}\n")
    return replace(parts, settings=replace(parts.settings, models=tmp_path / "models")), digest


def compared(tmp_path: Path, digest: str, old: str = SHIPPED, why_not: tuple[str, ...] = ()) -> Path:
    path = tmp_path / "compared.json"
    line = {"axis": "sector right", "group": "all", "code": "all", "rows": 40, "old": 0.5, "new": 0.625}
    path.write_text(json.dumps({"old": old, "new": digest, "lines": [line], "why_not": why_not}))
    return path


def test_a_model_is_switched_after_its_comparison_and_back(
    house: tuple[wiring.Parts, str], desk: Desk, tmp_path: Path
) -> None:
    parts, digest = house
    operator = desk.staff(Role.OPERATOR)
    with pytest.raises(WrongState):  # nothing to go back to
        models.back(parts, operator.login, PASSWORD)
    assert models.use(parts, operator.login, PASSWORD, digest[:6], compared(tmp_path, digest)) == digest
    assert [one.folder for one in models.shelf(parts) if one.reads] == ["of-november"]
    assert models.back(parts, operator.login, PASSWORD) == choosing.SHIPPED
    assert [one.folder for one in models.shelf(parts) if one.reads] == ["shipped"]
    told = [(event.actor, event.detail) for event in desk.rows(Event, Event.action == "model")]
    by = f"staff:{operator.id}"
    assert told == [
        (by, f"shipped {digest[:8]} sector right 0.500 0.625"),
        (by, f"{digest[:8]} shipped back"),
    ]


def test_everything_else_is_refused_and_nothing_is_switched(
    house: tuple[wiring.Parts, str], desk: Desk, tmp_path: Path
) -> None:
    parts, digest = house
    staff, agent = desk.staff(Role.COORDINATOR).login, desk.staff(Role.AGENT).login
    worse = ("danger flagged falls from 0.900 to 0.800 (all)",)
    cases: list[tuple[type[Exception], str, str, str, dict[str, object]]] = [
        (NotAllowed, agent, PASSWORD, digest, {}),
        (NoKeys, staff, "three blind mice", digest, {}),
        (WrongState, staff, PASSWORD, digest, {"why_not": worse}),
        (WrongState, staff, PASSWORD, digest, {"old": "1" * 64}),
        (WrongState, staff, PASSWORD, digest, {"digest": "1" * 64}),
        (RefusedModel, staff, PASSWORD, "0" * 64, {"digest": "0" * 64}),
        (RefusedModel, staff, PASSWORD, "f" * 64, {"digest": "f" * 64}),
    ]
    for refusal, login, password, wanted, more in cases:
        told: dict[str, object] = {"digest": digest, **more}
        with pytest.raises(refusal):
            models.use(parts, login, password, wanted, compared(tmp_path, **told))  # type: ignore[arg-type]
    assert [one.folder for one in models.shelf(parts) if one.reads] == ["shipped"]
    assert [one.words != "" for one in models.shelf(parts) if one.folder == "broken"] == [True]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"old": "a"', '{"old": "a", "new": "b"}'])
def test_a_file_that_is_no_comparison_switches_nothing_and_says_so(
    house: tuple[wiring.Parts, str], tmp_path: Path, content: str
) -> None:
    parts, digest = house
    (tmp_path / "compared.json").write_text(content)
    with pytest.raises(WrongState, match="no comparison"):
        models.use(parts, "anyone", "any password", digest[:6], tmp_path / "compared.json")
