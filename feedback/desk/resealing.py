"""Giving a ticket a fresh key for those who may now read it, and sealing everything it holds anew (decision 4)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import compartments, conflicts, room, sealing
from feedback.desk.visibility import seen
from feedback.errors import WrongState
from feedback.models.asked import Question
from feedback.models.base import Base
from feedback.models.contact import Contact
from feedback.models.message import Message, Recording, RecordingChunk, RecordingState
from feedback.models.plan import ContactPlan
from feedback.models.reply import Note, Reply
from feedback.models.review import Access, Link, Review
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket, TicketKey
from feedback.seal import box, boxes
from feedback.seal.vault import DESK

SEALED: tuple[tuple[type[Base], tuple[str, ...]], ...] = (
    (Message, ("words", "raw")),
    (Contact, ("address",)),
    (Reply, ("words",)),
    (Note, ("words",)),
    (ContactPlan, ("terms",)),
    (Question, ("secret",)),
)
"""The columns of a ticket's rows that are sealed under its key. Notes with a key of their own, and recordings, follow apart."""

_OF_THE_TICKET = ("title", "facts", "suggestion")

AHEAD = 1
"""The generation of keys that are wrapped for single people ahead of time, in case somebody is accused later."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Someone to whom a key is wrapped: the desk, a compartment, or one person. `public` None: the desk."""

    name: str
    generation: int = 0
    public: bytes | None = None


def recipients(session: Session, ticket: Ticket) -> list[Recipient]:
    """Who may open a ticket that stands where it stands now.

    In the open, or where a compartment has no key yet (an installation that is not live): the desk. Behind a wall: the
    compartment, and where somebody stands accused the independent focal point; but if one of its holders is excluded,
    each of the others singly (decision 14). Beside them who was let in for a while. A ticket of help beside a report is
    wrapped for each of them ahead. Raises `WrongState` for nobody.
    """
    key = compartments.current(session).get(ticket.compartment or "")
    if key is None:
        return [Recipient(DESK)]
    single = _let_in(session, ticket)
    if conflicts.named(ticket):
        people = compartments.holders(session, key.compartment)
        single += conflicts.independents(session)
        out = conflicts.excluded(session, ticket, [*people, *single])
        single = [person for person in single if person.id not in out]
        if out & {person.id for person in people}:
            return _singly([*single, *(person for person in people if person.id not in out)])
    to_all = Recipient(f"c:{key.compartment}", key.generation, key.public)
    return [to_all, *(_singly(single) if single else []), *_ahead(session, ticket, key.compartment, single)]


def _singly(people: list[Staff]) -> list[Recipient]:
    if not people:
        raise WrongState("Nobody would be left to read it. An independent focal point has to be named first.")
    named = {person.id: person for person in people if person.public_key is not None}
    return [Recipient(f"s:{id_}", 0, person.public_key) for id_, person in sorted(named.items())]


def _ahead(session: Session, ticket: Ticket, compartment: str, already: list[Staff]) -> list[Recipient]:
    """Beside a report about conduct somebody may be accused later, by people who can't open this ticket of help: then the
    wraps of whoever is excluded are deleted with that commit, and the others hold theirs (I13)."""
    beside_a_report = sa.select(Link.report_id).where(Link.assistance_id == ticket.id).limit(1)
    if conflicts.named(ticket) or session.scalar(seen(beside_a_report)) is None:
        return []
    people = {one.id: one for one in (*compartments.holders(session, compartment), *conflicts.independents(session))}
    has = {one.id for one in already}
    return [Recipient(f"s:{id_}", AHEAD, one.public_key) for id_, one in sorted(people.items()) if id_ not in has]


def _let_in(session: Session, ticket: Ticket) -> list[Staff]:
    """Those whom a holder let in, in an emergency, for as long as it holds (I12)."""
    granted = sa.select(Access.staff_id).where(Access.ticket_id == ticket.id, Access.until > clock.now())
    ids = session.scalars(seen(granted.where(Access.wall == (ticket.compartment or "")))).all()
    return list(session.scalars(sa.select(Staff).where(Staff.id.in_(ids), Staff.active))) if ids else []


def sealed_already(session: Session, ticket: Ticket) -> bool:
    """Is the ticket's key wrapped for exactly those who may open it now? What was wrapped ahead was for another day."""
    found = seen(sa.select(TicketKey.recipient, TicketKey.generation).where(TicketKey.ticket_id == ticket.id))
    standing = {_known_by(recipient, generation) for recipient, generation in session.execute(found)}
    return standing == {_known_by(one.name, one.generation) for one in recipients(session, ticket)}


def _known_by(recipient: str, generation: int) -> tuple[str, int]:
    """The generation of the desk's or a compartment's key does not matter here: those are renewed apart."""
    return recipient, generation if recipient.startswith("s:") else 0


def reseal(session: Session, ticket: Ticket, old: bytes) -> bytes:
    """Seal all that the ticket holds under a fresh key for those who may open it now; the fresh key.

    The old key's rows are deleted in the same transaction, so what backups or logs still hold of it opens nothing new.
    """
    fresh = os.urandom(32)
    session.flush()
    for row, columns in _rows(session, ticket):
        _reseal_row(row, columns, old, fresh)
    _reseal_row(ticket, _OF_THE_TICKET, old, fresh)
    to = recipients(session, ticket)
    give(session, ticket.id, fresh, to)
    for recording in session.scalars(seen(sa.select(Recording).where(Recording.ticket_id == ticket.id))):
        if recording.state in (RecordingState.STORED, RecordingState.MISSING):
            reseal_recording(session, recording, to)
    _share_own_keys(session, ticket, to)
    return fresh


