"""The compartments' keys: the public ones for all, the secrets only as sealed to holders and recovery parts (decisions 4, 14)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base, Moment, RowId


class CompartmentKey(Base):
    """A compartment's key of one generation. Anyone may seal to the public one; the newest that is not retired is used."""

    __tablename__ = "compartment_key"

    compartment: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    generation: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    public: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    created_at: Mapped[datetime] = mapped_column(Moment)
    retired_at: Mapped[datetime | None] = mapped_column(Moment)


class Holding(Base):
    """A compartment's secret, sealed to one holder."""

    __tablename__ = "holding"

    compartment: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    generation: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    staff_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("staff.id"), primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(sa.LargeBinary)
    granted_at: Mapped[datetime] = mapped_column(Moment)


class RecoveryCopy(Base):
    """A compartment's secret, sealed to the public key of two of its three recovery parts."""

    __tablename__ = "recovery_copy"

    compartment: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    generation: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    pair: Mapped[str] = mapped_column(sa.String(2), primary_key=True)
    public: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    sealed: Mapped[bytes] = mapped_column(sa.LargeBinary)


class RecoveryKeeper(Base):
    """Who keeps one of the three recovery parts: a colleague, or an office outside by its name. The part itself is not here."""

    __tablename__ = "recovery_keeper"

    compartment: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    letter: Mapped[str] = mapped_column(sa.String(1), primary_key=True)
    staff_id: Mapped[int | None] = mapped_column(RowId, sa.ForeignKey("staff.id"))
    office: Mapped[str] = mapped_column(sa.String(80), default="")
    at: Mapped[datetime] = mapped_column(Moment)
