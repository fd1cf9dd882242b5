"""Somebody who has the disk, its past, and the key file, but nobody's password: tries every key on everything that was found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from feedback.seal import box
from feedback.seal.index import OPEN, address_index, term_index
from feedback.seal.keyfile import DeskKeys
from tests.attack.loot import Carved
from tests.worlds.scanner import scan

_ORDERS: tuple[Literal["big", "little"], ...] = ("big", "little")
_OF_STAFF = ("duty", "listener")
_LEAST = 12 + 16  # nonce and tag: what is shorter is nothing sealed


@dataclass
class Thief:
    """`key_files`: all that were ever copied. `walls`: the names that an address may be indexed under."""

    key_files: Sequence[DeskKeys]
    walls: Iterable[str]
    rows: list[Carved] = field(default_factory=list)
    tried: int = 0

    def take(self, rows: Iterable[Carved]) -> None:
        """Add what was carved; a row that was found before in the same shape is not tried twice."""
        known = {_shape(row) for row in self.rows}
        for row in rows:
            if _shape(row) not in known:
                known.add(_shape(row))
                self.rows.append(row)

    def reads(self, canaries: Mapping[str, str]) -> dict[str, set[str]]:
        """The names of the canaries that come to light, and where each was found, once every key was tried on everything."""
        by_word = {word: name for name, word in canaries.items()}
        found: dict[str, set[str]] = {}
        for where, plain in self._opened():
            for hit in scan(where, plain, by_word):
                found.setdefault(by_word[hit.canary], set()).add(where)
        return found

    def guesses(self, numbers: Iterable[str], files: Mapping[str, bytes]) -> dict[str, set[str]]:
        """Which of these numbers can be told to stand in the files, by the index that the desk's own key gives them."""
        found: dict[str, set[str]] = {}
        for number in numbers:
            for wall in (OPEN, "silent numbers", "asked numbers", "screening", *self.walls):
                for key in self._address_keys():
                    wanted = address_index(key, wall, number)
                    places = {f"{wall}: {name}" for name, content in files.items() if wanted in content}
                    if places:
                        found.setdefault(number, set()).update(places)
        return found

    def guesses_words(self, words: Iterable[str], files: Mapping[str, bytes]) -> set[str]:
        """Which of these words can be told to stand in the files, by the number that the search table has for them."""
        keys = {one.search for file in self.key_files for one in (file, *file.indexes.values())}
        wanted = {
            word: [term_index(key, word).to_bytes(8, order, signed=True) for key in keys for order in _ORDERS]
            for word in words
        }
        return {
            word for word, ways in wanted.items() if any(way in content for way in ways for content in files.values())
        }

    def _address_keys(self) -> set[bytes]:
        return {one.address for file in self.key_files for one in (file, *file.indexes.values())}

    def _opened(self) -> Iterator[tuple[str, bytes]]:
        """All that any key opens, at any place that it could have been sealed for."""
        keys = self._thing_keys()
        numbers = _numbers(self.rows)
        for row in self.rows:
            for column, sealed in row.values.items():
                if isinstance(sealed, bytes) and len(sealed) >= _LEAST:
                    for plain in self._try(row, column, sealed, keys, numbers):
                        yield f"{row.where}: {row.table}.{column}", plain

    def _thing_keys(self) -> set[bytes]:
        """Every key of a ticket, recording, note or envelope that any copy of the desk key unwraps."""
        desk_keys = {key for file in self.key_files for key in file.generations.values()}
        others = {file.staff for file in self.key_files} | self._address_keys()
        keys = set(others) | desk_keys
        numbers = _numbers(self.rows).get("ticket_key", set())
        for row in self.rows:
            wrapped = row.values.get("wrapped")
            if row.table != "ticket_key" or not isinstance(wrapped, bytes) or len(wrapped) != _LEAST + 32:
                continue
            for number in numbers if row.row is None else {row.row}:
                for desk_key in desk_keys:
                    self.tried += 1
                    key = _open(desk_key, wrapped, "ticket_key", number, "desk")
                    if key is not None:
                        keys.add(key)
        return keys

    def _try(
        self, row: Carved, column: str, sealed: bytes, keys: set[bytes], numbers: Mapping[str, set[int]]
    ) -> Iterator[bytes]:
        names = [f"sound.{row.values.get('number')}"] if row.table == "recording_chunk" else [column, "totp", "opened"]
        candidates = numbers.get(row.table, set()) if row.row is None else {row.row}
        for key in keys:
            for number in candidates:
                for name in names:
                    self.tried += 1
                    plain = _open(key, sealed, row.table, number, name)
                    if plain is not None:
                        yield plain
                if row.table in _OF_STAFF and (plain := _open(key, sealed, "staff", number, "totp")) is not None:
                    yield plain


def _open(key: bytes, sealed: bytes, table: str, row: int, column: str) -> bytes | None:
    try:
        return box.unseal(key, sealed, table=table, row=row, column=column)
    except box.BadSeal:
        return None


def _numbers(rows: Iterable[Carved]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for row in rows:
        if row.row is not None:
            found.setdefault(row.table, set()).add(row.row)
    return found


def _shape(row: Carved) -> tuple[object, ...]:
    return row.table, row.row, *(value for value in row.values.values() if isinstance(value, bytes))
