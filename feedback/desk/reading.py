"""Turning found tickets into views: lists with their first words, and one ticket with all that was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.phone import mask
from feedback.desk import contacts, lifecycle, names, openings, permissions, redacting, replies, room, sealing
from feedback.desk.permissions import Action
from feedback.desk.views import Card, Entry, Line, Row, Suggested, TicketView
from feedback.desk.visibility import seen
from feedback.errors import Locked
from feedback.models.event import Event
from feedback.models.message import Message, Recording, RecordingState
from feedback.models.reply import Note, Reply
from feedback.models.staff import Staff
from feedback.models.ticket import Status, Ticket

M = TypeVar("M", Message, Recording)

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
    called = names.of_staff(session)
    thread, first = _thread(session, ticket, key, called)
    address = contacts.address(session, ticket)
    history = _history(session, staff, ticket, called)
    return TicketView(
        row=_row(staff, ticket, key, first),
        titled=sealing.unseal(key, Ticket, "title", ticket.id, ticket.title),
        title_part=redacting.name_of(key, redacting.TITLE, ticket.id),
        code=ticket.code,
        address=(address if in_hand else mask(address)) if address else None,
        carrier=replies.carrier(session, ticket, key),
        assigned_to=called.get(ticket.assigned_to or 0),
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


def _thread(session: Session, ticket: Ticket, key: bytes, called: dict[int, str]) -> tuple[list[Entry], Message | None]:
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
            by=called.get(message.written_by or 0),
            spoken=message.spoken,
            interpreted=bool(message.interpreted),
            confidence=message.confidence.value if message.confidence else None,
            part=redacting.part_of(key, message),
        )
        for message in messages
        if message.words is not None
    ]
    thread += [
        _sound(recording, key, at.get(recording.message_id, ticket.created_at))
        for recording in recordings
        if recording.state is not RecordingState.TAKEN_OUT
    ]
    thread += [
        Entry(
            "reply",
            reply.queued_at,
            sealing.unseal(key, Reply, "words", reply.id, reply.words),
            by=called.get(reply.author or 0),
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
            by=called.get(note.author or 0),
            part=redacting.part_of(key, note),
        )
        for note in notes
    ]
    thread += [
        Entry(
            "taken_out",
            one.said_at,
            "",
            by=called.get(one.by or 0),
            state=one.kind,
            why=one.reason.value,
            taken_at=one.at,
        )
        for one in redacting.taken(session, ticket)
    ]
    return sorted(thread, key=lambda entry: entry.at), min(
        (message for message in messages if message.words is not None), key=lambda message: message.at, default=None
    )


def _sound(recording: Recording, key: bytes, at: datetime) -> Entry:
    return Entry(
        "recording",
        at,
        "",
        reference=recording.reference,
        state=recording.state.value,
        seconds=recording.seconds,
        media_type=recording.media_type,
        part=redacting.part_of(key, recording),
    )


def _history(session: Session, staff: Staff, ticket: Ticket, called: dict[int, str]) -> list[Line]:
    """What happened to a ticket; not what happened behind a wall that this person can't pass, and not which one it was."""
    actors = {f"staff:{row}": name for row, name in called.items()}
    found = session.scalars(seen(sa.select(Event).where(Event.ticket_id == ticket.id).order_by(Event.id)))
    return [
        Line(
            event.at,
            actors.get(event.actor, event.actor),
            event.action,
            actors.get(event.detail.removeprefix("to "), event.detail),
            by_staff=event.actor.startswith("staff:"),
        )
        for event in found
        if event.wall in (None, "screening", ticket.compartment, *staff.clearances)
    ]


def _confirmed(history: Sequence[Line]) -> bool:
    """Has a person said, after the machine, what this is about?"""
    coded = [line for line in history if line.action in (Action.TRIAGE, CONFIRM)]
    return bool(coded) and coded[-1].by_staff


def cards(session: Session, staff: Staff, tickets: Sequence[Ticket]) -> list[Card]:
    """What waits in screening, with its words; that they came before this person is recorded first (I30).

    As many SELECTs for any number of them. What is sealed to others singly is left out.
    """
    openings.shown(session, staff, tickets)
    keys = sealing.keys(session, [ticket.id for ticket in tickets])
    if tickets and not keys and room.ring(session) is None:
        raise Locked
    opened = [ticket for ticket in tickets if ticket.id in keys]
    messages, sounds = _by_ticket(session, Message, keys), _by_ticket(session, Recording, keys)
    return [_card(staff, one, keys[one.id], messages.get(one.id, []), sounds.get(one.id, [])) for one in opened]


def _by_ticket(session: Session, table: type[M], keys: Mapping[int, bytes]) -> dict[int, list[M]]:
    """The messages or recordings of tickets, in the order in which they came."""
    found: dict[int, list[M]] = {}
    for row in session.scalars(seen(sa.select(table).where(table.ticket_id.in_(list(keys))).order_by(table.id))):
        found.setdefault(row.ticket_id, []).append(row)
    return found


def _card(
    staff: Staff, ticket: Ticket, key: bytes, messages: Sequence[Message], recordings: Sequence[Recording]
) -> Card:
    said = sorted((one for one in messages if one.words is not None), key=lambda one: one.at)
    words = [sealing.unseal(key, Message, "words", one.id, one.words) for one in said if not one.transcript_of]
    at = {one.id: one.at for one in messages}
    sounds = [
        _sound(one, key, at.get(one.message_id, ticket.created_at))
        for one in recordings
        if one.state is not RecordingState.TAKEN_OUT
    ]
    return Card(
        _row(staff, ticket, key, said[0] if said else None),
        "\n".join(words),
        tuple(sorted(sounds, key=lambda one: one.at)),
        suggested(ticket, key),
        ticket.danger_first,
    )


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
