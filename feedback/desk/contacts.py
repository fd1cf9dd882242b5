"""The number, or other handle, of whoever told something: of tickets that were found, as far as this session opens them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.desk import sealing
from feedback.desk.visibility import seen
from feedback.models.contact import Contact
from feedback.models.ticket import Ticket


def of(session: Session, ticket_ids: Iterable[int]) -> dict[int, Contact]:
    """The contacts of these tickets, by ticket; one SELECT. Who gave none is not among them."""
    found = sa.select(Contact).where(Contact.ticket_id.in_(list(ticket_ids)))
    return {contact.ticket_id: contact for contact in session.scalars(seen(found))}


def address(session: Session, ticket: Ticket) -> str | None:
    """Theirs, or None where they gave none. Raises `Locked` where this session does not open the ticket."""
    contact = of(session, [ticket.id]).get(ticket.id)
    return opened(sealing.key(session, ticket.id), contact) if contact else None


def addresses(session: Session, keys: Mapping[int, bytes]) -> dict[int, str]:
    """Theirs by ticket, where `keys` has its key; one SELECT."""
    return {id_: opened(keys[id_], contact) for id_, contact in of(session, keys).items()}


def opened(key: bytes, contact: Contact) -> str:
    """What a contact says, opened with the key of its ticket."""
    return sealing.unseal(key, Contact, "address", contact.id, contact.address)
