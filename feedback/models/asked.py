"""What may be an answer to a question that was asked on a sealed ticket: perhaps from another person (decision 4, R2-R5)."""

from __future__ import annotations

import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base, Moment, RowId


def _any_id() -> int:
    """A row id that says nothing of when the row was made, unlike others."""
    return secrets.randbits(62)


class Asked(Base):
    """A number that was asked something lately. It names no ticket and no wall; `until` is a whole day, so that its time
    names none either. Intake seals what comes from there to `public`, a key of this row alone."""

    __tablename__ = "asked"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=_any_id)
    address_index: Mapped[bytes] = mapped_column(sa.LargeBinary(16), index=True)
    public: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    until: Mapped[datetime] = mapped_column(Moment, index=True)


class Question(Base):
    """Which row of `asked` is whose: its id and private key, sealed under the key of the ticket that asked."""

    __tablename__ = "question"

    id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("reply.id"), primary_key=True, autoincrement=False)
    ticket_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("ticket.id"), index=True)
    secret: Mapped[bytes] = mapped_column(sa.LargeBinary)


class Perhaps(Base):
    """A copy of what came from such a number, for whoever asked. `came_as`: a keyed mark of the ticket that it opened, so
    that it is forgotten with that one."""

    __tablename__ = "perhaps"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=_any_id)
    asked_id: Mapped[int] = mapped_column(RowId, index=True)
    came_as: Mapped[bytes] = mapped_column(sa.LargeBinary(32), index=True)
    sealed: Mapped[bytes] = mapped_column(sa.LargeBinary)
    until: Mapped[datetime] = mapped_column(Moment, index=True)
