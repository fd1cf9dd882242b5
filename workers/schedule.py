"""What runs when: every kind of job is asked for again each half minute, by one leader."""

from __future__ import annotations

import threading
from datetime import datetime

import sqlalchemy as sa
import structlog

from feedback import clock
from feedback.models.installation import Slot
from feedback.queue import EVERY, Kind
from feedback.wiring import Parts
from workers import calls, chain, pages

BESIDE = (chain.run, pages.run, calls.run)
"""Loops that run in threads of their own: what may not wait for a queue."""

log = structlog.get_logger()


def run(parts: Parts, stop: threading.Event, *, pause: float = 5.0) -> None:
    """Ask until told to stop. Several may run: whoever claims a slot in the table asks, the others do not (decision 5)."""
    beside = [threading.Thread(target=loop, args=(parts, stop), daemon=True) for loop in BESIDE]
    for thread in beside:
        thread.start()
    while not stop.is_set():
        try:
            ask(parts)
        except Exception as failure:
            log.error("schedule", failure=type(failure).__name__)
        stop.wait(pause)
    for thread in beside:
        thread.join(timeout=10)


def ask(parts: Parts) -> list[Kind]:
    """Ask for every kind whose slot has come; those asked for."""
    due = [kind for kind in EVERY if _claim(parts, kind, clock.now())]
    parts.queue.mend()
    for kind in due:
        parts.queue.push(kind)
    return due


def _claim(parts: Parts, kind: Kind, now: datetime) -> bool:
    """Take the slot of a kind, if it has come. The row is locked, so two schedulers never take the same one."""
    with parts.database.transaction() as session:
        slot = session.scalars(sa.select(Slot).where(Slot.kind == kind.value).with_for_update()).one_or_none()
        if slot is None:
            session.add(Slot(kind=kind.value, at=now))
            return True
        if slot.at > now - EVERY[kind]:
            return False
        slot.at = now
        return True
