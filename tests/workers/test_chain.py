"""The loop that chains events: it keeps up, and holds nobody else up."""

from __future__ import annotations

import threading

from feedback.desk import chain, events
from tests.factories import Desk
from tests.workers.conftest import until
from workers import chain as loop
from workers import schedule


def test_the_scheduler_chains_what_is_written_while_it_runs(desk: Desk):
    stop = threading.Event()
    scheduler = threading.Thread(target=schedule.run, args=(desk.parts, stop), kwargs={"pause": 0.05})
    scheduler.start()
    try:
        with desk.at() as session:
            events.record(session, None, "note", actor=events.part("test"))
        until(lambda: not waiting(desk))
    finally:
        stop.set()
        scheduler.join()
    assert not waiting(desk)


def test_more_than_one_batch_is_chained_in_one_go(desk: Desk):
    with desk.at() as session:
        for _ in range(chain.BATCH + 1):
            events.record(session, None, "note", actor=events.part("test"))
    assert loop.catch_up(desk.parts) == chain.BATCH + 1
    assert loop.catch_up(desk.parts) == 0


def waiting(desk: Desk) -> bool:
    with desk.at() as session:
        return chain.waits(session)
