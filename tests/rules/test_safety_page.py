"""The safety page names a test for every invariant, and each test that it names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "safety.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
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
