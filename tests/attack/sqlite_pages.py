"""Carves rows out of the bytes of SQLite: pages in use, pages that were freed, and every page in the WAL, stale ones too."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.attack.loot import Carved, row_id, telling

_HEADER, _FRAME = 32, 24
_TYPES = {
    "int": rb"[\x00-\x09]",
    "text": rb"(?:\x00|[\x0d-\x7f]|[\x81-\x8f][\x00-\x7f])",
    "bytes": rb"(?:\x00|[\x0c-\x7f]|[\x80-\xff]{1,3}[\x00-\x7f])",
}
_LARGE = 6  # the type of a number of eight bytes, as ours are
_SIZES = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a row of one table looks: its columns, which of them is the row's own number, and what its header matches."""

    table: str
    columns: tuple[str, ...]
    own: str | None
    header: re.Pattern[bytes]
    damaged: bool = False  # a row that was freed: its first bytes are gone, its own number and its header's begin too


def carve(database: Path) -> Iterator[Carved]:
    """Every row, live or not, in a database file and in the WAL beside it."""
    shapes, size = _shapes(database)
    pages: dict[int, list[bytes]] = defaultdict(list)
    for number, page in _pages(database, size):
        pages[number].append(page)
    for number, versions in pages.items():
        for page in dict.fromkeys(versions):
            for shape in shapes:
                for match in shape.header.finditer(page):
                    row = _row(shape, page, match.start(), pages)
                    if row is not None:
                        yield Carved(shape.table, row[0], row[1], f"{database.name}, page {number}")


def _shapes(database: Path) -> tuple[list[_Shape], int]:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        shapes = [_shape(table, connection.execute(f"PRAGMA table_info({table})").fetchall()) for table in telling()]
        shapes += [_freed(shape) for shape in shapes if shape.table == "ticket_key"]
    connection.close()
    return shapes, size


def _shape(table: str, described: list[tuple[int, str, str, int, object, int]]) -> _Shape:
    keys = [name for _, name, _, _, _, key in described if key]
    own = keys[0] if len(keys) == 1 and any(d[1] == keys[0] and d[2] == "INTEGER" for d in described) else None
    kinds = []
    for _, name, said, *_ in described:
        kinds.append(_kind("NULL" if name == own else said))
    return _Shape(
        table,
        tuple(name for _, name, *_ in described),
        own,
        re.compile(rb"(?=[\x03-\x7f]" + b"".join(kinds) + rb")", re.DOTALL),
    )


def _freed(shape: _Shape) -> _Shape:
    """A key wrapped for the desk without its first bytes: rows are so short that the engine's own notes cover them."""
    desk, generation, sixty = rb"\x15", rb"[\x01\x02\x08\x09]", rb"\x81\x04"
    return replace(shape, header=re.compile(desk + rb"(?=" + generation + sixty + rb")"), damaged=True)


def _kind(said: str) -> bytes:
    if said == "NULL":
        return rb"\x00"
    if said.startswith("BLOB"):
        return _TYPES["bytes"]
    return _TYPES["int" if said.startswith(("INTEGER", "BIGINT", "BOOL")) else "text"]


def _pages(database: Path, size: int) -> Iterator[tuple[int, bytes]]:
    whole = database.read_bytes()
    for start in range(0, len(whole), size):
        yield start // size + 1, whole[start : start + size]
    wal = database.with_name(f"{database.name}-wal")
    held = wal.read_bytes() if wal.exists() else b""
    for start in range(_HEADER, len(held) - _FRAME, _FRAME + size):
        yield int.from_bytes(held[start : start + 4], "big"), held[start + _FRAME : start + _FRAME + size]


def _row(
    shape: _Shape, page: bytes, start: int, pages: dict[int, list[bytes]]
) -> tuple[int | None, dict[str, object]] | None:
    """A record that begins here, or None: its header's length and the columns have to agree exactly."""
    types, at = ([_LARGE], start) if shape.damaged else ([], start + 1)
    for _ in shape.columns[len(types) :]:
        kind, at = _varint(page, at)
        types.append(kind)
    if (not shape.damaged and at - start != page[start]) or any(kind in (10, 11) for kind in types):
        return None
    sizes = [_SIZES[kind] if kind < 12 else (kind - 12) // 2 for kind in types]
    body = page[at:]
    if sum(sizes) > len(body):
        body = _overflowing(page, start, at, sum(sizes), pages)
    values: dict[str, object] = {}
    offset = 0
    for name, kind, size in zip(shape.columns, types, sizes, strict=True):
        values[name] = _value(kind, body[offset : offset + size])
        offset += size
    own = _number_before(page, start)
    if shape.own is not None:
        values[shape.own] = own
    return row_id(shape.table, values) if own is None or shape.own is None else own, values


def _overflowing(page: bytes, start: int, at: int, size: int, pages: dict[int, list[bytes]]) -> bytes:
    """The body of a long record: its first part here, the rest along a chain of pages as they stand now."""
    usable, payload = len(page), at - start + size
    least = (usable - 12) * 32 // 255 - 23
    local = least + (payload - least) % (usable - 4)
    end = start + (local if local <= usable - 35 else least)
    body, following = page[at:end], int.from_bytes(page[end : end + 4], "big")
    while following in pages and len(body) < size:
        body += pages[following][-1][4:]
        following = int.from_bytes(pages[following][-1][:4], "big")
    return body


def _varint(page: bytes, at: int) -> tuple[int, int]:
    value = 0
    for count in range(9):
        if at >= len(page):
            return 10, at
        byte, at = page[at], at + 1
        if count == 8:
            return (value << 8) | byte, at
        value = (value << 7) | (byte & 0x7F)
        if byte < 0x80:
            break
    return value, at


def _number_before(page: bytes, start: int) -> int | None:
    """The row's number, which stands before its record: nine bytes for numbers as large as ours."""
    before = page[start - 9 : start]
    if len(before) < 9 or any(byte < 0x80 for byte in before[:8]):
        return None
    return _varint(before, 0)[0]


def _value(kind: int, held: bytes) -> object:
    if kind == 0:
        return None
    if kind in (8, 9):
        return kind - 8
    if kind < 8:
        return int.from_bytes(held, "big", signed=True)
    return held if kind % 2 == 0 else held.decode(errors="replace")
