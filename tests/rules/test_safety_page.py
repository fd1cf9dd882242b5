"""The safety page names a test for every invariant, and each test that it names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.plan import ASKED

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "safety.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
NOT_YET = set(re.findall(r"^\| (D\d\d) \|", PAGE, re.MULTILINE))
ROWS = {match.group(1): match.group(0) for match in re.finditer(r"^\| (I\d+) \|.*$", PAGE, re.MULTILINE)}


def _tests_in(file: str) -> set[str]:
    path = ROOT / file
    if not path.exists():
        return set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_invariant_has_its_row_with_a_test() -> None:
    assert list(ROWS) == [f"I{number}" for number in range(1, 36)]
    assert [name for name, row in ROWS.items() if "::test_" not in row] == []


@pytest.mark.parametrize("file", sorted({file for file, _ in NAMED}))
def test_each_test_that_is_named_is_there(file: str) -> None:
    named = {name for other, name in NAMED if other == file}
    assert named - _tests_in(file) == set()


def test_every_row_says_how_much_was_tried() -> None:
    assert [name for name, row in ROWS.items() if not row.rstrip("| ").rpartition("| ")[2].strip()] == []


def test_the_page_says_what_each_part_surrenders() -> None:
    taken = PAGE.partition("## What each part surrenders")[2].partition("## How")[0]
    for part in (
        "database", "key file", "backup", "Valkey", "volunteer's password", "holder's password", "running server",
        "tablet", "provider",
    ):  # fmt: skip
        assert part in taken, part


def test_every_number_of_the_plan_has_a_marked_test_or_stands_among_those_that_have_none_yet() -> None:
    marks = re.compile(r"""^@pytest\.mark\.plan\("(D\d\d)\"""", re.MULTILINE)
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    marked = {number for path in files for number in marks.findall(path.read_text(encoding="utf-8"))}
    assert sorted(set(ASKED) - NOT_YET - marked) == []
    assert sorted(NOT_YET & marked) == [], "a test carries it: take it off the list"
    assert sorted((NOT_YET | marked | set(re.findall(r"\bD\d\d\b", PAGE))) - set(ASKED)) == []
