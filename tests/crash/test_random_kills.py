"""Any process dies at any instant while twenty messages a second come in and replies go out: nothing lost, nothing twice (D02)."""

from __future__ import annotations

import random
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from tests import factories
from tests.crash.house import ENDED, PARTS, House, again_until
from tests.trials import trials

EVERY = 1 / 20
"""Seconds between two messages."""

KILLS = trials(default=3, release=100)
ONE_LIFE = (0.05, 1.5)
"""Seconds until the next one dies: shortest, longest."""


@pytest.mark.plan("D02", trials=KILLS)
@pytest.mark.timeout(1800)
def test_whoever_is_killed_whenever_nothing_is_lost_or_doubled(house: House) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    dice, calm = random.Random(seed), time.monotonic()
    told: dict[str, Future[Any]] = {}
    replies: dict[str, int] = {}
    with ThreadPoolExecutor(64) as threads:
        for kill in range(KILLS):
            if kill % 2 == 0:
                number = factories.phone()
                replies[number] = house.answer(number)
            calm = time.monotonic() + dice.uniform(*ONE_LIFE)
            while time.monotonic() < calm:
                form = factories.text_form("no water at the tap")
                told[form["MessageSid"]] = threads.submit(house.tell, form)
                time.sleep(EVERY)
            house.kill(dice.choice(PARTS))
            house.mend(ask=kill % 20 == 19)  # now and then the scheduler's half minute is over
        again_until(house.mend, lambda: all(one.done() for one in told.values()), every=0.5)
    assert all(one.result() for one in told.values()), seed
    house.let_claims_run_out()
    again_until(house.mend, lambda: not house.unread(), every=1.0)
    ended = lambda: all(house.state(one) in ENDED for one in replies.values())  # noqa: E731
    again_until(lambda: house.hurry(*replies.values()), ended, every=5.0, seconds=300)
    assert [ref for ref, times in house.kept(list(told)).items() if times != 1] == [], seed
    assert set(house.taken_in(list(told))) == {1}, seed
    assert [number for number in replies if len(house.phone.inbox(number)) > 1] == [], seed
