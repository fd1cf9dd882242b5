"""The triage lane: reads what waits in screening, in batches, until nothing waits."""

from __future__ import annotations

from pathlib import Path

import structlog

from classifier import machine
from classifier.machine import Machine
from classifier.scorer import RefusedModel
from classifier.suggest import suggest_many
from feedback.desk import choosing, triage
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
            digest = choosing.chosen(session)
        if not batch:
            return
        texts, languages = [one.text for one in batch], [one.language for one in batch]
        suggestions = suggest_many(texts, languages, machine=_reader(parts, digest))
        for piece in triage.slices(triage.prepare(parts.vault, batch, suggestions)):
            with parts.database.transaction() as session:
                triage.apply_many(session, piece)
        log.info("triaged", count=len(batch), lane=lane)


def _reader(parts: Parts, digest: str) -> Machine | None:
    """The model that this installation chose. One that is gone or changed reads nothing: the shipped one does (None)."""
    if digest == choosing.SHIPPED:
        return None
    try:
        return machine.chosen(parts.settings.models or Path(), digest)
    except RefusedModel:
        log.error("the chosen model is refused, the shipped one reads")
        return None
