"""What takes two people: things to be looked at again, access in an emergency, who passed a ticket on, linked tickets."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base, Moment, RowId, new_id, new_reference, word_column


class Matter(StrEnum):
    """What a second person looks at."""

    DANGER = "danger"  # a call or visit without consent, since life was in danger (decision 7c)
    LOWERED = "lowered"  # one person lowered what only a machine had raised (decision 13)
    LOWERING = "lowering"  # somebody wishes to lower what a person raised; nothing has happened yet


class Verdict(StrEnum):
    """What the second person says."""

    RIGHT = "right"
    WRONG = "wrong"


class Review(Base):
    """Something that one person did or wishes to do, for a second one of the same wall. The reason is under a key of its own."""

    __tablename__ = "review"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    reference: Mapped[str] = mapped_column(sa.String(16), unique=True, default=new_reference)
    ticket_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("ticket.id"), index=True)
    matter: Mapped[Matter] = word_column(Matter)
    wall: Mapped[str] = mapped_column(sa.String(24))
    by: Mapped[int] = mapped_column(RowId, sa.ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[bytes] = mapped_column(sa.LargeBinary)
    codes: Mapped[str] = mapped_column(sa.String(120), default="")  # "wash no_water T0", or "call", "visit"
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    settled_by: Mapped[int | None] = mapped_column(RowId, sa.ForeignKey("staff.id"))
    verdict: Mapped[Verdict | None] = word_column(Verdict)

    __table_args__ = (sa.Index(None, "wall", "settled_at"),)


class Access(Base):
    """Somebody without clearance asks for one ticket in an emergency; a holder grants it until a time (I12)."""

    __tablename__ = "emergency_access"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    reference: Mapped[str] = mapped_column(sa.String(16), unique=True, default=new_reference)
    ticket_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("ticket.id"), index=True)
    staff_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("staff.id"), index=True)
    wall: Mapped[str] = mapped_column(sa.String(24))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[bytes] = mapped_column(sa.LargeBinary)
    decided_by: Mapped[int | None] = mapped_column(RowId, sa.ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    until: Mapped[datetime | None] = mapped_column(Moment)  # None after a decision: refused


class Recusal(Base):
    """Somebody knows a person of this ticket and passed it on; they see it no more, and nobody asked why."""

    __tablename__ = "recusal"

    ticket_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("ticket.id"), primary_key=True, autoincrement=False)
    staff_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("staff.id"), primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)


class Link(Base):
    """A report and the ticket that holds what the person needs: two walls, and nothing but this line between them."""

    __tablename__ = "ticket_link"

    report_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("ticket.id"), primary_key=True, autoincrement=False)
    assistance_id: Mapped[int] = mapped_column(
        RowId, sa.ForeignKey("ticket.id"), primary_key=True, autoincrement=False, index=True
    )
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[int] = mapped_column(RowId, sa.ForeignKey("staff.id"))
