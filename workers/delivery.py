"""Sending: claim, let go, send, record. No transaction is open while a provider is waited for."""

from __future__ import annotations

import time
from datetime import timedelta

import structlog

from channels.contract import SendFailed
from feedback import clock
from feedback.desk import delivery
from feedback.desk.delivery import Claimed
from feedback.queue import Kind
from feedback.wiring import Parts
from workers.job import job

SOON = timedelta(seconds=10)
"""A reply that may go within this time is waited for, so that it does not wait for the scheduler."""

log = structlog.get_logger()


@job(Kind.DELIVER)
def deliver(parts: Parts, lane: int) -> None:
    """Send what is queued, until nothing is due soon."""
    while True:
        with parts.database.transaction() as session:
            claimed = delivery.claim(session)
        for one in claimed:
            send(parts, one)
        if claimed:
            continue
        with parts.database.transaction(write=False) as session:
            due = delivery.next_due(session)
        if due is None or due > clock.now() + SOON:
            return
        time.sleep(max(0.05, (due - clock.now()).total_seconds()))


def send(parts: Parts, claimed: Claimed) -> None:
    """Hand one reply to its provider and record what came of it."""
    try:
        provider_ref = parts.channels[claimed.adapter].send(claimed.envelope)
    except SendFailed as failure:
        log.warning("not sent", adapter=claimed.adapter, why=failure.why)
        with parts.database.transaction() as session:
            delivery.failed(session, claimed.reply_id, failure)
        return
    with parts.database.transaction() as session:
        delivery.handed_over(session, claimed.reply_id, provider_ref)
