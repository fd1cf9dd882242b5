"""How long a page takes tells nothing of whether a ticket is hidden or was never there (D18, I9)."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Sequence

import pytest
from starlette.testclient import TestClient

from feedback.desk import visibility
from feedback.models.base import new_reference
from feedback.models.staff import Role
from tests.factories import Desk

PAIRS = 1_500
"""On each engine: 6,000 looks in all. So many pairs measure the share below within about 0.01 (one standard error)."""

GAP = 0.002  # seconds between the medians
SHARE = (0.45, 0.55)
"""How often a hidden one took longer than a missing one; a coin gives 0.5."""


def _looks(client: TestClient, hidden: Sequence[str], pairs: int, seed: int) -> tuple[list[float], list[float]]:
    """Seconds for hidden and for missing ones, asked for in random order so that a busy moment meets both alike."""
    luck = random.Random(seed)
    order = [True, False] * pairs
    luck.shuffle(order)
    took: tuple[list[float], list[float]] = ([], [])
    for is_hidden in order:
        reference = luck.choice(hidden) if is_hidden else new_reference()
        begun = time.perf_counter()
        response = client.get(f"/tickets/{reference}")
        took[0 if is_hidden else 1].append(time.perf_counter() - begun)
        assert response.status_code == 404
    return took


def _share(longer: Sequence[float], shorter: Sequence[float]) -> float:
    """How often one of the first took longer than one of the second (area under the curve), from the ranks."""
    ranked = sorted([(seconds, True) for seconds in longer] + [(seconds, False) for seconds in shorter])
    ranks = sum(rank for rank, (_, first) in enumerate(ranked, 1) if first)
    return (ranks - len(longer) * (len(longer) + 1) / 2) / (len(longer) * len(shorter))


def _hidden(desk: Desk) -> list[str]:
    return [desk.ticket(f"a guard {number}", tier=tier).reference for number in range(10) for tier in ("T3-S", "T2-C")]


@pytest.mark.plan("D18", trials=2 * PAIRS)
@pytest.mark.full
@pytest.mark.timeout(1200)
def test_a_hidden_ticket_takes_as_long_as_a_missing_one(desk: Desk, client: TestClient) -> None:
    hidden, seed = _hidden(desk), random.randrange(1 << 32)
    desk.enter(client, desk.staff(Role.AGENT))
    _looks(client, hidden, 50, seed)  # so that nothing is done for the first time
    took = _looks(client, hidden, PAIRS, seed)
    gap, share = statistics.median(took[0]) - statistics.median(took[1]), _share(*took)
    print(f"seed {seed}: medians differ by {gap * 1e6:.0f} µs, hidden took longer in {share:.3f} of pairs")  # noqa: T201
    assert abs(gap) <= GAP
    assert SHARE[0] <= share <= SHARE[1]


@pytest.mark.full
def test_the_measure_sees_a_delay_of_one_millisecond(
    desk: Desk, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the test above means something."""
    hidden, find = _hidden(desk), visibility.find_ticket

    def slowly(session, staff, reference):  # type: ignore[no-untyped-def]
        if reference in hidden:
            time.sleep(0.001)
        return find(session, staff, reference)

    monkeypatch.setattr(visibility, "find_ticket", slowly)
    desk.enter(client, desk.staff(Role.AGENT))
    assert _share(*_looks(client, hidden, 300, 1)) > SHARE[1]


def test_the_share_is_what_counting_pairs_gives() -> None:
    longer, shorter = [1.0, 4.0, 5.0], [2.0, 3.0]
    assert _share(longer, shorter) == sum(a > b for a in longer for b in shorter) / 6
