"""Devices that a lead has enrolled, the PINs set on them, and the sessions begun there (decision 16)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base, Moment, RowId, new_id, new_reference


class Device(Base):
    """One shared phone, tablet or browser. Its cookie holds a token, the table only the token's digest."""

    __tablename__ = "device"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    reference: Mapped[str] = mapped_column(sa.String(16), unique=True, default=new_reference)
    digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    name: Mapped[str] = mapped_column(sa.String(40))
    enrolled_by: Mapped[int] = mapped_column(RowId, sa.ForeignKey("staff.id"))
    enrolled_at: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class Pin(Base):
    """One volunteer's PIN on one device. `proved_at`: when they last typed their password there; `of`: which password."""

    __tablename__ = "pin"
    __table_args__ = (sa.UniqueConstraint("device_id", "staff_id", name="uq_pin_device_id_staff_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    device_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("device.id"))
    staff_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("staff.id"), index=True)
    label: Mapped[str] = mapped_column(sa.String(20))  # what stands on the device: a name, a nickname, a pictogram
    salt: Mapped[bytes] = mapped_column(sa.LargeBinary)
    verifier: Mapped[bytes] = mapped_column(sa.LargeBinary)  # sealed: a million PINs are soon tried on a stolen table
    wrong: Mapped[int] = mapped_column(sa.Integer, default=0)
    proved_at: Mapped[datetime] = mapped_column(Moment)
    of: Mapped[bytes] = mapped_column(sa.LargeBinary(16))


class DeviceSession(Base):
    """That a session was begun on a device, so that it ends with it."""

    __tablename__ = "device_session"

    digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)
    device_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("device.id"), index=True)
