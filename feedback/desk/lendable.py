"""What of a sealed ticket can be given to an interpreter: each message, note and recording alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.desk import openings, permissions, sealing
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen
from feedback.errors import WrongState
from feedback.models.lent import What
from feedback.models.message import Message, Recording, RecordingState
from feedback.models.reply import Note
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Item:
    """One of them. `key` names it in a form, without its row; `words` are empty for a recording."""

    key: str
    what: What
    id: int
    at: datetime
    words: str


def items(session: Session, staff: Staff, ticket: Ticket) -> list[Item]:
    """Each of them in this holder's unlocked session, oldest first; that they were opened is recorded first (I30).

    Raises `WrongState` in the open, where whoever may see the ticket can be asked.
    """
    permissions.require(staff, Action.LEND)
    if ticket.compartment is None:
        raise WrongState("This is open: give the ticket to a colleague who speaks the language.")
    openings.opened(session, staff, ticket)
    key = sealing.key(session, ticket.id)
    messages = session.scalars(seen(sa.select(Message).where(Message.ticket_id == ticket.id))).all()
    notes = session.scalars(seen(sa.select(Note).where(Note.ticket_id == ticket.id))).all()
    stored = sa.select(Recording).where(Recording.ticket_id == ticket.id, Recording.state == RecordingState.STORED)
    own = sealing.keys(session, [note.id for note in notes if note.own_key])
    at = {message.id: message.at for message in messages}
    found = [
        _item(ticket, What.MESSAGE, one.id, one.at, sealing.unseal(key, Message, "words", one.id, one.words))
        for one in messages
        if one.words
    ]
    found += [
        _item(ticket, What.NOTE, one.id, one.at, sealing.unseal(own.get(one.id, key), Note, "words", one.id, one.words))
        for one in notes
        if one.words
    ]
    found += [
        _item(ticket, What.RECORDING, one.id, at.get(one.message_id, ticket.created_at), "")
        for one in session.scalars(seen(stored))
    ]
    return sorted(found, key=lambda one: one.at)


def _item(ticket: Ticket, what: What, id_: int, at: datetime, words: str) -> Item:
    key = hashlib.sha256(f"{ticket.reference}/{what.value}/{id_}".encode()).hexdigest()[:24]
    return Item(key, what, id_, at, words)
