"""Read one TOML file of a response key by key; every refusal names the file and the key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from feedback.responses.terms import Labels

_UNITS = {"min": "minutes", "h": "hours", "d": "days"}
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class BadResponse(ValueError):  # noqa: N818 - the house names refusals as what they are
    """A response's files can't be used. The text names the file, the key, and what is wrong with it."""


class Section:
    """One table of a file. Every key must be asked for; `done` refuses what nobody asked for, which is mostly a slip."""

    def __init__(self, file: str, path: str, table: dict[str, Any]) -> None:
        self.file, self.path, self._table = file, path, table
        self._asked: set[str] = set()

    def wrong(self, key: str, why: str) -> BadResponse:
        """A refusal that says where to look."""
        return BadResponse(f"{self.file}: {self._at(key)}: {why}")

    def has(self, key: str) -> bool:
        """Is the key there?"""
        return key in self._table

    def text(self, key: str, default: str | None = None) -> str:
        """A string that is not empty, unless the default is."""
        return str(self._get(key, str, "a text", default))

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        return bool(self._get(key, bool, "true or false", default))

    def days(self, key: str) -> int | None:
        """A number of days, or None where the file says 0 for "not by a fixed time"."""
        found: int = self._get(key, int, "a number of days, or 0 for none", 0)
        if isinstance(found, bool) or found < 0:
            raise self.wrong(key, "must be a number of days, or 0 for none")
        return found or None

    def number(self, key: str) -> int:
        """A whole number from 1 on."""
        found: int = self._get(key, int, "a number from 1 on", None)
        if isinstance(found, bool) or found < 1:
            raise self.wrong(key, "must be a number from 1 on")
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings; missing is empty."""
        found: list[Any] = self._get(key, list, "a list of texts", [])
        if not all(isinstance(one, str) and one.strip() for one in found):
            raise self.wrong(key, "must be a list of texts, none of them empty")
        return tuple(found)

    def dates(self, key: str) -> frozenset[date]:
        """A list of dates, written 2026-02-21."""
        found: list[Any] = self._get(key, list, "a list of dates", [])
        if not all(type(one) is date for one in found):
            raise self.wrong(key, "must be a list of dates like 2026-02-21")
        return frozenset(found)

    def labels(self, key: str = "labels") -> Labels:
        """Words per language; English must be among them."""
        section = self.section(key)
        labels = Labels({language: section.text(language) for language in section.codes()})
        if "en" not in labels:
            raise self.wrong(key, "has no English (en)")
        return labels

    def duration(self, key: str) -> timedelta:
        """A time written as "15 min", "4 h" or "5 d"."""
        amount, _, unit = self.text(key).partition(" ")
        if not amount.isdecimal() or not int(amount) or unit not in _UNITS:
            raise self.wrong(key, 'must be a time like "15 min", "4 h" or "5 d"')
        return timedelta(**{_UNITS[unit]: int(amount)})

    def section(self, key: str) -> Section:
        """The table under this key."""
        return Section(self.file, self._at(key), self._get(key, dict, "a table", None))

    def sections(self, key: str) -> dict[str, Section]:
        """The tables under this key, each by its code; codes are letters, digits, "_" and "-"."""
        outer = self.section(key)
        for code in outer.codes():
            if not _CODE.fullmatch(code):
                raise outer.wrong(code, "is not a code: use letters, digits, _ and -")
        return {code: outer.section(code) for code in outer.codes()}

    def listed(self, key: str) -> Iterator[Section]:
        """The tables of a list of tables ([[key]])."""
        for n, table in enumerate(self._get(key, list, "a list of tables", None), start=1):
            if not isinstance(table, dict):
                raise self.wrong(key, "must be a list of tables")
            yield Section(self.file, f"{self._at(key)}[{n}]", table)

    def codes(self) -> list[str]:
        """The keys in the order of the file."""
        return list(self._table)

    def done(self) -> None:
        """Refuse keys that nobody asked for."""
        for key in self._table:
            if key not in self._asked:
                raise self.wrong(key, "is not a key that belongs here")

    def _get(self, key: str, kind: type, wanted: str, default: Any) -> Any:
        self._asked.add(key)
        found = self._table.get(key, default)
        if found is None:
            raise self.wrong(key, f"is missing; it must be {wanted}")
        if not isinstance(found, kind):
            raise self.wrong(key, f"must be {wanted}")
        if isinstance(found, str) and not found.strip() and default != "":
            raise self.wrong(key, "is empty")
        return found

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def read(folder: Path, name: str) -> Section:
    """The whole of one file. Raises `BadResponse` when it is missing or not TOML."""
    try:
        table = tomllib.loads((folder / name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadResponse(f"{name}: is missing from {folder}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadResponse(f"{name}: is not TOML: {problem}") from None
    return Section(name, "", table)
