"""The triage lane: reads what waits in screening, in batches, until nothing waits."""

from __future__ import annotations

import structlog

from classifier.suggest import suggest_many
from feedback.desk import triage
from feedback.queue import Kind
from feedback.wiring import Parts
from workers.job import job

log = structlog.get_logger()


@job(Kind.TRIAGE)
def triage_lane(parts: Parts, lane: int) -> None:
    """Claim, read, apply: no transaction is open while the classifier reads."""
    while True:
        with parts.database.transaction() as session:
            batch = triage.claim(session, lane, parts.settings.lanes)
        if not batch:
            return
        suggestions = suggest_many([one.text for one in batch], [one.language for one in batch])
        for piece in triage.slices(triage.prepare(parts.vault, batch, suggestions)):
            with parts.database.transaction() as session:
                triage.apply_many(session, piece)
        log.info("triaged", count=len(batch), lane=lane)
