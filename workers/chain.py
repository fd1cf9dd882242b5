"""Chaining events: a loop beside the scheduler, since a job on a queue may have to wait longer than the chain may lag."""

from __future__ import annotations

import threading

import structlog

from feedback.desk import chain
from feedback.wiring import Parts

PAUSE = 1.0
"""Seconds between two looks; an event is unchained for five at most (decision 22)."""

log = structlog.get_logger()


def run(parts: Parts, stop: threading.Event, *, pause: float = PAUSE) -> None:
    """Chain what has committed, until told to stop. Several may run: one works at a time, the others find nothing."""
    while not stop.is_set():
        try:
            catch_up(parts, stop)
        except Exception as failure:
            log.error("chain", failure=type(failure).__name__)
        stop.wait(pause)


def catch_up(parts: Parts, stop: threading.Event | None = None) -> int:
    """Chain all that waits, a batch in each transaction; how many events. Writes nothing where nothing waits."""
    many = 0
    while stop is None or not stop.is_set():
        with parts.database.transaction(write=False) as session:
            if not chain.waits(session):
                break
        with parts.database.transaction() as session:
            many += chain.seal(session)
    return many
