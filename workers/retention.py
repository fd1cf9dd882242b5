"""Forgetting what has had its time, once an hour."""

from __future__ import annotations

import structlog

from feedback.desk import forgetting
from feedback.queue import Kind
from feedback.wiring import Parts
from workers.job import job

log = structlog.get_logger()


@job(Kind.RETENTION)
def forget(parts: Parts, lane: int) -> None:
    """One bounded run; what is left waits for the next."""
    with parts.database.transaction() as session:
        done = forgetting.run(session)
    if done:
        log.info("forgotten", count=done)
