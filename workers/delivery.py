"""Sending: claim, let go, send, record. No transaction is open while a provider is waited for."""

from __future__ import annotations

import time
from datetime import timedelta

import structlog

from channels.contract import SendFailed
from classifier import language
from feedback import clock
from feedback.desk import delivery, thanking
from feedback.desk.delivery import Claimed
from feedback.queue import Kind
from feedback.wiring import Parts
from workers.job import job
from workers.pace import Pace

SOON = timedelta(seconds=10)
"""A reply that may go within this time is waited for, so that it does not wait for the scheduler."""

log = structlog.get_logger()


_paces: dict[float, Pace] = {}


@job(Kind.DELIVER)
def deliver(parts: Parts, lane: int) -> None:
    """Send what is queued, until nothing is due soon."""
    while True:
        sent = thank(parts) + reply(parts)
        if sent:
            continue
        with parts.database.transaction(write=False) as session:
            dues = (delivery.next_due(session), thanking.next_due(session))
        due = min((at for at in dues if at is not None), default=None)
        if due is None or due > clock.now() + SOON:
            return
        time.sleep(max(0.05, (due - clock.now()).total_seconds()))


def reply(parts: Parts) -> int:
    """Send the replies that are due; how many there were."""
    with parts.database.transaction() as session:
        session.info["hears"] = language.detect
        claimed = delivery.claim(session, limit=_limit(parts))
    until = clock.now() + delivery.CLAIM_FOR
    for one in claimed:
        if clock.now() < until:
            send(parts, one)
        else:  # a slow provider used the time up: consent is read again before this one goes
            with parts.database.transaction() as session:
                delivery.let_go(session, one.reply_id)
    return len(claimed)


def thank(parts: Parts) -> int:
    """Send the acknowledgements that are due; how many there were."""
    words = parts.response.acknowledgement_text(parts.settings.acknowledge_language)
    with parts.database.transaction() as session:
        claimed = thanking.claim(session, words, limit=_limit(parts))
    for one in claimed:
        pace(parts).wait(one.adapter, words)
        try:
            parts.channel(one.adapter).send(one.envelope)
        except SendFailed as failure:
            log.warning("not thanked", adapter=one.adapter, why=failure.why)
            with parts.database.transaction() as session:
                thanking.failed(session, one, failure)
            continue
        with parts.database.transaction() as session:
            thanking.sent(session, one)
    return len(claimed)


def send(parts: Parts, claimed: Claimed) -> None:
    """Hand one reply to its provider and record what came of it."""
    pace(parts).wait(claimed.adapter, claimed.envelope.text)
    try:
        provider_ref = parts.channel(claimed.adapter).send(claimed.envelope)
    except SendFailed as failure:
        log.warning("not sent", adapter=claimed.adapter, why=failure.why)
        with parts.database.transaction() as session:
            delivery.failed(session, claimed.reply_id, failure)
        return
    with parts.database.transaction() as session:
        delivery.handed_over(session, claimed.reply_id, provider_ref)


def pace(parts: Parts) -> Pace:
    """The pace of this process: one worker sends, so it alone keeps the rate of our numbers."""
    rate = parts.settings.texts_a_second
    return _paces.setdefault(rate, Pace(rate))


def _limit(parts: Parts) -> int:
    """As many as can go before a claim is too old to be believed."""
    return min(20, pace(parts).fits(delivery.CLAIM_FOR.total_seconds() / 2))
