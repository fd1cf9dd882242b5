"""Turning found tickets into views: lists with their first words, and one ticket with all that was said."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.phone import mask
from feedback.desk import lifecycle, openings, permissions, redacting, replies, room, sealing
from feedback.desk.permissions import Action
from feedback.desk.views import Card, Entry, Line, Row, Suggested, TicketView
from feedback.desk.visibility import seen
from feedback.errors import Locked
from feedback.models.contact import Contact
from feedback.models.event import Event
from feedback.models.message import Message, Recording, RecordingState
from feedback.models.reply import Note, Reply
from feedback.models.staff import Staff
from feedback.models.ticket import Status, Ticket

CONFIRM = "confirm"
"""The event of a person who says that the suggestion is right."""

FIRST_WORDS = 120
"""Characters of the first message that a list shows where staff wrote no title."""


def rows(session: Session, staff: Staff, tickets: Sequence[Ticket]) -> list[Row]:
    """Lines for a list, in the order given; of sealed tickets without words. One SELECT for the keys, one for the words."""
    ids = [ticket.id for ticket in tickets if ticket.compartment is None]
    keys = sealing.keys(session, ids)
    first: dict[int, Message] = {}
    said = sa.select(Message).where(Message.ticket_id.in_(ids), Message.words.is_not(None)).order_by(Message.at)
    for message in session.scalars(seen(said)):
        first.setdefault(message.ticket_id, message)
    return [_row(staff, ticket, keys.get(ticket.id), first.get(ticket.id)) for ticket in tickets]


def view(session: Session, staff: Staff, ticket: Ticket, *, in_hand: bool = False) -> TicketView:
    """One ticket with its thread and history. `in_hand`: the person makes the call, so the whole number is shown.

    Opening a sealed ticket is recorded first, by this (I30). Raises `WantsToWrite` in a transaction begun for reading.
    """
    opening = openings.opened(session, staff, ticket)
    key = sealing.key(session, ticket.id)
    thread, first = _thread(session, ticket, key)
    contact = session.scalars(seen(sa.select(Contact).where(Contact.ticket_id == ticket.id))).first()
    address = sealing.unseal(key, Contact, "address", contact.id, contact.address) if contact else None
    assigned = (
        session.scalar(sa.select(Staff.name).where(Staff.id == ticket.assigned_to)) if ticket.assigned_to else None
    )
    history = _history(session, ticket, staff)
    return TicketView(
        row=_row(staff, ticket, key, first),
        titled=sealing.unseal(key, Ticket, "title", ticket.id, ticket.title),
        title_part=redacting.name_of(key, redacting.TITLE, ticket.id),
        code=ticket.code,
        address=(address if in_hand else mask(address)) if address else None,
        carrier=replies.carrier(session, ticket, key),
        assigned_to=assigned,
        agency=ticket.agency,
        desk=ticket.desk,
        provider=ticket.provider,
        suggestion=suggested(ticket, key),
        thread=tuple(thread),
        history=tuple(history),
        facts=sealing.unseal_mapping(key, ticket.id, "facts", ticket.facts),
        actions=_actions(staff, ticket),
        confirmed=_confirmed(history),
        opening=opening,
        held=ticket.held,
        version=ticket.version,
    )


def _row(staff: Staff, ticket: Ticket, key: bytes | None, first: Message | None) -> Row:
    title = ""
    if key is not None:
        title = sealing.unseal(key, Ticket, "title", ticket.id, ticket.title)
        if not title and first is not None:
            title = sealing.unseal(key, Message, "words", first.id, first.words)[:FIRST_WORDS]
    return Row(
        reference=ticket.reference,
        code=ticket.code,
        title=title,
        status=ticket.status.value,
        sector=ticket.sector,
        subcategory=ticket.subcategory,
        kind=ticket.kind,
        tier=ticket.tier,
        place=ticket.place,
        channel=ticket.channel.value,
        language=ticket.language,
        at=ticket.created_at,
        due_at=ticket.due_at,
        outcome=ticket.outcome.value if ticket.outcome else None,
        compartment=ticket.compartment,
        assigned=ticket.assigned_to is not None,
        mine=ticket.assigned_to == staff.id,
    )


def _thread(session: Session, ticket: Ticket, key: bytes) -> tuple[list[Entry], Message | None]:
    names = dict(session.execute(sa.select(Staff.id, Staff.name)).all())
    messages = session.scalars(seen(sa.select(Message).where(Message.ticket_id == ticket.id))).all()
    recordings = session.scalars(seen(sa.select(Recording).where(Recording.ticket_id == ticket.id))).all()
    replies = session.scalars(seen(sa.select(Reply).where(Reply.ticket_id == ticket.id))).all()
    notes = session.scalars(seen(sa.select(Note).where(Note.ticket_id == ticket.id))).all()
    own = sealing.keys(session, [note.id for note in notes if note.own_key])
    at = {message.id: message.at for message in messages}
    thread = [
        Entry(
            "transcript" if message.transcript_of else "message",
            message.at,
            sealing.unseal(key, Message, "words", message.id, message.words),
            by=names.get(message.written_by or 0),
            spoken=message.spoken,
            interpreted=bool(message.interpreted),
            confidence=message.confidence.value if message.confidence else None,
            part=redacting.part_of(key, message),
        )
        for message in messages
        if message.words is not None
    ]
    thread += [
        Entry(
            "recording",
            at.get(recording.message_id, ticket.created_at),
            "",
            reference=recording.reference,
            state=recording.state.value,
            seconds=recording.seconds,
            media_type=recording.media_type,
            part=redacting.part_of(key, recording),
        )
        for recording in recordings
        if recording.state is not RecordingState.TAKEN_OUT
    ]
    thread += [
        Entry(
            "reply",
            reply.queued_at,
            sealing.unseal(key, Reply, "words", reply.id, reply.words),
            by=names.get(reply.author or 0),
            reference=reply.reference,
            state=reply.state.value,
            purpose=reply.purpose.value,
            why=reply.why,
            part=redacting.part_of(key, reply),
        )
        for reply in replies
        if reply.words
    ]
    thread += [
        Entry(
            note.kind.value,
            note.at,
            sealing.unseal(own.get(note.id, key), Note, "words", note.id, note.words),
            by=names.get(note.author or 0),
            part=redacting.part_of(key, note),
        )
        for note in notes
    ]
    thread += [
        Entry(
            "taken_out",
            one.said_at,
            "",
            by=names.get(one.by or 0),
            state=one.kind,
            why=one.reason.value,
            taken_at=one.at,
        )
        for one in redacting.taken(session, ticket)
    ]
    return sorted(thread, key=lambda entry: entry.at), min(
        (message for message in messages if message.words is not None), key=lambda message: message.at, default=None
    )


def _history(session: Session, ticket: Ticket, staff: Staff | None = None) -> list[Line]:
    """What happened to a ticket; not what happened behind a wall that this person can't pass, and not which one it was."""
    names = {f"staff:{id_}": name for id_, name in session.execute(sa.select(Staff.id, Staff.name))}
    found = session.scalars(seen(sa.select(Event).where(Event.ticket_id == ticket.id).order_by(Event.id)))
    return [
        Line(
            event.at,
            names.get(event.actor, event.actor),
            event.action,
            names.get(event.detail.removeprefix("to "), event.detail),
            by_staff=event.actor.startswith("staff:"),
        )
        for event in found
        if staff is None or event.wall in (None, "screening", ticket.compartment, *staff.clearances)
    ]


