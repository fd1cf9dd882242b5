"""Write docs/classifier.md: the model card and every figure, measured anew."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from string import Template

from classifier import alarms, machine, sensitivity, shipping, trials
from classifier.figure import Figure

TEMPLATE = Path(__file__).parent / "report.md"
HEAD = ("what", "data", "language", "rows", "measured", "asked")


def write(sets: Path, out: Path) -> Iterator[Figure]:
    """Run every trial, yield its figures as they come, and write the page at the end. Takes some minutes."""
    figures: list[Figure] = []
    for trial in (*trials.TRIALS, *alarms.TRIALS):
        for figure in trial(sets):
            figures.append(figure)
            yield figure
    out.write_text(page(figures), encoding="utf-8")


def page(figures: list[Figure]) -> str:
    """The page for some figures."""
    who = machine.load()
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        model=who.name,
        python=".".join(map(str, sys.version_info[:2])),
        sklearn=version("scikit-learn"),
        numpy=version("numpy"),
        entries=len(who.lists.entries),
        seed=sum(len(shipping.seed(language)) for language in shipping.SEEDED),
        sensitive=sensitivity.SENSITIVE_AT,
        unsure=sensitivity.UNSURE_AT,
        figures=_table(figures),
    )


def _table(figures: list[Figure]) -> str:
    lines = [HEAD, tuple("---" for _ in HEAD)]
    lines += [(f.what, f.where, f.language, f.rows, f.value, f.reach) for f in figures]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
