"""One item of a sealed ticket for an interpreter, for two hours: nothing else of it shows, and the rendering comes back (R28)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import (
    conflicts,
    events,
    handling,
    lendable,
    loans,
    openings,
    permissions,
    recordings,
    resealing,
    room,
    sealing,
)
from feedback.desk.permissions import Action
from feedback.desk.resealing import Recipient
from feedback.desk.visibility import seen
from feedback.errors import Invalid, NotFound, WrongState, filled
from feedback.models.lent import Lent, What
from feedback.models.message import Confidence, Recording
from feedback.models.reply import NoteKind
from feedback.models.review import Recusal
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket

FOR = timedelta(hours=2)
LONGEST = 8000


@dataclass(frozen=True, slots=True)
class Loan:
    """What a holder sees of an item that is out."""

    reference: str
    what: What
    name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Task:
    """What an interpreter sees: what it is, in which language, until when. Nothing of its ticket."""

    reference: str
    what: What
    language: str | None
    until: datetime
    words: str = ""  # only once it is opened, and never of a recording


def interpreters(session: Session, ticket: Ticket) -> list[Staff]:
    """To whom an item of this ticket may be given: those with a key whom its subject does not exclude."""
    passed_on = sa.select(Recusal.staff_id).where(Recusal.ticket_id == ticket.id)
    known = set(session.scalars(seen(passed_on)))
    everyone = sa.select(Staff).where(Staff.active, Staff.role == Role.INTERPRETER, Staff.public_key.is_not(None))
    people = session.scalars(everyone.order_by(Staff.name)).all()
    out = conflicts.excluded(session, ticket, people) | known
    return [one for one in people if one.id not in out]


def lend(session: Session, staff: Staff, ticket: Ticket, item: str, to: str) -> Lent:
    """Seal one item to an interpreter. `item`: its key among `lendable.items`; `to`: who, by reference. Raises `Invalid`."""
    permissions.require(staff, Action.LEND)
    chosen = next((one for one in lendable.items(session, staff, ticket) if one.key == item), None)
    person = next((one for one in interpreters(session, ticket) if one.reference == to), None)
    wrong = {}
    if chosen is None:
        wrong["item"] = "Choose one thing."
    if person is None:
        wrong["to"] = "Choose who interprets."
    if chosen is None or person is None:
        raise Invalid(wrong)
    now = clock.now()
    lent = Lent(
        ticket_id=ticket.id,
        wall=ticket.compartment or "",
        what=chosen.what,
        item_id=chosen.id,
        to=person.id,
        by=staff.id,
        at=now,
        until=now + FOR,
    )
    session.add(lent)
    session.flush()
    recipient = Recipient(f"s:{person.id}", 0, person.public_key)
    if chosen.what is What.RECORDING:
        resealing.give_beside(session, chosen.id, sealing.key(session, chosen.id), recipient)
    else:
        key = os.urandom(32)
        lent.words = sealing.seal(key, Lent, "words", lent.id, chosen.words)
        resealing.give(session, lent.id, key, [recipient])
    events.record(session, ticket, Action.LEND, actor=events.by(staff), detail=f"{chosen.what.value} staff:{person.id}")
    return lent


def out(session: Session, ticket: Ticket) -> list[Loan]:
    """What of a ticket that was found is out now."""
    both = sa.select(Lent, Staff.name).join(Staff, Staff.id == Lent.to).where(Lent.ticket_id == ticket.id, _running())
    return [Loan(one.reference, one.what, name, one.until) for one, name in session.execute(seen(both))]


def take_back(session: Session, staff: Staff, ticket: Ticket, reference: str) -> None:
    """End it before its time. Raises `NotFound` for what is not out."""
    permissions.require(staff, Action.LEND)
    found = sa.select(Lent).where(Lent.ticket_id == ticket.id, Lent.reference == reference, _running())
    lent = session.scalars(seen(found)).one_or_none()
    if lent is None:
        raise NotFound
    _end(session, lent)
    events.record(session, ticket, Action.LEND, actor=events.by(staff), detail="taken back")


def mine(session: Session, staff: Staff) -> list[Task]:
    """What this interpreter has now, what ends first comes first."""
    permissions.require(staff, Action.INTERPRET)
    return [_task(lent, ticket) for lent, ticket in session.execute(seen(_mine(staff).order_by(Lent.until)))]


def count(session: Session, staff: Staff) -> int:
    """How many that are."""
    counted = sa.select(sa.func.count()).select_from(_mine(staff).with_only_columns(Lent.id).subquery())
    return session.scalar(seen(counted)) or 0


def read(session: Session, staff: Staff, reference: str) -> Task:
    """The item, opened; each reading is an event, written first (I30). Raises `NotFound` once it is over."""
    lent, ticket = _find(session, staff, reference)
    _record(session, staff, lent, ticket)
    words = ""
    if lent.what is not What.RECORDING:
        words = sealing.unseal(sealing.key(session, lent.id), Lent, "words", lent.id, lent.words)
    task = _task(lent, ticket)
    return Task(task.reference, task.what, task.language, task.until, words)


def hear(session: Session, staff: Staff, reference: str) -> tuple[bytes, str]:
    """The sound and its media type; an event like any reading. Raises `NotFound` for what is no sound."""
    lent, ticket = _find(session, staff, reference)
    if lent.what is not What.RECORDING:
        raise NotFound
    _record(session, staff, lent, ticket)
    recording = session.scalars(seen(sa.select(Recording).where(Recording.id == lent.item_id))).one()
    return recordings.sound(session, recording), recording.media_type


def render(session: Session, staff: Staff, reference: str, text: str, *, language: str, confidence: str) -> None:
    """Bring the rendering back: sealed to whoever reads the ticket, not to its writer; the item is gone with it.

    `language`: what was spoken or written; how sure the interpreter is (R28). Raises `Invalid`.
    """
    lent, ticket = _find(session, staff, reference)
    text, wrong = text.strip(), {}
    if not text:
        wrong["text"] = "Write what is said, in the words of your colleague's language."
    elif len(text) > LONGEST:
        wrong["text"] = filled("This is too long: at most %(most)s characters.", most=LONGEST)
    if language not in room.response(session).languages:
        wrong["language"] = "Choose the language that is spoken."
    if confidence not in list(Confidence):
        wrong["confidence"] = "Say how sure you are of the words."
    if wrong:
        raise Invalid(wrong)
    handling.add_note(session, ticket, text, kind=NoteKind.TRANSLATION, author=staff)
    detail = f"rendered {language} {confidence}"
    events.record(session, ticket, Action.INTERPRET, actor=events.by(staff), detail=detail)
    _end(session, lent)


def give_back(session: Session, staff: Staff, reference: str) -> None:
    """The interpreter can't or won't: they may know the person, and nobody asks why. Nothing of that ticket comes again."""
    lent, ticket = _find(session, staff, reference)
    session.add(Recusal(ticket_id=ticket.id, staff_id=staff.id, at=clock.now()))  # whoever has one is lent nothing
    events.record(session, ticket, Action.INTERPRET, actor=events.by(staff), detail="given back")
    _end(session, lent)


def expire(session: Session) -> int:
    """Delete copies and keys of what is over, and of what its interpreter may not have any more; how many."""
    both = sa.select(Lent, Ticket).join(Ticket, Ticket.id == Lent.ticket_id).where(Lent.ended_at.is_(None))
    ended = 0
    for lent, ticket in session.execute(seen(both)).all():
        person = session.scalars(sa.select(Staff).where(Staff.id == lent.to)).one()
        if lent.until <= clock.now() or not _may_still(session, lent, ticket, person):
            _end(session, lent)
            events.record(session, ticket, Action.LEND, actor=events.part("access"), detail="ended")
            ended += 1
    return ended


def _running() -> sa.ColumnElement[bool]:
    return sa.and_(Lent.ended_at.is_(None), Lent.until > clock.now())


def _mine(staff: Staff) -> sa.Select[Lent, Ticket]:
    """Also from here on nothing of a ticket that moved to another wall, or from which this person is excluded."""
    both = sa.select(Lent, Ticket).join(Ticket, Ticket.id == Lent.ticket_id)
    passed_on = sa.exists().where(Recusal.ticket_id == Ticket.id, Recusal.staff_id == staff.id).correlate(Ticket)
    still = sa.and_(Ticket.compartment == Lent.wall, Ticket.forgotten_at.is_(None), ~passed_on)
    return both.where(Lent.to == staff.id, _running(), still, sa.not_(conflicts.accused(staff)))


def _find(session: Session, staff: Staff, reference: str) -> tuple[Lent, Ticket]:
    permissions.require(staff, Action.INTERPRET)
    found = session.execute(seen(_mine(staff).where(Lent.reference == reference))).one_or_none()
    if found is None:
        raise NotFound
    lent, ticket = found
    return lent, ticket


def _may_still(session: Session, lent: Lent, ticket: Ticket, person: Staff) -> bool:
    out_of_it = conflicts.excluded(session, ticket, [person])
    return person.active and person.role is Role.INTERPRETER and ticket.compartment == lent.wall and not out_of_it


def _task(lent: Lent, ticket: Ticket) -> Task:
    return Task(lent.reference, lent.what, ticket.language, lent.until)


def _record(session: Session, staff: Staff, lent: Lent, ticket: Ticket) -> None:
    openings.before_bytes(session, staff, ticket, Action.INTERPRET, detail=f"read {lent.what.value}")


def _end(session: Session, lent: Lent) -> None:
    if lent.ended_at is not None:
        raise WrongState("This is over already.")
    loans.end(session, lent)
