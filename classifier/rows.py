"""Rows of a CSV file, gzipped or not: texts in, labels as a table of 0 and 1."""

from __future__ import annotations

import csv
import gzip
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int8]
Row = dict[str, str]

csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


class BadRows(ValueError):  # noqa: N818 - reads as what it is
    """A file lacks a column, or a label column holds what is no label."""


def read(path: Path) -> Iterator[Row]:
    """Yield the rows of a UTF-8 CSV file with a header; `.gz` is unpacked on the way."""
    opening: Callable[..., TextIO] = gzip.open if path.suffix == ".gz" else open
    with opening(path, "rt", encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines)


def texts(rows: Sequence[Row], column: str) -> list[str]:
    """Return one column. Raises `BadRows` where it is missing."""
    if rows and column not in rows[0]:
        raise BadRows(f"no column {column!r}; there are {', '.join(rows[0])}")
    return [row[column] or "" for row in rows]


def labels(
    rows: Sequence[Row], columns: Sequence[str], known: Sequence[str] | None = None
) -> tuple[tuple[str, ...], Labels]:
    """Return label names and a table of 0 and 1, (rows, labels).

    Several columns of 0 and 1 are labels each; one column of words is spread out, `a|b` being two labels. `known` names
    the labels and their order where a model has them already.
    """
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
        raise BadRows(f"column {column!r}: a label is 0 or 1, not {strange}") from strange


_TRUTH = {"": 0, "0": 0, "0.0": 0, "False": 0, "false": 0, "no": 0, "1": 1, "1.0": 1, "True": 1, "true": 1, "yes": 1}
