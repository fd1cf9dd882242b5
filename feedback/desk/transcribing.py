"""From sound to words: recordings that somebody writes down, and what becomes of the transcript (R28)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.contract import ChannelName
from feedback import clock
from feedback.desk import events, permissions, room, sealing, walls
from feedback.desk.intake_rows import SCREENING
from feedback.desk.openings import WantsToWrite
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen, visible
from feedback.errors import Invalid, NotAllowed, WrongState, filled
from feedback.models.base import new_id
from feedback.models.message import Confidence, Message, Recording, RecordingState
from feedback.models.staff import Staff
from feedback.models.ticket import Status, Ticket
from feedback.queue import Kind, nudge

NEVER = frozenset({"gbv", "child_protection"})
"""Behind these walls a recording is heard and never written down (R7; domain, hotline)."""

IN_HAND_FOR = timedelta(minutes=30)
LONGEST = 8000
MOST = 50
_ADAPTER = "transcript"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A recording to write down."""

    reference: str
    ticket: str
    code: str | None
    language: str | None
    place: str | None
    compartment: str | None
    seconds: int | None
    at: datetime
    mine: bool  # in this person's hands


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was heard. `language`: spoken; `interpreted`: somebody put it into other words; how sure the writer is."""

    text: str
    language: str
    interpreted: bool
    confidence: str


def waiting(session: Session, staff: Staff) -> list[Wanted]:
    """What this person may hear and nobody else has in hand: open ones, and others that their wall asked for."""
    permissions.require(staff, Action.TRANSCRIBE)
    both = sa.select(Ticket, Recording).join(Recording, Recording.ticket_id == Ticket.id)
    found = session.execute(
        seen(both.where(visible(staff), _wanted(staff)).order_by(Ticket.created_at, Recording.id).limit(MOST))
    )
    return [
        Wanted(
            recording.reference,
            ticket.reference,
            ticket.code,
            ticket.language,
            ticket.place,
            ticket.compartment,
            recording.seconds,
            ticket.created_at,
            mine=recording.taken_by == staff.id,
        )
        for ticket, recording in found
    ]


def count(session: Session, staff: Staff) -> int:
    """How many wait for this person, up to `MOST`."""
    if not permissions.may(staff, Action.TRANSCRIBE):
        return 0
    ids = sa.select(Recording.id).join(Ticket, Recording.ticket_id == Ticket.id)
    some = ids.where(visible(staff), _wanted(staff)).limit(MOST).subquery()
    return session.scalar(seen(sa.select(sa.func.count()).select_from(some))) or 0


def ask(session: Session, staff: Staff, ticket: Ticket, recording: Recording) -> None:
    """Whoever is behind a wall asks for a transcript. Of GBV and children there is none: `NotAllowed`."""
    permissions.require(staff, Action.TRANSCRIBE)
    _check(ticket, recording)
    recording.asked_by = staff.id
    events.record(session, ticket, "ask transcript", actor=events.by(staff))


def take(session: Session, staff: Staff, ticket: Ticket, recording: Recording) -> None:
    """Have it in hand for half an hour, so that two do not write the same. Raises `WrongState` when a colleague has it,
    `NotAllowed` for what is never written down."""
    permissions.require(staff, Action.TRANSCRIBE)
    _check(ticket, recording)
    now = clock.now()
    held = recording.taken_until is not None and recording.taken_until > now and recording.taken_by != staff.id
    if held or _done(session, recording):
        raise WrongState("A colleague was quicker: this is being written down, or is done.")
    if not (ticket.compartment is None or recording.asked_by):
        raise WrongState("Nobody has asked for a transcript of this.")
    if not session.connection().get_execution_options().get("write", True):
        raise WantsToWrite
    recording.taken_by, recording.taken_until = staff.id, now + IN_HAND_FOR


def write(session: Session, staff: Staff, ticket: Ticket, recording: Recording, transcript: Transcript) -> None:
    """Keep the transcript as a message of the ticket; the machine reads it like any text, and may only raise it.

    Raises `Invalid` for what is to be mended, `WrongState` where it is written down already.
    """
    take(session, staff, ticket, recording)
    text, wrong = transcript.text.strip(), {}
    if not text:
        wrong["text"] = "Write what is said, in its own language."
    elif len(text) > LONGEST:
        wrong["text"] = filled("This is too long: at most %(most)s characters.", most=LONGEST)
    if transcript.language not in room.response(session).languages:
        wrong["language"] = "Choose the language that is spoken."
    if transcript.confidence not in list(Confidence):
        wrong["confidence"] = "Say how sure you are of the words."
    if wrong:
        raise Invalid(wrong)
    message_id, now = new_id(), clock.now()
    key = sealing.key(session, ticket.id)
    session.add(
        Message(
            id=message_id,
            ticket_id=ticket.id,
            adapter=_ADAPTER,
            provider_ref=recording.reference,
            channel=ChannelName.HOTLINE,
            at=now,
            words=sealing.seal(key, Message, "words", message_id, text),
            transcript_of=recording.id,
            spoken=transcript.language,
            interpreted=transcript.interpreted,
            confidence=Confidence(transcript.confidence),
            written_by=staff.id,
        )
    )
    recording.taken_by, recording.taken_until = None, None
    ticket.language = transcript.language
    way = "interpreted" if transcript.interpreted else "direct"
    detail = f"{transcript.language} {way} {transcript.confidence}"
    events.record(session, ticket, Action.TRANSCRIBE, actor=events.by(staff), detail=detail)
    if ticket.compartment is None:
        walls.add_terms(session, ticket.id, [text])
        ticket.read_at, ticket.claimed_until = None, None  # the machine reads it now
        nudge(session, Kind.TRIAGE)


def _check(ticket: Ticket, recording: Recording) -> None:
    if ticket.compartment in NEVER:
        raise NotAllowed("This is heard by those who help, and never written down.")
    if ticket.compartment == SCREENING:
        raise WrongState("Listen in screening first: a key says what it is about.")
    if recording.state is not RecordingState.STORED or ticket.status is Status.CLOSED:
        raise WrongState("There is nothing to write down here.")


def _done(session: Session, recording: Recording) -> bool:
    found = sa.select(Message.id).where(Message.transcript_of == recording.id).limit(1)
    return session.scalar(seen(found)) is not None


def _wanted(staff: Staff) -> sa.ColumnElement[bool]:
    now = clock.now()
    wall = sa.func.coalesce(Ticket.compartment, "")
    asked = sa.and_(Recording.asked_by.is_not(None), wall.not_in((*NEVER, SCREENING)))
    free = sa.or_(Recording.taken_until.is_(None), Recording.taken_until < now, Recording.taken_by == staff.id)
    written = sa.exists().where(Message.transcript_of == Recording.id)
    return sa.and_(
        Recording.state == RecordingState.STORED,
        Recording.media_type.like("audio/%"),
        Ticket.status != Status.CLOSED,
        sa.or_(Ticket.compartment.is_(None), asked),
        free,
        sa.not_(written),
    )
