"""Comparing: the same texts held apart for both models, and no word for one that misses more danger."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from classifier import comparing, machine, scorer
from classifier.comparing import Comparison, compare
from classifier.lesson_file import held_apart, number_of
from classifier.mixing import NEVER
from classifier.scorer import Scorer
from tests.classifier.test_learning import TODAY, row

TEXTS = ("no water in the tap of block {}", "the doctor sent me away from clinic {}", "rice of shop {} is bad")
SECTORS = ("wash", "health", "food_security")


@pytest.fixture(scope="module")
def apart() -> list[dict[str, str]]:
    numbers = [number for number in range(200) if held_apart(number_of(str(number)))][:30]
    return [
        row(n, TEXTS[n % 3].format(n), sectors=SECTORS[n % 3], kind="complaint", channel="sms" if n % 2 else "hotline")
        for n in numbers
    ]


def changed(tmp_path: Path, name: str, **more: Scorer) -> Path:
    scorer.save({**scorer.load(machine.MODEL), **more}, tmp_path / name)
    return tmp_path / name


def blind(name: str) -> Scorer:
    """A scorer that sees nothing in any text."""
    whole = scorer.load(machine.MODEL)[name]
    line, trees = np.zeros_like(whole.mixing.line), whole.mixing.trees
    line[-1] = NEVER
    none = replace(trees, label=trees.label[:0], root=trees.root[:0])
    return replace(whole, weights=np.zeros_like(whole.weights), mixing=replace(whole.mixing, line=line, trees=none))


def line(found: Comparison, axis: str, code: str = "all") -> comparing.Line:
    (one,) = (line for line in found.lines if (line.axis, line.code) == (axis, code))
    return one


def test_a_model_beside_itself_differs_in_nothing_and_may_follow(apart: list[dict[str, str]]) -> None:
    found = compare(machine.MODEL, machine.MODEL, apart)
    assert found.why_not == ()
    assert {(one.new - one.old, one.low, one.high) for one in found.lines} == {(0.0, 0.0, 0.0)}
    assert {one.group for one in found.lines} == {"all", "language", "channel"}
    assert line(found, "sector right").rows == len(apart)


def test_a_model_that_misses_more_danger_is_never_recommended(tmp_path: Path, apart: list[dict[str, str]]) -> None:
    found = compare(machine.MODEL, changed(tmp_path, "blind", danger=blind("danger")), apart)
    assert line(found, "danger flagged").new < line(found, "danger flagged").old
    assert any(why.startswith("danger") for why in found.why_not)


def test_danger_that_falls_in_one_language_is_enough_however_few_the_texts() -> None:
    falls = comparing.Line("danger flagged", "language", "my", 6, 1.0, 5 / 6, -0.5, 0.0)
    ordinary = comparing.Line("ordinary released", "language", "en", 6, 1.0, 5 / 6, -0.5, 0.0)
    assert list(comparing.why_not([ordinary], 30)) == []
    assert list(comparing.why_not([ordinary, falls], 30)) == ["danger flagged falls from 1.000 to 0.833 (my)"]


def test_a_model_that_knows_fewer_sectors_is_not_recommended(tmp_path: Path, apart: list[dict[str, str]]) -> None:
    worse = changed(tmp_path, "worse", sector=blind("sector"))
    found = compare(machine.MODEL, worse, apart)
    assert line(found, "sector right").high < 0
    assert any(why.startswith("sector right") for why in found.why_not)
    assert compare(worse, machine.MODEL, apart).why_not == ()


def test_too_few_texts_recommend_nothing(apart: list[dict[str, str]]) -> None:
    assert "too few" in compare(machine.MODEL, machine.MODEL, apart[:4]).why_not[0]


def test_only_what_is_held_apart_is_compared(apart: list[dict[str, str]]) -> None:
    taught = [row(number, "no water") for number in range(50) if not held_apart(number_of(str(number)))]
    assert (
        compare(machine.MODEL, machine.MODEL, [*apart, *taught]).lines
        == compare(machine.MODEL, machine.MODEL, apart).lines
    )


def test_a_public_set_with_the_columns_of_the_seed_stands_apart_by_its_texts() -> None:
    given = comparing.read_rows(Path(machine.__file__).parent / "seed" / "en.csv", TODAY)
    assert 0.1 < np.mean([held_apart(one["ticket"]) for one in given]) < 0.3
