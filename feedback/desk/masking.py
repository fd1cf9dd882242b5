"""Making a table of counts fit to leave the desk: small groups rolled up, small cells masked so that no sum tells them (R25)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

LEAST = 5
"""The smallest count of people that is published, other than none."""

Label = tuple[str, ...]
"""Where a count belongs, from the large to the small: ("ukhiya", "camp-9"), ("wash", "no_water"). A shorter label is the
rest of what it names: ("wash",) is all of WASH that does not stand in a row of its own, () is all the rest."""

NEAR = 8
"""So many of the cheapest cells beside and below a small one are tried as corners; all of them would take seconds."""

Cells = Mapping[tuple[Label, Label], int]


@dataclass(frozen=True, slots=True)
class Table:
    """Counts by row and column with all their totals. A masked cell is None; one that is not there counts nobody."""

    cells: Mapping[tuple[Label, Label], int | None]
    rows: Mapping[Label, int]
    columns: Mapping[Label, int]
    total: int


def mask(counts: Cells) -> Table | None:
    """The table as it may be published; None where it counts fewer than `LEAST` people altogether.

    Rows and columns with fewer are rolled up first. Then each cell of one to four is masked together with three others at
    the corners of a rectangle that hold enough: shifting people round the corners changes no total, so whoever solves
    all the sums still finds that the cell could hold `LEAST` or more. Where no such rectangle is, more is rolled up.
    """
    if sum(counts.values()) < LEAST:
        return None
    cells = Counter({key: count for key, count in counts.items() if count})
    while True:
        cells = _roll_up(_roll_up(cells, 0), 1)
        masked, stuck = _rectangles(cells)
        if stuck is None:
            shown = {key: None if key in masked else cells[key] for key in {*cells, *masked}}
            return Table(shown, _totals(cells, 0), _totals(cells, 1), sum(cells.values()))
        cells = _fold(cells, *stuck)


def line(counts: Mapping[str, int]) -> dict[str, int]:
    """One list of counts with nothing under `LEAST` in it: what is smaller counts under "" together. Empty if all is."""
    cells: Counter[tuple[Label, Label]] = Counter()
    for code, count in counts.items():
        cells[(code,) if code else (), ()] += count
    if sum(cells.values()) < LEAST:
        return {}
    return {label[0] if label else "": count for label, count in _totals(_roll_up(cells, 0), 0).items()}


def _roll_up(cells: Counter[tuple[Label, Label]], axis: int) -> Counter[tuple[Label, Label]]:
    """Fold whatever is under `LEAST` on this axis into what lies around it, the smallest units first."""
    while True:
        totals = _totals(cells, axis)
        small = [label for label, count in totals.items() if count < LEAST]
        if not small:
            return cells
        label = max(small, key=lambda one: (len(one), one))
        cells = _fold(cells, axis, label)


def _fold(cells: Counter[tuple[Label, Label]], axis: int, label: Label) -> Counter[tuple[Label, Label]]:
    """Count a label under the one around it. The outermost takes in the smallest of the others."""
    if label:
        taken, into = label, label[:-1]
    else:
        totals = _totals(cells, axis)
        taken, into = min((one for one in totals if one), key=lambda one: (totals[one], one)), label
    folded: Counter[tuple[Label, Label]] = Counter()
    for key, count in cells.items():
        there = into if key[axis] == taken else key[axis]
        folded[(there, key[1]) if axis == 0 else (key[0], there)] += count
    return folded


def _totals(cells: Mapping[tuple[Label, Label], int], axis: int) -> dict[Label, int]:
    totals: Counter[Label] = Counter()
    for key, count in cells.items():
        if count:
            totals[key[axis]] += count
    return dict(sorted(totals.items()))


def _rectangles(cells: Counter[tuple[Label, Label]]) -> tuple[set[tuple[Label, Label]], tuple[int, Label] | None]:
    """The cells to mask; or, where a small cell has no rectangle, which label of which axis to fold first."""
    rows, columns = list(_totals(cells, 0)), list(_totals(cells, 1))
    small = sorted((count, key) for key, count in cells.items() if 0 < count < LEAST)
    masked: set[tuple[Label, Label]] = set()
    for count, (row, column) in small:
        enough = LEAST - count
        beside = [other for other in columns if other != column and cells[row, other] >= enough]
        below = [other for other in rows if other != row and cells[other, column] >= enough]
        if not (beside and below):
            return masked, _stuck(row, column, thin_row=not beside)
        near = sorted(beside, key=lambda other: _cost(cells, masked, (row, other)))[:NEAR]
        under = sorted(below, key=lambda other: _cost(cells, masked, (other, column)))[:NEAR]
        pairs = [(r, c) for r in under for c in near]
        r, c = min(pairs, key=lambda pair: _together(cells, masked, (row, pair[1]), (pair[0], column), pair))
        masked |= {(row, column), (row, c), (r, column), (r, c)}
    return masked, None


def _cost(
    cells: Counter[tuple[Label, Label]], masked: set[tuple[Label, Label]], key: tuple[Label, Label]
) -> tuple[int, int]:
    """What it takes to mask one cell more: nothing where it is masked already, else itself and its people."""
    return (0, 0) if key in masked else (1, cells[key])


def _together(
    cells: Counter[tuple[Label, Label]], masked: set[tuple[Label, Label]], *corners: tuple[Label, Label]
) -> tuple[int, int]:
    costs = [_cost(cells, masked, key) for key in corners]
    return sum(one for one, _ in costs), sum(people for _, people in costs)


def _stuck(row: Label, column: Label, *, thin_row: bool) -> tuple[int, Label]:
    """Fold the axis that lacks people, unless it is folded as far as it goes."""
    if thin_row:
        return (0, row) if row or not column else (1, column)
    return (1, column) if column or not row else (0, row)
