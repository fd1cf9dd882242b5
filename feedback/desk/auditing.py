"""What an auditor reads: who did what when, newest first, without a word of anybody (I8, I31)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.desk import names, permissions
from feedback.desk.permissions import Action
from feedback.desk.visibility import audited, seen
from feedback.models.event import Event
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket

PAGE = 100
_WHOM = re.compile(r"staff:\d+")


@dataclass(frozen=True, slots=True)
class Audited:
    """One line. `whom`: the colleague it was done to; `wall`: the compartment it stood behind then, where they are cleared for it."""

    at: datetime
    actor: str
    by_staff: bool
    action: str
    whom: str | None
    ticket: str | None
    wall: str | None


def listed(session: Session, staff: Staff, *, page: int = 1) -> tuple[list[Audited], bool]:
    """One page of the lines that this auditor may see, and whether older ones follow. Raises `NotAllowed`."""
    permissions.require(staff, Action.AUDIT)
    called = names.of_actors(session)
    lines = (
        sa.select(Event, Ticket.reference)
        .outerjoin(Ticket, Ticket.id == Event.ticket_id)
        .where(audited(staff))
        .order_by(Event.at.desc(), Event.id.desc())
        .offset((page - 1) * PAGE)
        .limit(PAGE + 1)
    )
    found = [_line(staff, event, reference, called) for event, reference in session.execute(seen(lines))]
    return found[:PAGE], len(found) > PAGE


def _line(staff: Staff, event: Event, reference: str | None, called: dict[str, str]) -> Audited:
    by, _, name = event.actor.partition(":")
    whom = _WHOM.search(event.detail)
    return Audited(
        at=event.at,
        actor=called.get(event.actor, name) if by == "staff" else event.actor,
        by_staff=by == "staff",
        action=event.action,
        whom=called.get(whom[0]) if whom else None,
        ticket=reference,
        wall=event.wall if event.wall in staff.clearances else None,
    )
