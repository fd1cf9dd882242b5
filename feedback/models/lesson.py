"""What the desk's decisions teach: for each ticket what the machine said and who decided, as codes without words."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base, Moment, RowId, new_id, new_reference, word_column


class How(StrEnum):
    """By what a person decided. The last two say nothing against the machine, and give way to any of the others."""

    ENTERED = "entered"
    SCREENED = "screened"
    CORRECTED = "corrected"
    CONFIRMED = "confirmed"
    RAISED = "raised"
    LOWERED = "lowered"
    ASSIGNED = "assigned"
    ANSWERED = "answered"


class Lesson(Base):
    """What the machine said of one ticket; what the person decided are the ticket's own codes.

    The machine's codes of a matter are kept in the open alone: behind a wall they would tell what was said there.
    """

    __tablename__ = "lesson"

    ticket_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("ticket.id"), primary_key=True, autoincrement=False)
    model: Mapped[str] = mapped_column(sa.String(64))  # digests of model and lists
    verdict: Mapped[str] = mapped_column(sa.String(16))
    sure: Mapped[bool] = mapped_column(sa.Boolean)  # it named a sector
    sector: Mapped[str | None] = mapped_column(sa.String(32))
    subcategory: Mapped[str | None] = mapped_column(sa.String(32))
    kind: Mapped[str | None] = mapped_column(sa.String(16))
    tier: Mapped[str | None] = mapped_column(sa.String(8))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[int | None] = mapped_column(RowId, sa.ForeignKey("staff.id"))
    how: Mapped[How | None] = word_column(How)


class SealedExport(Base):
    """A wish to take lessons from behind a wall, the second holder's word on it, and whether the file was taken."""

    __tablename__ = "sealed_export"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    reference: Mapped[str] = mapped_column(sa.String(16), unique=True, default=new_reference)
    wall: Mapped[str] = mapped_column(sa.String(24))
    generation: Mapped[int] = mapped_column(sa.Integer)  # of the wall's key that the reason is sealed to
    by: Mapped[int] = mapped_column(RowId, sa.ForeignKey("staff.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[bytes] = mapped_column(sa.LargeBinary)
    decided_by: Mapped[int | None] = mapped_column(RowId, sa.ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    until: Mapped[datetime | None] = mapped_column(Moment)  # None after a decision: refused
    taken_at: Mapped[datetime | None] = mapped_column(Moment)
