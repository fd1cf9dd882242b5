"""What a worker runs: a registered kind and a lane, handed the parts it needs (decision 5)."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from feedback.queue import Kind
from feedback.wiring import Parts

Job = Callable[[Parts, int], None]
JOBS: dict[Kind, Job] = {}
_parts: list[Parts] = []
log = structlog.get_logger()


def job(kind: Kind) -> Callable[[Job], Job]:
    """Register the one job of a kind."""

    def register(function: Job) -> Job:
        if kind in JOBS:
            raise ValueError(f"two jobs of kind {kind}")
        JOBS[kind] = function
        return function

    return register


def use(parts: Parts) -> None:
    """Give this process its parts, once, before it works."""
    _parts[:] = [parts]


def run(kind: str, lane: int) -> None:
    """Do one job. Called by the queue's worker with what stood in the queue; an unknown kind is refused (I34).

    A failure is logged by its kind alone and not raised on: the queue would keep its text, and the scheduler asks again.
    """
    wanted = JOBS[Kind(kind)]
    try:
        wanted(_parts[0], lane)
    except Exception as failure:
        log.error("job failed", kind=kind, lane=lane, failure=type(failure).__name__)
