"""What providers keep: gaps filled from their lists, and their copies deleted once all of it is with us."""

from __future__ import annotations

from datetime import timedelta

import structlog

from channels.contract import Copy, Keeper, SendFailed
from feedback import clock
from feedback.desk import copies, intake
from feedback.queue import Kind
from feedback.wiring import Parts
from workers.job import job

BACK = timedelta(hours=24)
"""So far back gaps are looked for; older copies are gone."""

GRACE = timedelta(minutes=2)
"""A message as young as this is perhaps on its way through the hook."""

TOGETHER = 100

log = structlog.get_logger()


@job(Kind.RECONCILE)
def reconcile(parts: Parts, lane: int) -> None:
    """Compare each provider's list with ours and take in what is missing, through the same intake (I3)."""
    for keeper in keepers(parts):
        try:
            fill(parts, keeper)
        except SendFailed as failure:
            log.warning("not compared", adapter=keeper.name, why=failure.why)


@job(Kind.COPIES)
def delete_copies(parts: Parts, lane: int) -> None:
    """Delete what providers still keep; what is refused is still in their list the next time (I18)."""
    for keeper in keepers(parts):
        try:
            empty(parts, keeper)
        except SendFailed as failure:
            log.warning("copies not listed", adapter=keeper.name, why=failure.why)
            with parts.database.transaction() as session:
                copies.note(session, keeper.name, why=failure.why)


def fill(parts: Parts, keeper: Keeper) -> int:
    """Take in what arrived at this provider in the last day and not here; how many there were. Raises `SendFailed`."""
    now = clock.now()
    listed = [one for one in keeper.list_inbound(now - BACK) if one.received_at < now - GRACE]
    filled = 0
    for start in range(0, len(listed), TOGETHER):
        with parts.database.transaction(write=False) as session:
            lacking = copies.lacking(session, listed[start : start + TOGETHER])
        if lacking:
            with parts.database.transaction() as session:
                filled += sum(one.new for one in intake.receive(session, lacking, late=True))
    if filled:
        log.warning("gaps filled", adapter=keeper.name, count=filled)
    return filled


def empty(parts: Parts, keeper: Keeper) -> int:
    """Delete the copies of this provider that may go; how many went. Raises `SendFailed` where it can't list them."""
    now = clock.now()
    listed = list(keeper.list_copies(now - copies.LEFT_ALONE))
    gone: set[Copy] = set()
    for start in range(0, len(listed), TOGETHER):
        with parts.database.transaction(write=False) as session:
            may_go = copies.deletable(session, keeper.name, listed[start : start + TOGETHER])
        for copy in may_go:
            try:
                keeper.delete(copy)
            except SendFailed as failure:
                log.warning("copy not deleted", adapter=keeper.name, kind=copy.kind, why=failure.why)
            else:
                gone.add(copy)
    late = copies.overdue([copy for copy in listed if copy not in gone], now)
    with parts.database.transaction() as session:
        copies.note(session, keeper.name, late=late)
    if late:
        log.error("copies are older than a day", adapter=keeper.name, count=late)
    return len(gone)


def keepers(parts: Parts) -> list[Keeper]:
    """The adapters whose providers keep a list."""
    return [channel for channel in parts.channels.values() if isinstance(channel, Keeper)]
