"""What was heard: messages, recordings, and what could not be read."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from channels.contract import ChannelName
from feedback.models.base import Base, Moment, RowId, new_id, new_reference, word_column


class Confidence(StrEnum):
    """How sure whoever wrote a transcript is of its words (R28)."""

    SURE = "sure"
    MOSTLY = "mostly"
    UNSURE = "unsure"


class Message(Base):
    """One message. A repeat is refused by the unique pair of adapter and the provider's reference (I2).

    The last five columns are of a transcript alone: the recording, the language spoken, whether somebody interpreted,
    how sure the writer was, and who that is (R28).
    """

    __tablename__ = "message"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    ticket_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("ticket.id"), index=True)
    adapter: Mapped[str] = mapped_column(sa.String(24))
    provider_ref: Mapped[str] = mapped_column(sa.String(64))
    channel: Mapped[ChannelName] = word_column(ChannelName)
    at: Mapped[datetime] = mapped_column(Moment)
    words: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    raw: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    transcript_of: Mapped[int | None] = mapped_column(RowId)
    spoken: Mapped[str | None] = mapped_column(sa.String(16))
    interpreted: Mapped[bool | None] = mapped_column(sa.Boolean)
    confidence: Mapped[Confidence | None] = word_column(Confidence)
    written_by: Mapped[int | None] = mapped_column(RowId)

    __table_args__ = (sa.UniqueConstraint("adapter", "provider_ref"),)


class RecordingState(StrEnum):
    """Whether the sound is with us yet."""

    WAITING = "waiting"
    STORED = "stored"
    MISSING = "missing"  # the provider does not have it: a person is told
    TAKEN_OUT = "taken_out"  # the sound is gone for good; the row keeps it from being fetched anew


class Recording(Base):
    """A voice message or picture that is fetched from the provider once and kept in sealed chunks."""

    __tablename__ = "recording"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    reference: Mapped[str] = mapped_column(sa.String(16), unique=True, default=new_reference)
    ticket_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("ticket.id"), index=True)
    message_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("message.id"), index=True)
    adapter: Mapped[str] = mapped_column(sa.String(24))
    provider_ref: Mapped[str] = mapped_column(sa.String(64))
    source: Mapped[bytes | None] = mapped_column(sa.LargeBinary)  # where to fetch it, sealed
    media_type: Mapped[str] = mapped_column(sa.String(64))
    seconds: Mapped[int | None] = mapped_column(sa.Integer)
    size: Mapped[int | None] = mapped_column(sa.BigInteger)  # bytes, once stored
    state: Mapped[RecordingState] = word_column(RecordingState, default=RecordingState.WAITING)
    tries: Mapped[int] = mapped_column(sa.Integer, default=0)
    claimed_until: Mapped[datetime | None] = mapped_column(Moment)
    asked_by: Mapped[int | None] = mapped_column(RowId)  # whoever behind a wall wants it transcribed
    taken_by: Mapped[int | None] = mapped_column(RowId)  # whoever transcribes it now
    taken_until: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (sa.Index(None, "state"),)


class RecordingChunk(Base):
    """A piece of a recording, at most 64 KiB before sealing, bound to its number."""

    __tablename__ = "recording_chunk"

    recording_id: Mapped[int] = mapped_column(
        RowId, sa.ForeignKey("recording.id"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    sound: Mapped[bytes] = mapped_column(sa.LargeBinary)


class Quarantine(Base):
    """A genuine request that we could not read; a person looks at it. Its key is a row of `ticket_key` under this id."""

    __tablename__ = "quarantine"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    reference: Mapped[str] = mapped_column(sa.String(16), unique=True, default=new_reference)
    adapter: Mapped[str] = mapped_column(sa.String(24))
    provider_ref: Mapped[str | None] = mapped_column(sa.String(64), unique=True)  # where the sender named it: kept once
    hook: Mapped[str] = mapped_column(sa.String(24))
    at: Mapped[datetime] = mapped_column(Moment)
    why: Mapped[str] = mapped_column(sa.String(200))
    raw: Mapped[bytes] = mapped_column(sa.LargeBinary)
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    settled_by: Mapped[int | None] = mapped_column(RowId, sa.ForeignKey("staff.id"))
