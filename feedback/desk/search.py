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
NAME_OF_A_PLACE = 3
"""Words; a longer search that names a place looks for its words only."""


def find(session: Session, staff: Staff, said: str, *, limit: int = 50) -> list[Ticket]:
    """Tickets that hold every word of what was typed, newest first; a code finds its one ticket, the name of a place all
    that are there. Only what may be seen, and words only of open tickets.
    """
    tickets = sa.select(Ticket).where(visible(staff))
    code = codes.read(said)
    if code is not None:
        return list(session.scalars(seen(tickets.where(Ticket.code == code))))
    typed = words(normalize(said))[:MOST_WORDS]
    if not typed:
        return []
    held = [
        sa.select(Term.ticket_id).where(Term.hmac64.in_(numbers), Term.ticket_id == Ticket.id).exists()
        for numbers in (room.vault(session).term_indexes(word) for word in dict.fromkeys(typed))
    ]
    response = room.response(session)
    place = response.find_place(said) if len(typed) <= NAME_OF_A_PLACE else None
    there = sa.and_(Ticket.place.in_(response.within([place])), Ticket.compartment.is_(None)) if place else sa.false()
    tickets = tickets.where(sa.or_(sa.and_(*held), there))
    return list(session.scalars(seen(tickets.order_by(Ticket.created_at.desc(), Ticket.id.desc()).limit(limit))))
