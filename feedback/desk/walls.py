"""Taking a ticket behind a wall or out of it: what must change in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from classifier.text import normalize, words
from feedback import clock
from feedback.desk import compartments, envelopes, lessons, resealing, room, sealing, visibility
from feedback.desk.visibility import seen
from feedback.models.contact import Contact
from feedback.models.message import Message
from feedback.models.reply import Reply, ReplyState
from feedback.models.staff import Staff
from feedback.models.ticket import Status, Term, Ticket
from feedback.seal import index
from feedback.seal.vault import Vault


def stand_behind(session: Session, ticket: Ticket, compartment: str | None) -> None:
    """Put a ticket behind a compartment's wall, or into the open with None.

    The address gets the index of its new wall, the search words go or come, what was queued to go out is held, and it is
    nobody's any more whose it was but who may not see it now.
    """
    if ticket.compartment == compartment:
        return
    key = sealing.key(session, ticket.id)
    ticket.compartment = compartment
    for joined in session.scalars(seen(sa.select(Ticket).where(Ticket.joined_to == ticket.id))):
        stand_behind(session, joined, compartment)  # what was said there stands here now
    if not resealing.sealed_already(session, ticket):
        key = resealing.reseal(session, ticket, key)
        ticket.read_at = ticket.read_at or clock.now()  # a person did; no machine can any more
    index_contact(session, ticket, key)
    let_go_of(session, ticket)
    forget_terms(session, ticket.id)
    if compartment is None:
        add_terms(session, ticket.id, texts(session, ticket, key))
    else:
        lessons.hide(session, ticket)
        hold_replies(session, ticket)


def seal_if_read(session: Session, ticket: Ticket) -> None:
    """What stands behind a wall, and no machine has to read any more, is sealed to those it stands for (decision 12)."""
    waits_for_a_machine = ticket.read_at is None and ticket.status is Status.NEW
    if ticket.compartment is None or waits_for_a_machine or resealing.sealed_already(session, ticket):
        return
    key = resealing.reseal(session, ticket, sealing.key(session, ticket.id))
    index_contact(session, ticket, key)


def let_go_of(session: Session, ticket: Ticket) -> None:
    """A ticket that is somebody's who may not see it any more is nobody's: whoever may, takes it (I14)."""
    if ticket.assigned_to is None:
        return
    session.flush()
    theirs = session.scalars(sa.select(Staff).where(Staff.id == ticket.assigned_to)).all()
    if not visibility.who_may_see(session, ticket, theirs):
        ticket.assigned_to = None


def add_terms(session: Session, ticket_id: int, texts: Iterable[str]) -> None:
    """Make an open ticket findable by the words of these texts; words it has already are left."""
    wanted = terms(room.vault(session), texts)
    have = set(session.scalars(seen(sa.select(Term.hmac64).where(Term.ticket_id == ticket_id))))
    rows = [{"hmac64": number, "ticket_id": ticket_id} for number in wanted - have]
    if rows:
        session.execute(sa.insert(Term), rows)


def forget_terms(session: Session, ticket_id: int) -> None:
    """Take away the words by which a ticket is found."""
    session.execute(seen(sa.delete(Term).where(Term.ticket_id == ticket_id)))


def terms(vault: Vault, texts: Iterable[str]) -> set[int]:
    """The keyed numbers of the words of some texts."""
    return {vault.term_index(word) for text in texts for word in words(normalize(text))}


def hold_replies(session: Session, ticket: Ticket) -> None:
    """Nothing that waits goes out any more: the ticket has become sensitive or has ended (R3)."""
    waiting = Reply.state.in_((ReplyState.QUEUED, ReplyState.BY_HAND))
    with_letters = sa.select(Reply.id).where(waiting, Reply.id.in_(envelopes.of_ticket(session, ticket.id)))
    envelopes.erase(session, session.scalars(seen(with_letters)).all())
    held = sa.update(Reply).where(Reply.ticket_id == ticket.id, waiting)
    session.execute(seen(held.values(state=ReplyState.RECALLED, why="held: the ticket changed")))


def index_contact(session: Session, ticket: Ticket, key: bytes) -> None:
    """The address gets the index of the wall it stands behind; where that wall's key is not at hand, none (I25)."""
    for contact in session.scalars(seen(sa.select(Contact).where(Contact.ticket_id == ticket.id))):
        address = sealing.unseal(key, Contact, "address", contact.id, contact.address)
        contact.address_index = _address_index(session, ticket, address)


def texts(session: Session, ticket: Ticket, key: bytes) -> list[str]:
    """The texts by whose words an open ticket is found."""
    found = session.scalars(seen(sa.select(Message).where(Message.ticket_id == ticket.id, Message.words.is_not(None))))
    said = [sealing.unseal(key, Message, "words", message.id, message.words) for message in found]
    return [*said, sealing.unseal(key, Ticket, "title", ticket.id, ticket.title)]


def _address_index(session: Session, ticket: Ticket, address: str) -> bytes | None:
    sealed_by = compartments.current(session).get(ticket.compartment or "")
    if sealed_by is None:
        return room.vault(session).address_index(ticket.compartment, address)
    ring = room.ring(session)
    shared = any(one.name == f"c:{sealed_by.compartment}" for one in resealing.recipients(session, ticket))
    secret = (
        ring.secret(sealed_by.compartment, sealed_by.generation) if ring and shared else None
    )  # else excluded ones could
    return index.address_index(secret.address, sealed_by.compartment, address) if secret else None
