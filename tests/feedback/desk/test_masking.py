"""Masks that no sum undoes: random tables against a solver (D24, I16, R25)."""

from __future__ import annotations

import random
from collections import Counter
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from feedback.desk import masking
from feedback.desk.masking import LEAST, Label, Table, mask

PLACES: list[Label] = [
    (),
    ("ukhiya",),
    *[("ukhiya", f"camp-{number}") for number in range(1, 10)],
    *[("teknaf", f"camp-{number}") for number in range(20, 24)],
]
MATTERS: list[Label] = [
    (),
    *[("wash", sub) for sub in ("no_water", "latrine_broken", "waste")],
    *[("health", sub) for sub in ("medicine", "refused_wait")],
    ("education",),
    *[("shelter_nfi", sub) for sub in ("lpg", "materials")],
]


def table(seed: int) -> Counter[tuple[Label, Label]]:
    """A random month: a few busy camps, many quiet ones, most cells empty or small."""
    draw = random.Random(seed)
    busy = draw.choice((1, 3, 8, 30))
    places, matters = draw.sample(PLACES, draw.randint(2, len(PLACES))), draw.sample(MATTERS, draw.randint(2, 8))
    counts: Counter[tuple[Label, Label]] = Counter()
    for key in product(places, matters):
        if draw.random() < 0.7:
            counts[key] = min(int(draw.expovariate(1 / busy)), 60)
    return counts


def bounds(found: Table, wanted: set[tuple[Label, Label]] | None = None) -> dict[tuple[Label, Label], tuple[int, int]]:
    """The least and the most that each masked cell can hold, for all whoever knows every sum (a linear program; sums of
    rows and columns are totally unimodular, so its corners are whole numbers)."""
    masked = [key for key, count in found.cells.items() if count is None]
    if not masked:
        return {}
    sums, left = [], []
    for axis, totals in ((0, found.rows), (1, found.columns)):
        for label, total in totals.items():
            sums.append([float(key[axis] == label) for key in masked])
            shown = [count for key, count in found.cells.items() if key[axis] == label and count is not None]
            left.append(total - sum(shown))
    result = {}
    for number, key in enumerate(masked):
        if wanted is not None and key not in wanted:
            continue
        ends = []
        for sign in (1.0, -1.0):
            wish = np.zeros(len(masked))
            wish[number] = sign
            solved = linprog(wish, A_eq=np.array(sums), b_eq=np.array(left), bounds=(0, None), method="highs")
            assert solved.success
            ends.append(round(sign * solved.fun))
        result[key] = (ends[0], ends[1])
    return result


def told(counts: Counter[tuple[Label, Label]]) -> list[str]:
    """What a solver learns from the published table that it should not."""
    found = mask(counts)
    if found is None:
        return [] if sum(counts.values()) < LEAST else ["nothing published"]
    wrong = [f"shown: {count}" for count in found.cells.values() if count is not None and 0 < count < LEAST]
    wrong += [f"total: {count}" for count in [*found.rows.values(), *found.columns.values()] if 0 < count < LEAST]
    small = {key for key, count in counts.items() if 0 < count < LEAST}
    wrong += [f"told to be small: {key} {ends}" for key, ends in bounds(found, small).items() if ends[1] < LEAST]
    if found.total != sum(counts.values()):
        wrong.append("people went missing")
    return wrong


@pytest.mark.plan("D24")
@pytest.mark.parametrize("seed", range(50))
def test_a_solver_recovers_no_small_cell(seed: int):
    assert told(table(seed)) == []


@pytest.mark.plan("D24", trials=10)
@pytest.mark.full
@pytest.mark.parametrize("tens", range(45))
def test_a_solver_recovers_no_small_cell_of_many_tables(tens: int):
    for seed in range(50 + tens * 10, 60 + tens * 10):
        assert told(table(seed)) == [], seed


def test_the_solver_finds_what_masking_small_cells_alone_would_tell():
    counts = Counter({(("a",), ("x",)): 3, (("a",), ("y",)): 9, (("b",), ("x",)): 8, (("b",), ("y",)): 7})
    shown = {key: None if count < LEAST else count for key, count in counts.items()}
    naive = Table(shown, {("a",): 12, ("b",): 15}, {("x",): 11, ("y",): 16}, 27)
    assert bounds(naive) == {(("a",), ("x",)): (3, 3)}


def test_every_month_is_worth_publishing():
    """Masks do not eat the table: over the random months most people stand in cells that are shown."""
    shown = everyone = 0
    for seed in range(50):
        found = mask(table(seed))
        if found is not None:
            shown += sum(count for count in found.cells.values() if count)
            everyone += found.total
    assert shown / everyone > 0.6


def test_a_quiet_camp_counts_with_its_area_and_a_rare_matter_with_its_sector():
    counts = Counter(
        {
            (("ukhiya", "camp-9"), ("wash", "no_water")): 40,
            (("ukhiya", "camp-8"), ("wash", "no_water")): 2,
            (("ukhiya", "camp-7"), ("wash", "waste")): 3,
            (("ukhiya", "camp-9"), ("wash", "latrine_broken")): 2,
        }
    )
    found = mask(counts)
    assert found is not None
    assert found.rows == {("ukhiya",): 5, ("ukhiya", "camp-9"): 42}
    assert found.columns == {("wash",): 5, ("wash", "no_water"): 42}


def test_the_same_counts_are_masked_in_the_same_way_whatever_their_order():
    counts = table(7)
    turned = Counter(dict(reversed(list(counts.items()))))
    assert mask(counts) == mask(turned)


def test_a_month_of_fewer_than_five_is_not_published_at_all():
    assert mask(Counter({((), ()): LEAST - 1})) is None
    assert mask(Counter()) is None
    assert mask(Counter({((), ()): LEAST})) == Table({((), ()): LEAST}, {(): LEAST}, {(): LEAST}, LEAST)


def test_a_list_shows_nothing_small_and_loses_nobody():
    assert masking.line({"sms": 40, "hotline": 3, "in_person": 12}) == {"": 15, "sms": 40}
    assert masking.line({"sms": 40, "hotline": 3, "in_person": 2}) == {"": 5, "sms": 40}
    assert masking.line({"sms": 4}) == {}
