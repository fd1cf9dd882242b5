"""Finding what fell between: replies whose sending had no known end, texts without their last piece, cleaning still owed."""

from __future__ import annotations

import structlog

from channels.contract import SendFailed
from feedback import clock
from feedback.desk import asked, delivery, emergency, guards, intake, lending, pieces, referring
from feedback.queue import Kind
from feedback.wiring import Parts
from workers.job import job

CLEAN_EVERY = 60.0
"""Seconds after which SQLite's WAL is emptied whoever owed it: who did may have died (decision 4)."""

log = structlog.get_logger()


@job(Kind.SWEEP)
def sweep(parts: Parts, lane: int) -> None:
    """Look doubtful replies up at the provider before anyone tries again (I5); take in long texts that lack a piece."""
    with parts.database.transaction() as session:
        doubtful = delivery.doubtful(session)
        guards.forget(session, clock.now())
        emergency.expire(session)
        lending.expire(session)
        referring.expire(session)
        asked.expire(session)
        intake.receive(session, pieces.overdue(session, clock.now()), late=True)
    parts.database.clean(unless_within=CLEAN_EVERY)
    for one in doubtful:
        try:
            provider_ref = parts.channel(one.adapter).look_up(one.envelope)
        except SendFailed as failure:
            log.warning("not looked up", adapter=one.adapter, why=failure.why)
            with parts.database.transaction() as session:
                delivery.not_told(session, one.reply_id, failure)
            continue
        with parts.database.transaction() as session:
            if provider_ref is None:
                delivery.not_found(session, one.reply_id)
            else:
                delivery.handed_over(session, one.reply_id, provider_ref)
