"""What we say back, the provider's word on it, and remarks that never leave."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from channels.contract import ChannelName, Delivery, Fate
from feedback.models.base import Base, Moment, RowId, new_id, new_reference, word_column


class ReplyState(StrEnum):
    """How far a reply has come. It only moves forward (I6)."""

    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"  # the provider may have it: looked up before anyone tries again
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    BY_HAND = "by_hand"  # a person calls or tells
    RECALLED = "recalled"


class Purpose(StrEnum):
    """What a reply is for: an answer closes the loop when it arrives, a question does not."""

    ANSWER = "answer"
    QUESTION = "question"
    FIRST_CONTACT = "first_contact"  # the one exception of decision 7b
    DANGER = "danger"  # a neutral call or visit, decision 7c


class Reply(Base):
    """One reply. By hand it is also the task: call or go and tell."""

    __tablename__ = "reply"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    reference: Mapped[str] = mapped_column(sa.String(16), unique=True, default=new_reference)
    ticket_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("ticket.id"), index=True)
    channel: Mapped[ChannelName] = word_column(ChannelName)
    adapter: Mapped[str | None] = mapped_column(sa.String(24))
    purpose: Mapped[Purpose] = word_column(Purpose, default=Purpose.ANSWER)
    state: Mapped[ReplyState] = word_column(ReplyState, default=ReplyState.QUEUED)
    words: Mapped[bytes] = mapped_column(sa.LargeBinary)
    author: Mapped[int | None] = mapped_column(RowId, sa.ForeignKey("staff.id"))
    queued_at: Mapped[datetime] = mapped_column(Moment)
    not_before: Mapped[datetime] = mapped_column(Moment)
    first_try_at: Mapped[datetime | None] = mapped_column(Moment)
    claimed_until: Mapped[datetime | None] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(sa.Integer, default=0)
    provider_ref: Mapped[str | None] = mapped_column(sa.String(64))
    why: Mapped[str | None] = mapped_column(sa.String(80))  # why it failed, a short word for staff
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    told_by: Mapped[int | None] = mapped_column(RowId, sa.ForeignKey("staff.id"))

    __table_args__ = (sa.UniqueConstraint("adapter", "provider_ref"), sa.Index(None, "state", "not_before"))


class ReceiptRow(Base):
    """Every word of a provider on a reply, each kept once; one that comes before we know the reference waits here."""

    __tablename__ = "receipt"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    adapter: Mapped[str] = mapped_column(sa.String(24))
    provider_ref: Mapped[str] = mapped_column(sa.String(64))
    delivery: Mapped[Delivery] = word_column(Delivery)
    code: Mapped[str | None] = mapped_column(sa.String(32))
    fate: Mapped[Fate | None] = word_column(Fate)
    at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (sa.UniqueConstraint("adapter", "provider_ref", "delivery"),)


class NoteKind(StrEnum):
    """A remark of staff, what a person said when they came back with their code, or what they say is wrong here; or what an
    interpreter made of one item."""

    NOTE = "note"
    VISIT = "visit"
    CORRECTION = "correction"
    TRANSLATION = "translation"
    ANSWERED = "answered"  # what came from a number that was asked, once somebody cleared said that it is theirs


class Note(Base):
    """An internal remark; it never leaves the desk."""

    __tablename__ = "note"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    ticket_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("ticket.id"), index=True)
    kind: Mapped[NoteKind] = word_column(NoteKind, default=NoteKind.NOTE)
    author: Mapped[int | None] = mapped_column(RowId, sa.ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    words: Mapped[bytes] = mapped_column(sa.LargeBinary)
    own_key: Mapped[bool] = mapped_column(sa.Boolean, default=False)  # written onto a wall that the writer can't pass
