"""Is a new model better than the old one, on the same texts that neither has learned from? Per axis, language and channel."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier import lesson_file, machine, rows, scorer, shipping
from classifier.figure import BATCH
from classifier.machine import Machine
from classifier.suggest import read
from classifier.suggestion import Suggestion, Verdict

Row = dict[str, str]
Marks = NDArray[np.float32]

LEAST = 5
"""Texts of a group below which its figure is not shown, and below which nothing is recommended."""

DRAWS = 1_000


@dataclass(frozen=True, slots=True)
class Axis:
    """One thing that a model does well or badly: for which texts it is asked, and when a suggestion counts."""

    name: str
    asked: Callable[[Row], bool]
    counts: Callable[[Row, Suggestion], bool]
    higher_is_better: bool = True


AXES = (
    Axis("sector right", lambda row: bool(row["sectors"]), lambda row, one: one.sector in row["sectors"].split("|")),
    Axis(
        "sector given and wrong",
        lambda row: bool(row["sectors"]),
        lambda row, one: one.sector is not None and one.sector not in row["sectors"].split("|"),
        higher_is_better=False,
    ),
    Axis("kind right", lambda row: bool(row["kind"]), lambda row, one: one.kind == row["kind"]),
    Axis("danger not released", lambda row: bool(row["danger"]), lambda _, one: one.verdict is not Verdict.OPEN),
    Axis("danger flagged", lambda row: bool(row["danger"]), lambda _, one: one.verdict is Verdict.SENSITIVE),
    Axis("ordinary released", lambda row: not row["danger"], lambda _, one: one.verdict is Verdict.OPEN),
    Axis(
        "ordinary flagged",
        lambda row: not row["danger"],
        lambda _, one: one.verdict is Verdict.SENSITIVE,
        higher_is_better=False,
    ),
)
GUARDED = ("danger not released", "danger flagged")


@dataclass(frozen=True, slots=True)
class Line:
    """One axis in one group ("all", or a language or channel): both shares, and the interval of what lies between (95 %)."""

    axis: str
    group: str
    code: str
    rows: int
    old: float
    new: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both models by digest, the figures, and why the new one is not recommended; it is where there is no such reason."""

    old: str
    new: str
    lines: tuple[Line, ...]
    why_not: tuple[str, ...]


def compare(old: Path, new: Path, given: Sequence[Row]) -> Comparison:
    """Read the texts held apart, and every disclosure of the seed, with both models. Raises `RefusedModel` for an unsound one."""
    before, after = machine.at(old), machine.at(new)
    held = [row for row in given if lesson_file.held_apart(row["ticket"])]
    asked = [*held, *_disclosures()]
    said = [_read(who, asked) for who in (before, after)]
    lines = tuple(line for axis in AXES for line in _lines(axis, asked, *said))
    return Comparison(scorer.pinned(old), scorer.pinned(new), lines, tuple(why_not(lines, len(held))))


def why_not(lines: Sequence[Line], held: int) -> Iterator[str]:
    """What speaks against a new model, with `held` texts held apart: any danger lost in any group, or surely worse in all."""
    if held < LEAST:
        yield f"only {held} texts are held apart: too few to tell"
    better = {axis.name: axis.higher_is_better for axis in AXES}
    for line in lines:
        if line.axis in GUARDED and line.new < line.old:
            yield f"{line.axis} falls from {line.old:.3f} to {line.new:.3f} ({line.code})"
        elif line.group == "all" and (line.high < 0 if better[line.axis] else line.low > 0):
            yield f"{line.axis} goes from {line.old:.3f} to {line.new:.3f}, for the worse"


def read_rows(path: Path, today: date) -> list[Row]:
    """Rows of a file of lessons, or of one with the seed's columns, which stand apart by their text.

    Raises `Expired` for lessons past their date, `BadRows` for a file that has no such columns.
    """
    found = list(rows.read(path))
    if found and "ticket" in found[0]:
        return lesson_file.read(path, today)
    for column in ("sectors", "kind", "danger", "text"):
        rows.texts(found, column)
    return [{"language": "", "channel": "", **row, "ticket": lesson_file.number_of(row["text"])} for row in found]


def _disclosures() -> Iterator[Row]:
    """The seed's own: learned from by both models, so a floor below which none may fall."""
    for language in shipping.SEEDED:
        for row in shipping.seed(language):
            if row["danger"]:
                yield {**row, "language": language, "channel": "", "ticket": "", "sectors": "", "kind": ""}


def _read(who: Machine, asked: Sequence[Row]) -> list[Suggestion]:
    said = []
    for start in range(0, len(asked), BATCH):
        some = asked[start : start + BATCH]
        known = [None if row["language"] in ("", "und") else row["language"] for row in some]
        said += read(who, [row["text"] for row in some], known)
    return said


def _lines(axis: Axis, asked: Sequence[Row], old: Sequence[Suggestion], new: Sequence[Suggestion]) -> Iterator[Line]:
    rows_ = [row for row in asked if axis.asked(row)]
    marks = np.array(
        [
            [axis.counts(row, one), axis.counts(row, other)]
            for row, one, other in zip(asked, old, new, strict=True)
            if axis.asked(row)
        ],
        np.float32,
    ).reshape(-1, 2)
    for group in ("all", "language", "channel"):
        codes = np.array([row.get(group) or "" for row in rows_]) if group != "all" else np.full(len(rows_), "all")
        for code in sorted(set(codes) - {""}):
            mine = marks[codes == code]
            if len(mine) >= LEAST:
                low, high = _between(mine)
                yield Line(
                    axis.name,
                    group,
                    str(code),
                    len(mine),
                    float(mine[:, 0].mean()),
                    float(mine[:, 1].mean()),
                    low,
                    high,
                )


def _between(marks: Marks) -> tuple[float, float]:
    """The interval of new minus old, each draw taking the same texts for both."""
    chance = np.random.default_rng(0)
    step = marks[:, 1] - marks[:, 0]
    drawn = step[chance.integers(0, len(step), (DRAWS, len(step)))].mean(1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)
