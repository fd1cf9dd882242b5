"""Waking somebody: a loop beside the scheduler, so that neither Valkey nor a slow provider of others can delay it."""

from __future__ import annotations

import threading

import structlog

from channels.contract import SendFailed
from feedback.desk import paging
from feedback.desk.paging import Outgoing
from feedback.wiring import Parts

PAUSE = 5.0
"""Seconds between two looks: danger is called at once (I23)."""

log = structlog.get_logger()


def run(parts: Parts, stop: threading.Event, *, pause: float = PAUSE) -> None:
    """Call whoever is needed, until told to stop. Several may run: one decides at a time."""
    while not stop.is_set():
        try:
            look(parts)
        except Exception as failure:
            log.error("page", failure=type(failure).__name__)
        stop.wait(pause)


def look(parts: Parts) -> int:
    """Decide who is called, and send the calls; how many went out. No transaction is open while a provider is waited for."""
    with parts.database.transaction(write=False) as session:
        if not paging.needed(session):
            return 0
    with parts.database.transaction() as session:
        paging.call(session)
        outgoing = paging.claim(session, f"{parts.settings.public_url}/w/")
    return sum(_send(parts, one) for one in outgoing)


def _send(parts: Parts, one: Outgoing) -> bool:
    failure = None
    try:
        if one.adapter is None:
            raise SendFailed("nothing to send with", retry=False)
        parts.channel(one.adapter).send(one.envelope)
    except SendFailed as why:
        failure = None if why.unknown else why  # perhaps it went out: no answer to it climbs all the same
    if failure is not None:
        log.warning("somebody could not be called", why=failure.why)
    with parts.database.transaction() as session:
        if failure is None:
            paging.sent(session, one.call_id)
        else:
            paging.failed(session, one.call_id, retry=failure.retry)
    return failure is None
