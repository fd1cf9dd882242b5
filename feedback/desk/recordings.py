"""Sound from the hotline: claimed, fetched by a worker, kept in sealed chunks, opened for those who may hear it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.contract import Media
from feedback import clock
from feedback.desk import events, permissions, resealing, sealing, walls
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen
from feedback.errors import WrongState
from feedback.models.event import Event
from feedback.models.message import Recording, RecordingChunk, RecordingState
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket
from feedback.seal import box

CHUNK = 64 * 1024
CLAIM_FOR = timedelta(minutes=2)
_STARTS = {
    b"RIFF": "audio/wav",
    b"ID3": "audio/mpeg",
    b"\xff\xfb": "audio/mpeg",
    b"\xff\xf3": "audio/mpeg",
    b"OggS": "audio/ogg",
}
LISTENING = timedelta(minutes=15)
"""So long one listening may last."""

TRIES = 40
"""A recording that the provider does not have after so many tries (half a minute apart at first) is missing."""


@dataclass(frozen=True, slots=True, repr=False)
class Wanted:
    """A recording to fetch, with its own key."""

    recording_id: int
    ticket_id: int
    adapter: str
    media: Media
    key: bytes


def claim(session: Session, *, limit: int = 10) -> list[Wanted]:
    """Take recordings in hand that are not with us yet."""
    now = clock.now()
    waiting = sa.or_(Recording.claimed_until.is_(None), Recording.claimed_until < now)
    found = sa.select(Recording).where(Recording.state == RecordingState.WAITING, waiting).order_by(Recording.id)
    taken = session.scalars(found.limit(limit).with_for_update(skip_locked=True)).all()
    keys = sealing.keys(session, [recording.id for recording in taken])
    wanted = []
    for recording in taken:
        recording.claimed_until, recording.tries = now + CLAIM_FOR, recording.tries + 1
        key = keys.get(recording.id)
        if key is not None:
            url = sealing.unseal(key, Recording, "source", recording.id, recording.source)
            media = Media(recording.provider_ref, url, recording.media_type, recording.seconds)
            wanted.append(Wanted(recording.id, recording.ticket_id, recording.adapter, media, key))
    return wanted


def soon(session: Session) -> bool:
    """Will a recording be looked for again within seconds?"""
    next_look = sa.select(sa.func.min(Recording.claimed_until)).where(Recording.state == RecordingState.WAITING)
    at = session.scalar(next_look)
    return at is not None and at < clock.now() + timedelta(seconds=20)


def sealed_chunks(wanted: Wanted, pieces: Iterator[bytes]) -> Iterator[tuple[bytes, int]]:
    """Seal what comes from the provider in chunks of at most 64 KiB, each bound to its number; with its plain size."""
    number, held = 0, b""
    for piece in pieces:
        held += piece
        while len(held) >= CHUNK:
            yield _seal(wanted, number, held[:CHUNK]), CHUNK
            number, held = number + 1, held[CHUNK:]
    if held:
        yield _seal(wanted, number, held), len(held)


def media_type_of(first: bytes, said: str) -> str:
    """What the first bytes are, for the player; providers do not always send what was asked for."""
    return next((kind for start, kind in _STARTS.items() if first.startswith(start)), said)


def store(session: Session, wanted: Wanted, chunks: list[tuple[bytes, int]], *, media_type: str = "") -> None:
    """Keep the chunks, and what they turned out to be; a second fetch of the same recording changes nothing, nor does
    one of a recording that was taken out meanwhile."""
    recording = session.scalars(sa.select(Recording).where(Recording.id == wanted.recording_id).with_for_update()).one()
    if recording.state in (RecordingState.STORED, RecordingState.TAKEN_OUT):
        return
    if not chunks:  # not a byte came: it is not there yet
        not_yet(session, wanted, final=False)
        return
    rows = [
        {"recording_id": recording.id, "number": number, "sound": sound} for number, (sound, _) in enumerate(chunks)
    ]
    session.execute(sa.insert(RecordingChunk), rows)
    recording.state, recording.claimed_until = RecordingState.STORED, None
    recording.size = sum(size for _, size in chunks)
    recording.source, recording.media_type = None, media_type or recording.media_type
    ticket = session.scalars(sa.select(Ticket).where(Ticket.id == recording.ticket_id)).one()
    events.record(session, ticket, "fetched", actor=events.part("recordings"))
    session.flush()
    _seal_away(session, ticket, recording)


def not_yet(session: Session, wanted: Wanted, *, final: bool) -> None:
    """The provider does not have it (yet). After the last try it is missing, and its ticket says so."""
    recording = session.scalars(sa.select(Recording).where(Recording.id == wanted.recording_id)).one()
    if recording.state is RecordingState.TAKEN_OUT:
        return
    if final or recording.tries >= TRIES:
        recording.state, recording.claimed_until = RecordingState.MISSING, None
    else:
        recording.claimed_until = clock.now() + timedelta(seconds=min(2 ** (recording.tries - 1), 60))


def listen(session: Session, staff: Staff, ticket: Ticket, recording: Recording, *, start: int = 0) -> bytes:
    """The sound, for someone who may hear it; each listening is an event, written first (I30).

    `start`: a player that skips on asks for later bytes; that is the same listening. Raises `WrongState` while the
    sound is not here.
    """
    permissions.require(staff, Action.LISTEN)
    if recording.state is not RecordingState.STORED:
        raise WrongState("The recording is not here yet.")
    if start == 0 or not _listens(session, staff, ticket):
        events.record(session, ticket, Action.LISTEN, actor=events.by(staff))
        session.flush()
    return sound(session, recording)


def sound(session: Session, recording: Recording) -> bytes:
    """All of it, once whoever hears it was written down."""
    key = sealing.key(session, recording.id)
    found = sa.select(RecordingChunk).where(RecordingChunk.recording_id == recording.id)
    chunks = session.scalars(seen(found.order_by(RecordingChunk.number)))
    return b"".join(
        box.unseal(key, chunk.sound, table="recording_chunk", row=recording.id, column=f"sound.{chunk.number}")
        for chunk in chunks
    )


def _seal_away(session: Session, ticket: Ticket, recording: Recording) -> None:
    """What no machine needs any more is sealed to those who may hear it; a voice message alone seals its ticket too."""
    sealed_before = resealing.sealed_already(session, ticket)
    walls.seal_if_read(session, ticket)  # takes along the recordings that are here
    to = resealing.recipients(session, ticket)
    if sealed_before and to[0].public is not None:
        resealing.reseal_recording(session, recording, to)


def _listens(session: Session, staff: Staff, ticket: Ticket) -> bool:
    since = clock.now() - LISTENING
    mine = sa.select(Event.id).where(Event.ticket_id == ticket.id, Event.actor == events.by(staff))
    found = mine.where(Event.action == Action.LISTEN, Event.at > since).limit(1)
    return session.scalar(seen(found)) is not None


def _seal(wanted: Wanted, number: int, piece: bytes) -> bytes:
    return box.seal(wanted.key, piece, table="recording_chunk", row=wanted.recording_id, column=f"sound.{number}")
