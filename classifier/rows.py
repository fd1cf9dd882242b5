"""Rows of a CSV file, gzipped or not: texts in, labels as a table of 0 and 1."""

from __future__ import annotations

import csv
import gzip
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int8]
Row = dict[str, str]

csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


class BadRows(ValueError):  # noqa: N818 - reads as what it is
    """Rows that can't be read, measured or learned from; the message says to who gave them what is wrong."""


def read(path: Path) -> Iterator[Row]:
    """Yield the rows of a UTF-8 CSV file with a header; `.gz` is unpacked on the way.

    Raises `BadRows` for what is not such a file, `OSError` where there is none.
    """
    opening: Callable[..., TextIO] = gzip.open if path.suffix == ".gz" else open
    try:
        with opening(path, "rt", encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            if not reader.fieldnames:
                raise BadRows(f"{path.name} is empty: its first line names the columns")
            yield from reader
    except UnicodeDecodeError as strange:
        raise BadRows(f"{path.name} is not UTF-8: {strange.reason}") from strange
    except (gzip.BadGzipFile, EOFError, zlib.error) as broken:
        raise BadRows(f"{path.name} is no whole gzip file") from broken
    except csv.Error as broken:
        raise BadRows(f"{path.name} is no CSV: {broken}") from broken


def lines(file: Iterable[bytes]) -> Iterator[str]:
    """Yield one text a line. Raises `BadRows` at a line that is not UTF-8."""
    for number, line in enumerate(file, start=1):
        try:
            yield line.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError as strange:
            raise BadRows(f"line {number} is not UTF-8") from strange


def texts(rows: Sequence[Row], column: str) -> list[str]:
    """Return one column. Raises `BadRows` where it is missing."""
    for row in rows:
        if column not in row:
            raise BadRows(f"no column {column!r}; there are {', '.join(filter(None, row))}")
    return [row[column] or "" for row in rows]


def labels(
    rows: Sequence[Row], columns: Sequence[str], known: Sequence[str] | None = None
) -> tuple[tuple[str, ...], Labels]:
    """Return label names and a table of 0 and 1, (rows, labels).

    Several columns of 0 and 1 are labels each; one column of words is spread out, `a|b` being two labels. `known` names
    the labels and their order where a model has them already. Raises `BadRows` where a column is missing, named twice or
    holds something else.
    """
    if twice := sorted({column for column in columns if columns.count(column) > 1}):
        raise BadRows(f"named twice: {', '.join(twice)}")
    if len(columns) == 1 and set(texts(rows, columns[0])) - _TRUTH.keys():
        said = [[part for part in value.split("|") if part] for value in texts(rows, columns[0])]
        names = tuple(known or sorted({part for parts in said for part in parts}))
        return names, np.array([[name in parts for name in names] for parts in said], np.int8).reshape(
            len(rows), len(names)
        )
    return tuple(columns), np.column_stack([_column(rows, column) for column in columns])


def _column(rows: Sequence[Row], column: str) -> Labels:
    try:
        return np.array([_TRUTH[value] for value in texts(rows, column)], np.int8)
    except KeyError as strange:
        raise BadRows(f"column {column!r}: a label is 0 or 1, not {strange}; words need a column alone") from strange


_TRUTH = {"": 0, "0": 0, "0.0": 0, "False": 0, "false": 0, "no": 0, "1": 1, "1.0": 1, "True": 1, "true": 1, "yes": 1}
