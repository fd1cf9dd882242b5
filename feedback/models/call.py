"""The hotline as it goes on: who of us takes calls, the calls themselves, and who asked to be called back."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from channels.contract import Wish
from feedback.models.base import Base, Moment, RowId, new_id, new_reference, word_column


class CallState(StrEnum):
    """Where a call stands."""

    MENU = "menu"  # hears the prompts
    WAITING = "waiting"  # for somebody
    RINGING = "ringing"  # a colleague's phone
    TALKING = "talking"
    BOX = "box"  # at the message box
    OVER = "over"


class BackOutcome(StrEnum):
    """How a wish to be called back ended."""

    TALKED = "talked"
    UNREACHABLE = "unreachable"
    UNWISHED = "unwished"  # they, or whoever answered, want no call


class Listener(Base):
    """A colleague and their phone for calls through the exchange. `on_until`: so long callers are put through to them."""

    __tablename__ = "listener"

    staff_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("staff.id"), primary_key=True, autoincrement=False)
    phone: Mapped[bytes] = mapped_column(sa.LargeBinary)  # sealed under the desk's key for staff
    sex: Mapped[str] = mapped_column(sa.String(8), default="")  # "woman", "man", or not said
    languages: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    on_until: Mapped[datetime | None] = mapped_column(Moment)
    free_since: Mapped[datetime] = mapped_column(Moment)
    call_id: Mapped[int | None] = mapped_column(RowId)  # in hand, until it is written down or let go


class LineCall(Base):
    """One call through the exchange. The person's number lies under a key of its own in `ticket_key`, erased at the end."""

    __tablename__ = "line_call"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    reference: Mapped[str] = mapped_column(sa.String(16), unique=True, default=new_reference)
    adapter: Mapped[str] = mapped_column(sa.String(24))
    provider_ref: Mapped[str | None] = mapped_column(
        sa.String(64)
    )  # the person's leg; of a call of ours the colleague's
    outgoing: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    state: Mapped[CallState] = word_column(CallState, default=CallState.MENU)
    wish: Mapped[Wish | None] = word_column(Wish)
    language: Mapped[str | None] = mapped_column(sa.String(16))
    address: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    staff_id: Mapped[int | None] = mapped_column(RowId, sa.ForeignKey("staff.id"))
    back_id: Mapped[int | None] = mapped_column(RowId)  # the wish that it answers
    ticket_id: Mapped[int | None] = mapped_column(RowId)  # what it is about, or was written down as
    wall: Mapped[str | None] = mapped_column(sa.String(24))  # of that ticket when the call was asked for
    edition: Mapped[int | None] = mapped_column(sa.Integer)  # of the plan that allows it
    heard: Mapped[bool] = mapped_column(sa.Boolean, default=False)  # a message was left, or somebody talked with them
    began_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    ring_at: Mapped[datetime | None] = mapped_column(Moment)  # a colleague is to be rung
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    settled_at: Mapped[datetime | None] = mapped_column(Moment)  # nothing more comes of it

    __table_args__ = (
        sa.UniqueConstraint("adapter", "provider_ref"),
        sa.Index(
            "ix_line_call_unsettled",
            "began_at",
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        ),
    )


class CallBack(Base):
    """Somebody's wish to be called back. One row a number as long as it is open; the number's key goes when it ends."""

    __tablename__ = "call_back"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    reference: Mapped[str] = mapped_column(sa.String(16), unique=True, default=new_reference)
    adapter: Mapped[str] = mapped_column(sa.String(24))
    address: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    address_index: Mapped[bytes] = mapped_column(sa.LargeBinary(16), index=True)
    language: Mapped[str | None] = mapped_column(sa.String(16))
    wish: Mapped[Wish | None] = word_column(Wish)
    broke_off: Mapped[bool] = mapped_column(sa.Boolean, default=False)  # they hung up on us: it may not have been safe
    times: Mapped[int] = mapped_column(sa.Integer, default=1)
    tries: Mapped[int] = mapped_column(sa.Integer, default=0)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    not_before: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    outcome: Mapped[BackOutcome | None] = word_column(BackOutcome)

    __table_args__ = (
        sa.Index(
            "ix_call_back_open",
            "address_index",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )
