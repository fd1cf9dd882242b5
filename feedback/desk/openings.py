"""Event before bytes: reading behind a wall is recorded first, by the reading itself, so that no screen can forget it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import conflicts, events, excluding
from feedback.desk.visibility import seen
from feedback.models.event import Event
from feedback.models.right import Redaction
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket

OPEN_FOR = timedelta(minutes=15)
"""One opening is good for so long; looking again after that is another one."""

OPEN, SHOWN = "open", "shown"


class WantsToWrite(Exception):  # noqa: N818 - no refusal: the edge does the same once more in a writing transaction
    """A reading has to be recorded first, and this transaction was begun for reading."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Since when a sealed ticket is open for this person, and until when. Both aware, UTC."""

    at: datetime
    until: datetime


def opened(session: Session, staff: Staff, ticket: Ticket) -> Opening | None:
    """Record that this person opens a sealed ticket, before anything of it is read (I30). None for an open ticket."""
    if ticket.compartment is None:
        return None
    now = clock.now()
    mine = _mine(staff, [ticket], OPEN).where(Event.at > now - OPEN_FOR).order_by(Event.at.desc()).limit(1)
    latest = session.execute(mine).first()
    owed = session.scalar(
        seen(sa.select(Redaction.id).where(Redaction.ticket_id == ticket.id, Redaction.owed).limit(1))
    )
    if latest is None or owed is not None:
        _record(session, staff, [ticket], OPEN)
        if conflicts.named(ticket):
            excluding.reseal(session, ticket)  # somebody who could not open it named the accused meanwhile
        if owed is not None:
            from feedback.desk import owing  # it takes parts out, and taking out asks here who has opened what

            owing.settle(session, ticket)
    at = latest[1] if latest else now
    return Opening(at, at + OPEN_FOR)


def shown(session: Session, staff: Staff, tickets: Sequence[Ticket]) -> None:
    """Record that these tickets' words come before a screener, once per person and ticket."""
    known = {ticket_id for ticket_id, _ in session.execute(_mine(staff, tickets, SHOWN))}
    fresh = [ticket for ticket in tickets if ticket.compartment is not None and ticket.id not in known]
    if fresh:
        _record(session, staff, fresh, SHOWN)


def before_bytes(session: Session, staff: Staff, ticket: Ticket, action: str, *, detail: str = "") -> None:
    """Record one reading before anything of it is read (I30). Raises `WantsToWrite` in a transaction begun for reading."""
    if not session.connection().get_execution_options().get("write", True):
        raise WantsToWrite
    events.record(session, ticket, action, actor=events.by(staff), detail=detail)
    session.flush()


def _mine(staff: Staff, tickets: Sequence[Ticket], action: str) -> sa.Select[int | None, datetime]:
    ids = [ticket.id for ticket in tickets]
    found = sa.select(Event.ticket_id, Event.at).where(Event.ticket_id.in_(ids))
    return seen(found.where(Event.actor == events.by(staff), Event.action == action))


def _record(session: Session, staff: Staff, tickets: Sequence[Ticket], action: str) -> None:
    for ticket in tickets:
        before_bytes(session, staff, ticket, action)
