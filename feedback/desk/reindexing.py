"""Giving what can be found the newest index keys, so that rows of the older ones can be tested no more (I25, I26)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.desk import callbacks, room, sealing, walls
from feedback.desk.visibility import seen
from feedback.models.call import CallBack
from feedback.models.contact import Contact
from feedback.models.message import Message
from feedback.models.ticket import Term, Ticket

BATCH = 50
"""Tickets in one transaction: some thousand rows of words, so that SQLite's lock is held for a moment only (decision 5)."""

Round = Callable[[Session, int], int | None]
"""Does the next batch after this id; the last id that it did, or None at the end. What stands right is left alone, so
a round that was interrupted begins again and costs a reading only."""


def addresses(session: Session, after: int, *, limit: int = BATCH) -> int | None:
    """The index of the numbers that the desk's key opens: open tickets, and what no machine has read yet."""
    found = sa.select(Contact, Ticket.compartment).join(Ticket, Ticket.id == Contact.ticket_id)
    found = found.where(Contact.id > after, Contact.address_index.is_not(None)).order_by(Contact.id).limit(limit)
    rows = session.execute(seen(found.with_for_update())).all()
    keys, vault = sealing.keys(session, [contact.ticket_id for contact, _ in rows]), room.vault(session)
    for contact, wall in rows:
        if contact.ticket_id in keys:
            address = sealing.unseal(keys[contact.ticket_id], Contact, "address", contact.id, contact.address)
            _index(contact, vault.address_index(wall, address))
    return rows[-1][0].id if rows else None


def call_backs(session: Session, after: int, *, limit: int = BATCH) -> int | None:
    """The index of the numbers that wait to be called back. What has ended holds no number any more, and stays."""
    found = sa.select(CallBack).where(CallBack.id > after, CallBack.address.is_not(None)).order_by(CallBack.id)
    rows = session.scalars(found.limit(limit).with_for_update()).all()
    keys, vault = sealing.keys(session, [row.id for row in rows]), room.vault(session)
    for row in rows:
        if row.id in keys:
            address = sealing.unseal(keys[row.id], CallBack, "address", row.id, row.address)
            _index(row, vault.address_index(callbacks.WALL, address))
    return rows[-1].id if rows else None


def words(session: Session, after: int, *, limit: int = BATCH) -> int | None:
    """The search words of open tickets, made from what they hold now."""
    has_words = sa.exists().where(Term.ticket_id == Ticket.id)
    found = sa.select(Ticket).where(Ticket.id > after, Ticket.compartment.is_(None), has_words).order_by(Ticket.id)
    tickets = session.scalars(seen(found.limit(limit).with_for_update())).all()
    ids = [ticket.id for ticket in tickets]
    keys = sealing.keys(session, ids)
    texts = _texts(session, tickets, keys)
    have: dict[int, set[int]] = {id_: set() for id_ in ids}
    for id_, number in session.execute(seen(sa.select(Term.ticket_id, Term.hmac64).where(Term.ticket_id.in_(ids)))):
        have[id_].add(number)
    wanted = {id_: walls.terms(room.vault(session), texts[id_]) for id_ in keys}
    changed = [id_ for id_ in wanted if wanted[id_] != have[id_]]
    session.execute(seen(sa.delete(Term).where(Term.ticket_id.in_(changed))))
    rows = [{"hmac64": number, "ticket_id": id_} for id_ in changed for number in wanted[id_]]
    if rows:
        session.execute(sa.insert(Term), rows)
    return ids[-1] if ids else None


ROUNDS: tuple[Round, ...] = (addresses, call_backs, words)


def _texts(session: Session, tickets: Iterable[Ticket], keys: dict[int, bytes]) -> dict[int, list[str]]:
    texts = {
        ticket.id: [sealing.unseal(keys[ticket.id], Ticket, "title", ticket.id, ticket.title)]
        for ticket in tickets
        if ticket.id in keys
    }
    found = sa.select(Message.id, Message.ticket_id, Message.words)
    found = found.where(Message.ticket_id.in_(list(texts)), Message.words.is_not(None))
    for id_, ticket_id, sealed in session.execute(seen(found)):
        texts[ticket_id].append(sealing.unseal(keys[ticket_id], Message, "words", id_, sealed))
    return texts


def _index(row: Contact | CallBack, index: bytes) -> None:
    if row.address_index != index:
        row.address_index = index
