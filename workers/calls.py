"""The exchange's loop: gives waiting callers to listeners, places calls at their pace, and lets go of those that are over."""

from __future__ import annotations

import threading
import time

import structlog

from channels.contract import Exchange, SendFailed
from feedback import clock
from feedback.desk import callbacks, calling, placing
from feedback.desk.placing import Ringing
from feedback.wiring import Parts

PAUSE = 1.0
"""Seconds between two looks: somebody holds the line."""

TIDY = 600.0
log = structlog.get_logger()


def run(parts: Parts, stop: threading.Event, *, pause: float = PAUSE) -> None:
    """Look until told to stop. Several may run: rows are claimed, so each call is placed once."""
    tidied = time.monotonic()
    while not stop.is_set():
        try:
            look(parts, stop)
            if time.monotonic() > tidied + TIDY:
                tidy(parts)
                tidied = time.monotonic()
        except Exception as failure:
            log.error("calls", failure=type(failure).__name__)
        stop.wait(pause)


def look(parts: Parts, stop: threading.Event | None = None) -> int:
    """Do what is to be done now; how many calls were placed. No transaction is open while the provider is waited for."""
    with parts.database.transaction(write=False) as session:
        if not calling.unsettled(session):
            return 0
    with parts.database.transaction() as session:
        calling.match(session)
        calling.settle(session)
    done, stop = 0, stop or threading.Event()
    while not stop.is_set() and (ringing := _claim(parts)):
        _place(parts, ringing)
        done += 1
        stop.wait(1 / parts.settings.calls_a_second)
    return done


def tidy(parts: Parts) -> None:
    """Let go of numbers that nobody called back in a week."""
    with parts.database.transaction() as session:
        callbacks.expire(session, clock.now())


def _claim(parts: Parts) -> Ringing | None:
    """The next call to place, or None. Where the next one may not be placed any more, the others come at the next look."""
    with parts.database.transaction() as session:
        claimed = placing.claim(session, limit=1)
    return claimed[0] if claimed else None


def _place(parts: Parts, ringing: Ringing) -> None:
    exchange: object = parts.channels.get(ringing.adapter)
    try:
        if not isinstance(exchange, Exchange):
            raise SendFailed("nothing to call with", retry=False)
        provider_ref = exchange.ring(ringing.ring)
    except SendFailed as failure:
        log.warning("not called", adapter=ringing.adapter, why=failure.why)
        with parts.database.transaction() as session:
            placing.not_placed(session, ringing.call_id, failure)
        return
    with parts.database.transaction() as session:
        placing.placed(session, ringing.call_id, provider_ref)
