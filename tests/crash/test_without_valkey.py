"""Valkey is emptied, stopped, frozen, full or locked while messages come in: intake answers as fast, all is read soon (D05, I4)."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from feedback.settings import Settings
from tests import factories
from tests.crash.house import PARTS, House, again_until, open_house
from tests.crash.outages import Outages, outages
from tests.trials import trials

EVERY = 1 / 20
"""Seconds between two messages."""

SOON = 60.0
"""Seconds within which everything has been read."""

ENOUGH = 1_000
"""So many waits say something of the slowest in a hundred; of fewer, it would be luck."""

MANY = {"stopped": 3, "frozen": 3, "empty": 3, "full": 3, "locked": 3, "flushed": 25}
OUTAGES = [name for turn in range(max(MANY.values())) for name in MANY if turn < MANY[name]]
CHOSEN = OUTAGES[: trials(default=2, release=len(OUTAGES))]


@pytest.fixture(scope="module")
def valkey() -> Iterator[Outages]:
    with outages() as valkey:
        yield valkey


@pytest.fixture(scope="module")
def busy_house(house_settings: Settings, valkey: Outages, folder: Path) -> Iterator[House]:
    """All parts, the scheduler among them."""
    with open_house(house_settings, valkey.url, folder, *PARTS, "schedule") as house:
        yield house


@pytest.mark.plan("D05", trials=len(CHOSEN))
@pytest.mark.timeout(1200)
def test_intake_does_not_feel_it_and_the_work_resumes(busy_house: House, valkey: Outages) -> None:
    told: dict[str, Future[list[float]]] = {}
    over = threading.Event()

    def tell(threads: ThreadPoolExecutor) -> None:
        while not over.wait(EVERY):
            form = factories.text_form("no water at the tap")
            told[form["MessageSid"]] = threads.submit(busy_house.tell, form)

    def supervise() -> None:
        while not over.wait(0.5):
            busy_house.mend(ask=False, wait=False)

    with ThreadPoolExecutor(32) as threads:
        beside = [threading.Thread(target=tell, args=(threads,)), threading.Thread(target=supervise)]
        for one in beside:
            one.start()
        for name in CHOSEN:
            time.sleep(random.uniform(0.2, 0.8))
            getattr(valkey, name)()
        time.sleep(1.0)
        over.set()
        for one in beside:
            one.join()
    waits = sorted(seconds for one in told.values() for seconds in one.result())
    ended = time.monotonic()
    again_until(
        lambda: busy_house.mend(ask=False, wait=False), lambda: not busy_house.unread(), every=0.5, seconds=SOON
    )
    assert time.monotonic() - ended < SOON
    refs = list(told)
    assert [ref for ref, times in busy_house.kept(refs).items() if times != 1] == []
    assert busy_house.read_late(refs, SOON) == []
    if len(waits) >= ENOUGH:
        assert waits[int(len(waits) * 0.99)] < 1.0, f"slowest {waits[-1]:.1f} s"
