"""Files are small and say what lives in them (style rule 1)."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("feedback", "channels", "classifier", "workers")
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "seed" not in path.parts)
MIGRATIONS = ROOT / "feedback" / "migrations" / "versions"
LONGEST, USUAL = 300, 90


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_no_file_is_long_and_most_are_short() -> None:
    lengths = {_name(path): _lines(path) for path in FILES}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}
    assert statistics.median(lengths.values()) <= USUAL


def test_no_test_file_is_endless() -> None:
    lengths = {_name(path): _lines(path) for path in (ROOT / "tests").rglob("*.py")}
    assert {name: length for name, length in lengths.items() if length > 400} == {}


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_a_file_opens_with_one_sentence(path: Path) -> None:
    sentence = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    first = sentence.split("\n\n")[0]
    assert first.endswith((".", "`", ")", "?")), sentence
    assert len(first) < 240, "a file that needs so many words is two files"


def test_no_name_says_nothing() -> None:
    empty = {"utils", "util", "manager", "data", "info", "helper", "helpers", "common", "misc"}
    assert [_name(path) for path in FILES if set(path.stem.split("_")) & empty] == []


def test_nothing_prints_and_nothing_of_this_machine_is_named() -> None:
    told = []
    for path in [*FILES, *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        if "/" + "work/" in text:
            told.append(_name(path))
    assert told == []


def test_no_file_is_empty_but_the_marks_of_test_packages() -> None:
    assert [_name(path) for path in FILES if not path.read_text(encoding="utf-8").strip()] == []
