"""Ending what an interpreter has: the copy goes, and the wrap that opened it. Needs no key."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk.visibility import seen
from feedback.models.lent import Lent, What
from feedback.models.ticket import Ticket, TicketKey


def end(session: Session, lent: Lent) -> None:
    """Copy and key are gone. Of a recording only this person's wrap is: others still hold theirs."""
    lent.ended_at, lent.words = clock.now(), None
    thing = lent.item_id if lent.what is What.RECORDING else lent.id
    gone = sa.delete(TicketKey).where(TicketKey.ticket_id == thing, TicketKey.recipient == f"s:{lent.to}")
    session.execute(seen(gone))


def end_all(session: Session, ticket: Ticket) -> None:
    """Everything that is out of a ticket which is being forgotten, or of which a part is taken out (I27)."""
    out = sa.select(Lent).where(Lent.ticket_id == ticket.id, Lent.ended_at.is_(None))
    for lent in session.scalars(seen(out)).all():
        end(session, lent)
