"""One item of a sealed ticket that an interpreter has for two hours (R28)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base, Moment, RowId, new_id, new_reference, word_column


class What(StrEnum):
    """What is lent."""

    MESSAGE = "message"
    NOTE = "note"
    RECORDING = "recording"


class Lent(Base):
    """One message, note or recording for one interpreter. Words are a copy under a key of its own in `ticket_key`, wrapped
    for them alone; of a recording its key is. When it ends the copy and that wrap are deleted."""

    __tablename__ = "lent_item"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    reference: Mapped[str] = mapped_column(sa.String(16), unique=True, default=new_reference)
    ticket_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("ticket.id"), index=True)
    wall: Mapped[str] = mapped_column(sa.String(24))  # where the ticket stood when it was lent
    what: Mapped[What] = word_column(What)
    item_id: Mapped[int] = mapped_column(RowId)
    words: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    to: Mapped[int] = mapped_column(RowId, sa.ForeignKey("staff.id"), index=True)
    by: Mapped[int] = mapped_column(RowId, sa.ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