def shut_out(session: Session, ticket: Ticket) -> None:
    """Where this session does not open a ticket: take the keys away from whoever may not open it any more, in this commit.

    The next of the others who opens it gives it a fresh key. Where nobody else has a wrap of their own it stays for then.
    """
    left = {one.name for one in recipients(session, ticket)}
    wraps = session.scalars(seen(sa.select(TicketKey).where(TicketKey.ticket_id.in_(things(session, ticket))))).all()
    kept = {wrap.ticket_id for wrap in wraps if wrap.recipient in left}
    for wrap in wraps:
        if wrap.ticket_id in kept and wrap.recipient not in left:
            session.delete(wrap)
    session.flush()


def things(session: Session, ticket: Ticket) -> list[int]:
    """The ids of all whose keys open something of this ticket: itself, recordings, notes, reasons."""
    found = [ticket.id]
    for table in (Recording, Note, Review, Access):
        found += session.scalars(seen(sa.select(table.id).where(table.ticket_id == ticket.id)))
    return found


def share(session: Session, ticket: Ticket) -> None:
    """Wrap the ticket's keys anew, as they are, for those who may open it now."""
    to = recipients(session, ticket)
    give(session, ticket.id, sealing.key(session, ticket.id), to)
    kept = sa.and_(Recording.ticket_id == ticket.id, Recording.state != RecordingState.TAKEN_OUT)
    for id_ in session.scalars(seen(sa.select(Recording.id).where(kept))):
        give(session, id_, sealing.key(session, id_), to)
    _share_own_keys(session, ticket, to)


def give(session: Session, thing_id: int, key: bytes, to: list[Recipient]) -> None:
    """Wrap a key for its recipients; all earlier wraps of this thing's key go."""
    session.execute(seen(sa.delete(TicketKey).where(TicketKey.ticket_id == thing_id)))
    session.execute(sa.insert(TicketKey), [_wrapped(session, thing_id, key, one) for one in to])


def give_beside(session: Session, thing_id: int, key: bytes, to: Recipient) -> None:
    """Wrap a key for one more recipient; the others keep theirs."""
    gone = sa.delete(TicketKey).where(TicketKey.ticket_id == thing_id, TicketKey.recipient == to.name)
    session.execute(seen(gone))
    session.execute(sa.insert(TicketKey), [_wrapped(session, thing_id, key, to)])


def give_fresh(session: Session, ticket: Ticket, thing_id: int) -> bytes:
    """A fresh key for something that belongs to a ticket, wrapped for those who may open the ticket."""
    key = os.urandom(32)
    give(session, thing_id, key, recipients(session, ticket))
    return key


def reseal_recording(session: Session, recording: Recording, to: list[Recipient]) -> None:
    """A recording has a key of its own: a worker may still have to fetch it when its ticket is sealed already."""
    old, fresh = sealing.key(session, recording.id), os.urandom(32)
    chunks = sa.select(RecordingChunk).where(RecordingChunk.recording_id == recording.id)
    for chunk in session.scalars(seen(chunks)):
        place = {"table": "recording_chunk", "row": recording.id, "column": f"sound.{chunk.number}"}
        chunk.sound = box.seal(fresh, box.unseal(old, chunk.sound, **place), **place)  # type: ignore[arg-type]
    recording.source = None
    give(session, recording.id, fresh, to)


def _rows(session: Session, ticket: Ticket) -> Iterator[tuple[Base, tuple[str, ...]]]:
    for table, columns in SEALED:
        found = sa.select(table).where(table.ticket_id == ticket.id)  # type: ignore[attr-defined]
        if table is Note:
            found = found.where(Note.own_key.is_(False))
        for row in session.scalars(seen(found)):
            yield row, columns


def _reseal_row(row: Any, columns: tuple[str, ...], old: bytes, fresh: bytes) -> None:
    for column in columns:
        sealed = getattr(row, column)
        if sealed:
            place = {"table": row.__tablename__, "row": row.id, "column": column}
            setattr(row, column, box.seal(fresh, box.unseal(old, sealed, **place), **place))


def _share_own_keys(session: Session, ticket: Ticket, to: list[Recipient]) -> None:
    """Notes that were written onto the wall follow it: their own keys are wrapped for the same recipients. So are
    reasons that were given behind this wall; those given behind another one stay with it."""
    for note in session.scalars(seen(sa.select(Note).where(Note.ticket_id == ticket.id, Note.own_key))):
        give(session, note.id, sealing.key(session, note.id), to)
    for table in (Review, Access):
        found = sa.select(table.id).where(table.ticket_id == ticket.id, table.wall == ticket.compartment)
        for id_, key in sealing.keys(session, session.scalars(seen(found)).all()).items():
            give(session, id_, key, to)


def _wrapped(session: Session, thing_id: int, key: bytes, to: Recipient) -> dict[str, object]:
    if to.public is None:
        return room.vault(session).wrap(thing_id, key)
    sealed = boxes.seal_to(to.public, key, what=sealing.wrap_name(thing_id, to.name, to.generation))
    return {"ticket_id": thing_id, "recipient": to.name, "generation": to.generation, "wrapped": sealed}
