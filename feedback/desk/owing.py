"""What a restore owes a sealed ticket: a part taken out again, but under a key that only a holder can renew (I27, I29)."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.desk import events, redacting, sealing
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen
from feedback.models.right import Redaction
from feedback.models.ticket import Ticket

_ACTOR = events.part("restore")


def settle(session: Session, ticket: Ticket) -> None:
    """Finish it, as the first who opens the ticket: what could not be blanked goes now, and a fresh key takes the old one's
    place. Nothing where this session opens it neither."""
    if ticket.id not in sealing.keys(session, [ticket.id]):
        return
    owed = sa.select(Redaction).where(Redaction.ticket_id == ticket.id, Redaction.owed)
    for one in session.scalars(seen(owed)).all():
        redacting.blank(session, ticket, one.kind, one.row_id)
        one.owed = False
        events.record(session, ticket, Action.REDACT, actor=_ACTOR, detail=f"{one.kind} {one.reason} done")
    redacting.renew(session, ticket)
