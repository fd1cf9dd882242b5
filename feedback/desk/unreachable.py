"""When somebody counts as unreachable: after three tries at different times, wherever their ticket is closed (story 16)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.desk.visibility import seen
from feedback.errors import WrongState
from feedback.models.event import Event
from feedback.models.ticket import Ticket

TRIES = 3
"""So many tries, each at another time."""

APART = timedelta(hours=2)
"""Between two tries: whoever could not answer at noon can perhaps in the evening, and not three minutes later."""

NOT_REACHED = "not reached"
"""The event of one try: nobody, or not the right person, was reached."""


def enough(tries: Iterable[datetime]) -> bool:
    """Were there enough tries, each at another time?"""
    counted: list[datetime] = []
    for at in sorted(tries):
        if not counted or at - counted[-1] >= APART:
            counted.append(at)
    return len(counted) >= TRIES


def require(session: Session, ticket: Ticket) -> None:
    """Raises `WrongState` unless enough was tried on this ticket."""
    made = sa.select(Event.at).where(Event.ticket_id == ticket.id, Event.action == NOT_REACHED)
    if not enough(session.scalars(seen(made))):
        raise WrongState("Try three times first, at least two hours apart; then this can be closed as unreachable.")
