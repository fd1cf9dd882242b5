"""One measured line of the report, and the small tools that all trials share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier import machine
from classifier.machine import Machine
from classifier.rows import Row
from classifier.scorer import Scorer
from classifier.suggest import read
from classifier.suggestion import Suggestion, Verdict

Labels = NDArray[np.int8]
Columns = dict[str, tuple[str, ...]]
BATCH = 500


@dataclass(frozen=True, slots=True)
class Figure:
    """One line: what was measured, on what, in which language, on how many rows, the outcome and what was asked for."""

    what: str
    where: str
    language: str
    rows: str
    value: str
    reach: str = ""


def split(rows: Sequence[Row], held: int) -> tuple[list[Row], list[Row]]:
    """Keep some rows apart, always the same ones; returns (held, known)."""
    order = np.random.default_rng(0).permutation(len(rows))
    return [rows[index] for index in order[:held]], [rows[index] for index in order[held:]]


def texts(rows: Sequence[Row], column: str) -> list[str]:
    """Return one column."""
    return [row[column] for row in rows]


def table(rows: Sequence[Row], columns: Columns) -> Labels:
    """Return 0 and 1 for each label: 1 where any of its columns is, (rows, labels)."""
    return np.array(
        [[any(row[column] == "1" for column in mine) for mine in columns.values()] for row in rows], np.int8
    )


def count(labels: Labels) -> str:
    """Say how many rows there are and how many have a label at all."""
    return f"{len(labels):,}, {int(labels.any(1).sum()):,} with a label"


def between(found: dict[str, Any], name: str) -> str:
    """Say a figure with its interval."""
    low, high = found["interval"][name]
    return f"{found[name]:.3f} ({low:.3f}-{high:.3f})"


def reader(**scorers: Scorer) -> Machine:
    """The shipped machine with some scorers replaced by ones that have seen less."""
    shipped = machine.load()
    return replace(shipped, scorers={**shipped.scorers, **scorers})


def readings(who: Machine, given: Sequence[str]) -> list[Suggestion]:
    """Read texts batch by batch."""
    return [
        one
        for i in range(0, len(given), BATCH)
        for one in read(who, given[i : i + BATCH], [None] * len(given[i : i + BATCH]))
    ]


def share(said: Sequence[Suggestion], verdict: Verdict) -> float:
    """Return how large a share of the suggestions has a verdict."""
    return sum(one.verdict is verdict for one in said) / max(1, len(said))
