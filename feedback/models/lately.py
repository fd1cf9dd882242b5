"""What the door for texts remembers for an hour: thanks that wait to go, and how often a number was heard."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base, Moment, RowId, new_id


class Thanks(Base):
    """A uniform acknowledgement that waits to go out (decision 7). Its address lies under a key of its own in `ticket_key`;
    both are deleted when it has gone."""

    __tablename__ = "thanks"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    ticket_id: Mapped[int] = mapped_column(RowId)
    adapter: Mapped[str] = mapped_column(sa.String(24))
    address: Mapped[bytes] = mapped_column(sa.LargeBinary)
    due_at: Mapped[datetime] = mapped_column(Moment, index=True)
    first_try_at: Mapped[datetime | None] = mapped_column(Moment)
    claimed_until: Mapped[datetime | None] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(sa.Integer, default=0)


class Lately(Base):
    """How often a number, or the same words from a number, was heard and thanked since an hour began; keyed, no number."""

    __tablename__ = "lately"

    what: Mapped[bytes] = mapped_column(sa.LargeBinary(16), primary_key=True)
    heard: Mapped[int] = mapped_column(sa.Integer)
    thanked: Mapped[int] = mapped_column(sa.Integer)
    until: Mapped[datetime] = mapped_column(Moment, index=True)


class Piece(Base):
    """A piece of a long text that waits for the others, sealed under a key of its own in `ticket_key`."""

    __tablename__ = "piece"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    adapter: Mapped[str] = mapped_column(sa.String(24))
    provider_ref: Mapped[str] = mapped_column(sa.String(64))
    belongs: Mapped[bytes] = mapped_column(sa.LargeBinary(16), index=True)  # keyed: sender and the text's id
    number: Mapped[int] = mapped_column(sa.Integer)
    total: Mapped[int] = mapped_column(sa.Integer)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    sealed: Mapped[bytes] = mapped_column(sa.LargeBinary)

    __table_args__ = (sa.UniqueConstraint("adapter", "provider_ref"),)
