"""The file in which a desk hands its lessons to training: CSV with an end date, a part held apart for good. Imports nothing heavy."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

COLUMNS = ("ticket", "until", "language", "channel", "sectors", "subcategory", "kind", "danger", "text")
"""`ticket` is a number that can't be turned back; `danger` the tier of a sensitive text, else empty, as in the seed."""

APART = 5
"""One ticket of so many is held apart, by its number: the same ones in every export, so that no model learns from them."""


class Expired(ValueError):  # noqa: N818 - reads as what it is
    """A file of lessons is past its date: what was forgotten meanwhile may still stand in it."""


def number_of(reference: str) -> str:
    """The number under which a ticket stands in every export: 32 hex digits out of its random reference."""
    return hashlib.sha256(f"feedback/1/lesson/{reference}".encode()).hexdigest()[:32]


def held_apart(number: str) -> bool:
    """Is this ticket kept for comparing models, and out of training?"""
    return int(number[:8], 16) % APART == 0


def write(rows: Iterable[Mapping[str, str]]) -> str:
    """Lessons as CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def read(path: Path, today: date) -> list[dict[str, str]]:
    """Lessons from a file. Raises `Expired` past its date, ValueError for what is no such file."""
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        if not set(COLUMNS) <= set(reader.fieldnames or ()):
            raise ValueError(f"{path.name} is no file of lessons")
        rows = list(reader)
    try:
        late = any(date.fromisoformat(row["until"]) < today or int(row["ticket"], 16) < 0 for row in rows)
    except (TypeError, ValueError) as broken:
        raise ValueError(f"{path.name} is damaged: a row lacks its number or its date") from broken
    if late:
        raise Expired(f"{path.name} is past its date: delete it, and export the lessons anew")
    return rows
