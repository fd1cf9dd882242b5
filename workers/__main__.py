"""Start the worker of one queue: `python -m workers triage`, `send` or `upkeep`; or the scheduler: `schedule`."""

from __future__ import annotations

import argparse
import signal
import threading
import time

from feedback import logs, wiring
from feedback.queue import EVERY, QUEUES, Kind
from feedback.settings import Settings
from workers import job, schedule

POLL = 1.0
"""Seconds between two looks at the tables where there is no Valkey."""

FREQUENT = 60.0
"""A kind that is asked for more rarely than this (seconds) is no look at a table but a call to a provider."""


def main() -> None:
    """Work until told to stop."""
    chosen = argparse.ArgumentParser(prog="python -m workers", description=__doc__)
    chosen.add_argument("queue", choices=[*sorted(set(QUEUES.values())), "schedule"])
    queue = chosen.parse_args().queue
    parts = wiring.live(Settings.from_env())
    logs.start(parts.settings.log_level)
    job.use(parts)
    if queue == "schedule":
        schedule.run(parts, _stopping())
        return
    _prepare(queue)
    if parts.settings.redis_url:
        _listen(parts, queue)
    else:
        _poll(parts, queue, _stopping())


def _prepare(queue: str) -> None:
    """Register this queue's jobs. Only the triage worker loads the classifier, before its first job."""
    if queue == "triage":
        from classifier import suggest
        from workers import triage  # noqa: F401  # registers itself

        suggest.load()
    elif queue == "send":
        from workers import delivery  # noqa: F401
    else:
        from workers import copies, recordings, renewal, retention, sweep  # noqa: F401


def _listen(parts: wiring.Parts, queue: str) -> None:
    """One process, one queue (dependencies: with two, a death between taking and starting loses a job)."""
    from rq import Queue, SimpleWorker

    parts.queue.take_over(queue)
    connection = parts.queue.connection()
    line = Queue(queue, connection=connection, serializer="json")
    worker = SimpleWorker([line], connection=connection, serializer="json", worker_ttl=45, maintenance_interval=15)
    worker.work(logging_level="WARNING")


def _poll(parts: wiring.Parts, queue: str, stop: threading.Event) -> None:
    kinds = [kind for kind in Kind if QUEUES[kind] == queue]
    asked: dict[Kind, float] = {}
    while not stop.is_set():
        for kind in kinds:
            every = EVERY[kind].total_seconds()
            if every > FREQUENT and time.monotonic() < asked.get(kind, -every) + every:
                continue  # a provider is not asked each second
            asked[kind] = time.monotonic()
            for lane in range(parts.settings.lanes if kind is Kind.TRIAGE else 1):
                job.run(kind.value, lane)
        stop.wait(POLL)


def _stopping() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


if __name__ == "__main__":
    main()
