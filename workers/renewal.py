"""The weekly renewal of the desk's key (decision 4)."""

from __future__ import annotations

import structlog

from feedback.ops import renewal
from feedback.queue import Kind
from feedback.wiring import Parts
from workers.job import job

log = structlog.get_logger()


@job(Kind.RENEWAL)
def renew(parts: Parts, lane: int) -> None:
    """Renew the key when its week is over; go on with a renewal that was interrupted; destroy the older key in its time."""
    try:
        renewal.advance(parts)
    except renewal.Behind:
        log.info("renewal waits for keys in use")
    finally:
        if renewal.late(parts):
            log.error("the desk's key is overdue")
