"""What the machine said of each ticket beside what a person decided: coded facts that teach, without words."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from classifier.suggestion import Suggestion, Verdict
from feedback import clock
from feedback.desk import sealing
from feedback.desk.visibility import seen
from feedback.models.lesson import How, Lesson
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket

SILENT = frozenset({How.ASSIGNED, How.ANSWERED})
"""Who goes on with a ticket as the machine coded it agrees, but any other decision says more."""

_CODES = ("sector", "subcategory", "kind", "tier")


def said(ticket: Ticket, suggestion: Suggestion, *, decided: bool) -> dict[str, Any]:
    """The row of what the machine said of a ticket that stands where it now belongs.

    `decided`: a person had coded it before the machine read it. Of a matter behind a wall no codes are kept.
    """
    open_ = ticket.compartment is None
    how = None if not decided else How.ENTERED if ticket.entered_by is not None else How.SCREENED
    return {
        "ticket_id": ticket.id,
        "model": suggestion.model,
        "verdict": suggestion.verdict.value,
        "sure": suggestion.sector is not None,
        "sector": suggestion.sector if open_ else None,
        "subcategory": suggestion.subcategory if open_ else None,
        "kind": suggestion.kind if open_ else None,
        "tier": suggestion.tier if open_ or suggestion.verdict is Verdict.SENSITIVE else None,
        "decided_at": clock.now() if how else None,
        "decided_by": ticket.entered_by if how else None,
        "how": how,
    }


def keep(session: Session, rows: list[dict[str, Any]]) -> None:
    """Write such rows at once; a ticket that is read again keeps the last reading."""
    if not rows:
        return
    session.execute(sa.delete(Lesson).where(Lesson.ticket_id.in_([row["ticket_id"] for row in rows])))
    session.execute(sa.insert(Lesson), rows)


def decide(session: Session, staff: Staff, ticket: Ticket, how: How) -> None:
    """A person decided about a ticket whose codes are now theirs. Nothing is kept where no machine has read it."""
    lesson = session.scalars(seen(sa.select(Lesson).where(Lesson.ticket_id == ticket.id))).one_or_none()
    if lesson is None or (how in SILENT and lesson.how is not None):
        return
    lesson.decided_at, lesson.decided_by, lesson.how = clock.now(), staff.id, how
    if ticket.compartment is None and lesson.sector is None:
        _recall(session, ticket, lesson)


def hide(session: Session, ticket: Ticket) -> None:
    """Behind a wall nothing is kept of what the machine took the matter for (called by `walls`)."""
    gone = sa.update(Lesson).where(Lesson.ticket_id == ticket.id)
    session.execute(seen(gone.values(sector=None, subcategory=None, kind=None)))


def _recall(session: Session, ticket: Ticket, lesson: Lesson) -> None:
    """Out in the open the machine's codes may be kept: they stand in the suggestion, which this person can open."""
    key = sealing.keys(session, [ticket.id]).get(ticket.id)
    if key is None:
        return
    stored = sealing.unseal_mapping(key, ticket.id, "suggestion", ticket.suggestion)
    for code in _CODES:
        setattr(lesson, code, stored.get(code))
