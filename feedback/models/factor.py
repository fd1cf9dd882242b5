"""What proves a person besides their password: printed codes and security keys, and the challenges that have been spent."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base, Moment, RowId, new_id, new_reference


class PrintedCode(Base):
    """A code that still counts; it is gone once it was used. Kept as a keyed digest of code and person."""

    __tablename__ = "printed_code"

    digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)
    staff_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("staff.id"), index=True)


class SecurityKey(Base):
    """A security key as it was registered. `count` is the highest that it has told: one that falls back is a copy."""

    __tablename__ = "security_key"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    reference: Mapped[str] = mapped_column(sa.String(16), unique=True, default=new_reference)
    staff_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("staff.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(40))
    credential: Mapped[bytes] = mapped_column(sa.LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(sa.LargeBinary)
    count: Mapped[int] = mapped_column(sa.BigInteger)
    added_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class SpentChallenge(Base):
    """A challenge that a key has answered, until it would be too old anyway."""

    __tablename__ = "spent_challenge"

    digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)
    until: Mapped[datetime] = mapped_column(Moment)
