"""What staff do with a ticket beside answering it: assign, note, title, correct, close, open again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import (
    events,
    lessons,
    lifecycle,
    permissions,
    reading,
    resealing,
    screening,
    sealing,
    unreachable,
    visibility,
    walls,
)
from feedback.desk.permissions import Action
from feedback.errors import Invalid, NotAllowed, WrongState, filled
from feedback.models.base import new_id
from feedback.models.lesson import How
from feedback.models.reply import Note, NoteKind
from feedback.models.staff import Staff
from feedback.models.ticket import Outcome, Status, Ticket

BY_STAFF = frozenset(
    {
        Outcome.TOLD,
        Outcome.INFORMED,
        Outcome.UNREACHABLE,
        Outcome.UNSAFE,
        Outcome.PUBLISHED,
        Outcome.DUPLICATE,
        Outcome.SPAM,
        Outcome.WRONG_NUMBER,
    }
)
"""The outcomes that a person may choose; the others come of themselves."""

LONGEST_NOTE = 4000


def assign(session: Session, staff: Staff, ticket: Ticket, *, to: Staff) -> None:
    """Give the ticket to a colleague who may see it."""
    permissions.require(staff, Action.ASSIGN)
    if not visibility.who_may_see(session, ticket, [to]):
        raise NotAllowed("This colleague may not see this ticket.")
    ticket.assigned_to = to.id
    lessons.decide(session, staff, ticket, How.ASSIGNED)
    lifecycle.move(session, ticket, Action.ASSIGN, actor=events.by(staff), detail=f"to staff:{to.id}")


def note(session: Session, staff: Staff, ticket: Ticket, text: str) -> None:
    """Add a remark that never leaves the desk."""
    permissions.require(staff, Action.NOTE)
    words = _text(text, LONGEST_NOTE, field="note")
    add_note(session, ticket, words, kind=NoteKind.NOTE, author=staff)
    events.record(session, ticket, Action.NOTE, actor=events.by(staff))


def add_note(session: Session, ticket: Ticket, text: str, *, kind: NoteKind, author: Staff | None) -> None:
    """Write a note under the ticket's key; onto a wall that the writer can't pass, under a key of its own."""
    note_id = new_id()
    key = sealing.keys(session, [ticket.id]).get(ticket.id)
    onto_a_wall = key is None
    if key is None:
        key = resealing.give_fresh(session, ticket, note_id)
    words = sealing.seal(key, Note, "words", note_id, text)
    author_id = author.id if author else None
    session.add(
        Note(
            id=note_id,
            ticket_id=ticket.id,
            kind=kind,
            author=author_id,
            at=clock.now(),
            words=words,
            own_key=onto_a_wall,
        )
    )


def entitle(session: Session, staff: Staff, ticket: Ticket, title: str) -> None:
    """Give the ticket a title of staff, which lists show instead of its first words."""
    permissions.require(staff, Action.OVERRIDE)
    title = _text(title, 120, field="title")
    ticket.title = sealing.seal(sealing.key(session, ticket.id), Ticket, "title", ticket.id, title)
    if ticket.compartment is None:
        walls.add_terms(session, ticket.id, [title])
    events.record(session, ticket, "entitle", actor=events.by(staff))


def confirm(session: Session, staff: Staff, ticket: Ticket) -> None:
    """A person says that the machine coded this open ticket rightly. It teaches, and changes nothing else."""
    permissions.require(staff, Action.OVERRIDE)
    if ticket.compartment is not None or ticket.status is Status.CLOSED:
        raise WrongState("This can't be confirmed any more. Please look at it again.")
    lessons.decide(session, staff, ticket, How.CONFIRMED)
    events.record(session, ticket, reading.CONFIRM, actor=events.by(staff))


def override(session: Session, staff: Staff, ticket: Ticket, coding: screening.Coding) -> None:
    """Correct the codes of an open ticket. A graver tier raises it at once; lowering takes clearance (decision 13)."""
    permissions.require(staff, Action.OVERRIDE)
    if ticket.compartment is not None:
        raise NotAllowed("A sensitive ticket is coded by those cleared for it.")
    if ticket.status is Status.CLOSED:
        raise WrongState("This ticket is closed. Open it again first.")
    screening.code(session, staff, ticket, coding)
    lessons.decide(session, staff, ticket, How.CORRECTED)


def close(session: Session, staff: Staff, ticket: Ticket, outcome: str) -> None:
    """Close the ticket with an outcome (R18). Raises `Invalid` for one that is not for people to choose, `WrongState` for
    unreachable before three tries at different times.
    """
    permissions.require(staff, Action.CLOSE)
    chosen = next((one for one in BY_STAFF if one == outcome), None)
    if chosen is None:
        raise Invalid({"outcome": "Choose how it ended."})
    if chosen is Outcome.UNREACHABLE:
        unreachable.require(session, ticket)
    walls.hold_replies(session, ticket)
    lifecycle.move(session, ticket, Action.CLOSE, actor=events.by(staff), outcome=chosen)


def reopen(session: Session, staff: Staff, ticket: Ticket) -> None:
    """Open a closed ticket again."""
    permissions.require(staff, Action.REOPEN)
    lifecycle.move(session, ticket, Action.REOPEN, actor=events.by(staff))


def _text(text: str, longest: int, *, field: str) -> str:
    text = text.strip()
    if not text:
        raise Invalid({field: "Write something first."})
    if len(text) > longest:
        raise Invalid({field: filled("This is too long: at most %(most)s characters.", most=longest)})
    return text
