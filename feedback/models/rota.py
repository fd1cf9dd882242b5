"""Who is woken when: the rota of each compartment, what waits for somebody, and the calls that went out."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base, Moment, RowId, new_id, new_reference


class Duty(Base):
    """One turn on the rota. Rung 1 is called first; `outside` is somebody outside the office, who may have no account."""

    __tablename__ = "duty"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    reference: Mapped[str] = mapped_column(sa.String(16), unique=True, default=new_reference)
    compartment: Mapped[str] = mapped_column(sa.String(24))
    rung: Mapped[int] = mapped_column(sa.Integer)
    outside: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    staff_id: Mapped[int | None] = mapped_column(RowId, sa.ForeignKey("staff.id"))
    since: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime] = mapped_column(Moment)
    phone: Mapped[bytes] = mapped_column(sa.LargeBinary)  # sealed under the desk's key for staff
    sex: Mapped[str] = mapped_column(sa.String(8), default="")  # "woman", "man", or not said
    languages: Mapped[list[str]] = mapped_column(sa.JSON, default=list)  # that they speak

    __table_args__ = (sa.Index(None, "compartment", "until"),)


class Alarm(Base):
    """A ticket that waits for somebody at a wall's rota. One row a ticket and wall, as long as it waits."""

    __tablename__ = "alarm"

    ticket_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("ticket.id"), primary_key=True, autoincrement=False)
    wall: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    rung: Mapped[int] = mapped_column(sa.Integer, default=0)  # the highest that was called
    called_at: Mapped[datetime | None] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)


class Call(Base):
    """One call to somebody on duty: that something needs them, and nothing of what."""

    __tablename__ = "call_out"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    reference: Mapped[str] = mapped_column(sa.String(16), unique=True, default=new_reference)
    wall: Mapped[str] = mapped_column(sa.String(24))
    rung: Mapped[int] = mapped_column(sa.Integer)
    duty_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("duty.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    word: Mapped[bytes | None] = mapped_column(sa.LargeBinary(32))  # digest of the one-time word; None: used
    claimed_until: Mapped[datetime | None] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(sa.Integer, default=0)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    failed_at: Mapped[datetime | None] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (sa.Index(None, "wall", "confirmed_at"),)
