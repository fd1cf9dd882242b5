"""Finding tickets by whole words, by code or by place: open ones by an index, sealed ones by opening them (decisions 2, 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from classifier.text import normalize, words
from feedback.desk import codes, events, permissions, room, sealing
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen, visible
from feedback.models.message import Message
from feedback.models.reply import Note
from feedback.models.staff import Staff
from feedback.models.ticket import Term, Ticket

MOST_WORDS = 8
NAME_OF_A_PLACE = 3
"""Words; a longer search that names a place looks for its words only."""

MOST_SEALED = 5_000
"""So many sealed tickets are opened for one search, the newest (decision 4)."""

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was found among sealed tickets. `looked`: so many were opened; `older`: there are more, not looked through."""

    tickets: list[Ticket]
    looked: int
    older: bool


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


def searches_sealed(staff: Staff) -> bool:
    """Does this person look behind any wall at all? Says nothing of whether something stands there."""
    return bool(staff.clearances) and permissions.may(staff, Action.READ)


def among_sealed(session: Session, staff: Staff, said: str, *, limit: int = 50) -> Sealed | None:
    """Sealed tickets that this person may see and that hold every word of what was typed, newest first.

    There is no index of what is sealed: the newest are opened one after the other, in the unlocked session, and that is
    recorded first. None where the session is not unlocked, or nothing was typed that could be looked for.
    """
    typed = set(words(normalize(said))[:MOST_WORDS])
    if room.ring(session) is None or not typed or codes.read(said) is not None or not searches_sealed(staff):
        return None
    newest = sa.select(Ticket).where(visible(staff), Ticket.compartment.is_not(None), Ticket.forgotten_at.is_(None))
    newest = newest.order_by(Ticket.created_at.desc(), Ticket.id.desc()).limit(MOST_SEALED + 1)
    tickets = session.scalars(seen(newest)).all()
    events.record(session, None, "search sealed", actor=events.by(staff))
    session.flush()
    found: list[Ticket] = []
    for start in range(0, min(len(tickets), MOST_SEALED), _CHUNK):
        chunk = tickets[start : min(start + _CHUNK, MOST_SEALED)]
        held = _held_words(session, chunk)
        found += [ticket for ticket in chunk if typed <= held.get(ticket.id, set())]
        if len(found) >= limit:
            return Sealed(found[:limit], start + len(chunk), start + len(chunk) < len(tickets))
    return Sealed(found, min(len(tickets), MOST_SEALED), len(tickets) > MOST_SEALED)


def _held_words(session: Session, tickets: Sequence[Ticket]) -> dict[int, set[str]]:
    """The words of what was said, noted and entitled, as far as this session opens it."""
    keys = sealing.keys(session, [ticket.id for ticket in tickets])
    texts = {
        ticket.id: [sealing.unseal(keys[ticket.id], Ticket, "title", ticket.id, ticket.title)]
        for ticket in tickets
        if ticket.id in keys
    }
    for table, more in ((Message, sa.true()), (Note, Note.own_key.is_(False))):
        said = sa.select(table.id, table.ticket_id, table.words).where(table.ticket_id.in_(list(texts)), more)
        for id_, ticket_id, sealed in session.execute(seen(said)):
            texts[ticket_id].append(sealing.unseal(keys[ticket_id], table, "words", id_, sealed))
    return {ticket_id: {word for text in held for word in words(normalize(text))} for ticket_id, held in texts.items()}
