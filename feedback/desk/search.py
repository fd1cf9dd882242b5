"""Finding open tickets by whole words, by code or by reference (decision 2)."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from classifier.text import normalize, words
from feedback.desk import codes, room
from feedback.desk.visibility import seen, visible
from feedback.models.staff import Staff
from feedback.models.ticket import Term, Ticket

MOST_WORDS = 8


def find(session: Session, staff: Staff, said: str, *, limit: int = 50) -> list[Ticket]:
    """Tickets that hold every word of what was typed, newest first; a code finds its one ticket. Only what may be seen."""
    tickets = sa.select(Ticket).where(visible(staff))
    code = codes.read(said)
    if code is not None:
        return list(session.scalars(seen(tickets.where(Ticket.code == code))))
    numbers = {room.vault(session).term_index(word) for word in words(normalize(said))[:MOST_WORDS]}
    if not numbers:
        return []
    for number in numbers:
        holds = sa.select(Term.ticket_id).where(Term.hmac64 == number, Term.ticket_id == Ticket.id)
        tickets = tickets.where(holds.exists())
    return list(session.scalars(seen(tickets.order_by(Ticket.created_at.desc()).limit(limit))))