def _confirmed(history: Sequence[Line]) -> bool:
    """Has a person said, after the machine, what this is about?"""
    coded = [line for line in history if line.action in (Action.TRIAGE, CONFIRM)]
    return bool(coded) and coded[-1].by_staff


def cards(session: Session, staff: Staff, tickets: Sequence[Ticket]) -> list[Card]:
    """What waits in screening, with its words; that they came before this person is recorded first (I30)."""
    openings.shown(session, staff, tickets)
    keys = sealing.keys(session, [ticket.id for ticket in tickets])
    found = []
    if tickets and not keys and room.ring(session) is None:
        raise Locked
    for ticket in tickets:
        key = keys.get(ticket.id)
        if key is None:
            continue  # sealed to others singly
        thread, first = _thread(session, ticket, key)
        said = [entry.words for entry in thread if entry.kind == "message"]
        sounds = tuple(entry for entry in thread if entry.kind == "recording")
        row = _row(staff, ticket, key, first)
        found.append(Card(row, "\n".join(said), sounds, suggested(ticket, key), ticket.danger_first))
    return found


def suggested(ticket: Ticket, key: bytes) -> Suggested | None:
    """The machine's opinion of a ticket; None where no machine has read it."""
    stored = sealing.unseal_mapping(key, ticket.id, "suggestion", ticket.suggestion)
    if not stored:
        return None
    stored["signals"], stored["danger"] = tuple(stored["signals"]), tuple(stored["danger"])
    return Suggested(**stored)


def _actions(staff: Staff, ticket: Ticket) -> frozenset[str]:
    """What this person can do to this ticket as it stands now, so that a page offers nothing that would be refused."""
    sensitive = ticket.compartment is not None
    can = {
        action
        for action in Action
        if permissions.may(staff, action) and ((ticket.status, action) in lifecycle.MOVES or action not in _MOVING)
    }
    if sensitive:
        can -= {Action.ANSWER, Action.ASSIGN, Action.OVERRIDE}
    if ticket.compartment != "screening":
        can.discard(Action.SCREEN)
    if ticket.status is Status.CLOSED:
        can -= {Action.OVERRIDE, Action.SCREEN}
    return frozenset(action.value for action in can)


_MOVING = {action for _, action in lifecycle.MOVES}
