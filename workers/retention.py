"""Forgetting what has had its time, once an hour; and keeping beside the backups what was forgotten."""

from __future__ import annotations

import structlog

from feedback.desk import forgetting
from feedback.ops import backup
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


@job(Kind.FORGOTTEN)
def keep(parts: Parts, lane: int) -> None:
    """Write down what was forgotten, where a restore finds it."""
    backup.keep_forgotten(parts)
