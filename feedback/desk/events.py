"""Writing history: no change without an event, in the same transaction."""

from __future__ import annotations

from sqlalchemy.orm import Session

from feedback import clock
from feedback.models.event import Event
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket


def by(staff: Staff) -> str:
    """How events name a person: by row, never by name."""
    return f"staff:{staff.id}"


def part(name: str) -> str:
    """How events name a part of ours."""
    return f"part:{name}"


def record(session: Session, ticket: Ticket | None, action: str, *, actor: str, detail: str = "") -> None:
    """Add one line. `detail` is made of codes ("wash T1"), never of words of people."""
    wall = ticket.compartment if ticket else None
    ticket_id = ticket.id if ticket else None
    session.add(Event(at=clock.now(), ticket_id=ticket_id, actor=actor, action=action, detail=detail, wall=wall))
