"""Carves rows out of the bytes of PostgreSQL: heap pages with their dead rows, TOAST, and the WAL."""

from __future__ import annotations

import re
import struct
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from feedback.models.base import new_id
from tests.attack.loot import Carved, row_id, telling

_PAGE = 8192
_ALIGN = {"c": 1, "s": 2, "i": 4, "d": 8}
_NULLS = 0x0001


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    length: int  # bytes; -1: it says so itself
    align: int
    binary: bool


def carve(url: str, *, since: str = "") -> Iterator[Carved]:
    """Every row, live or dead, in the files of this database and in WAL segments from `since` on."""
    shapes, base, wal = _look(url)
    chunks: dict[int, dict[int, bytes]] = defaultdict(dict)
    found = _files(base, wal, since)
    for content in found.values():
        for toast in _tuples(content, 3):
            _keep_chunk(toast, chunks)
    for where, content in found.items():
        for many in {len(columns) for columns in shapes.values()}:
            for has_nulls, bitmap, data in _tuples(content, many, numbered=True):
                for table in (table for table, columns in shapes.items() if len(columns) == many):
                    values = _values(shapes[table], has_nulls, bitmap, data, chunks)
                    if values is not None and any(isinstance(value, bytes) for value in values.values()):
                        yield Carved(table, row_id(table, values), values, where)


def files(url: str, *, since: str = "") -> dict[str, bytes]:
    """The bytes of all these files, by their names."""
    _, base, wal = _look(url)
    return _files(base, wal, since)


def segment(url: str) -> str:
    """Begin a new WAL segment; its name, so that what other tests wrote is left out."""
    return str(_ask(url, "SELECT pg_walfile_name(pg_switch_wal() + 16777216)"))


def _files(base: Path, wal: Path, since: str) -> dict[str, bytes]:
    found = {path.name: path.read_bytes() for path in sorted(base.iterdir()) if _ours(path.name)}
    segments = [path for path in sorted(wal.iterdir()) if path.is_file() and len(path.name) == 24]
    return found | {f"wal {path.name}": _unpaged(path.read_bytes()) for path in segments if path.name >= since}


def _look(url: str) -> tuple[dict[str, list[_Column]], Path, Path]:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CHECKPOINT")
        folder = Path(str(connection.exec_driver_sql("SHOW data_directory").scalar_one()))
        number = connection.exec_driver_sql(
            "SELECT oid FROM pg_database WHERE datname = current_database()"
        ).scalar_one()
        asked = (
            "SELECT attname, attlen, attalign, atttypid = 'bytea'::regtype FROM pg_attribute"
            " WHERE attrelid = CAST(:table AS regclass) AND attnum > 0 ORDER BY attnum"
        )
        shapes = {
            table: [
                _Column(name, length, _ALIGN[align], binary)
                for name, length, align, binary in connection.execute(sa.text(asked), {"table": table})
            ]
            for table in telling()
        }
    engine.dispose()
    shapes = {table: columns for table, columns in shapes.items() if columns[0].length == 8}
    return shapes, folder / "base" / str(number), folder / "pg_wal"


def _ask(url: str, question: str) -> object:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        answer = connection.exec_driver_sql(question).scalar_one()
    engine.dispose()
    return answer


def _ours(name: str) -> bool:
    """Not a catalogue of the engine's own, and no map of free space."""
    return name.partition(".")[0].isdecimal() and int(name.partition(".")[0]) >= 16_384


def _unpaged(segment: bytes) -> bytes:
    """A WAL segment without the headers of its pages, which cut records in two."""
    pages = [segment[start : start + _PAGE] for start in range(0, len(segment), _PAGE)]
    return b"".join(page[40 if number == 0 else 24 :] for number, page in enumerate(pages))


def _tuples(content: bytes, columns: int, *, numbered: bool = False) -> Iterator[tuple[bool, bytes, bytes]]:
    """Whatever looks like a row of so many columns: the same few bytes stand before it in the heap and in the WAL.

    `numbered`: it begins with a number of ours, which holds the time, so that one of these days is known by its end.
    """
    today = new_id() >> 48
    ends = {number.to_bytes(2, "little") for number in (today, today - 1)}
    flags = rb"(?=[\x00\x20\x40\x60\x80\xa0\xc0\xe0](.)(.)([\x18\x20\x28]))"
    pattern = re.compile(re.escape(bytes([columns])) + flags, re.DOTALL)
    for match in pattern.finditer(content):
        start = match.start() + 5
        begins = start + match.group(3)[0] - 23
        has_nulls = bool(match.group(1)[0] & _NULLS)
        if numbered and content[begins + 6 : begins + 8] not in ends:
            continue
        if has_nulls <= ((begins - start) * 8 >= columns):
            yield has_nulls, content[start:begins], content[begins : begins + 16_384]


def _keep_chunk(found: tuple[bool, bytes, bytes], chunks: dict[int, dict[int, bytes]]) -> None:
    _, _, data = found
    if len(data) < 12:
        return
    value, number, header = struct.unpack_from("<IiI", data)
    size = header >> 2
    if header & 3 == 0 and 4 < size <= 2100 and 0 <= number < 100 and value > 16_384:
        chunks[value].setdefault(number, data[12 : 8 + size])


def _values(
    columns: list[_Column], has_nulls: bool, bitmap: bytes, data: bytes, chunks: dict[int, dict[int, bytes]]
) -> dict[str, object] | None:
    """The columns of a row, or None where these bytes are not one."""
    values: dict[str, object] = {}
    at = 0
    for place, column in enumerate(columns):
        if has_nulls and not bitmap[place // 8] & (1 << place % 8):
            values[column.name] = None
            continue
        if column.length > 0:
            at = _aligned(at, column.align)
            values[column.name] = int.from_bytes(data[at : at + column.length], "little", signed=True)
            at += column.length
            continue
        if at >= len(data):
            return None
        if not data[at] & 1 and data[at] == 0:  # padding before a long one
            at = _aligned(at, column.align)
        held, at = _long(data, at, chunks)
        if held is None:
            return None
        values[column.name] = held if column.binary else held.decode(errors="replace")
    return values


def _long(data: bytes, at: int, chunks: dict[int, dict[int, bytes]]) -> tuple[bytes | None, int]:
    """A value that says its own length, and where the next one begins."""
    first = data[at] if at < len(data) else 0
    if first == 1 and at + 18 <= len(data):  # kept elsewhere
        value = struct.unpack_from("<I", data, at + 10)[0]
        held = chunks.get(value, {})
        return b"".join(held[number] for number in sorted(held)), at + 18
    if first & 1:
        size = first >> 1
        return (data[at + 1 : at + size], at + size) if size else (None, at)
    if at + 4 > len(data):
        return None, at
    header = struct.unpack_from("<I", data, at)[0]
    size = header >> 2
    if header & 3 or size < 4 or at + size > len(data):
        return None, at
    return data[at + 4 : at + size], at + size


def _aligned(at: int, by: int) -> int:
    return (at + by - 1) // by * by
