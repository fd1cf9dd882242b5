"""Texts in the manner of a camp that neither lists nor seed texts were written from: a floor below which no change may fall."""

from __future__ import annotations

import pytest

from classifier import machine
from classifier.alarms import BLIND
from classifier.rows import read
from classifier.sensitivity import COMPARTMENT
from classifier.suggest import suggest_many
from classifier.suggestion import Suggestion, Verdict

Judged = list[tuple[str, Suggestion]]


@pytest.fixture(scope="module")
def judged() -> Judged:
    """Each text's tier, and what the shipped machine says of it."""
    machine.load()
    rows = list(read(BLIND))
    return list(zip([row["tier"] for row in rows], suggest_many([row["text"] for row in rows]), strict=True))


@pytest.mark.plan("D33", trials=150)
def test_hardly_any_danger_is_let_through(judged: Judged) -> None:
    danger = [one for tier, one in judged if tier in COMPARTMENT]
    assert len(danger) == 150
    assert sum(one.verdict is Verdict.OPEN for one in danger) <= 3
    assert sum(one.verdict is Verdict.SENSITIVE for one in danger) >= 115


def test_most_of_it_comes_before_the_right_people(judged: Judged) -> None:
    assert sum(one.tier == tier for tier, one in judged if tier in COMPARTMENT) >= 88


def test_ordinary_texts_are_seldom_taken_out_of_sight(judged: Judged) -> None:
    usual = [one for tier, one in judged if tier == "T0"]
    assert sum(one.verdict is Verdict.SENSITIVE for one in usual) <= 6
    assert sum(one.verdict is Verdict.OPEN for one in usual) >= 40
