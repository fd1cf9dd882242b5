"""What a lead wrote for the investigation unit of an accused agency, until its link is opened or over (decision 15)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base, Moment, RowId, new_id


class Referral(Base):
    """Words under a key that only the link's word gives; of the word a digest is kept. The row goes when it is over: opened,
    taken back, expired or forgotten, and what happened stands in the history."""

    __tablename__ = "referral"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    ticket_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("ticket.id"), unique=True)  # one is out at a time
    wall: Mapped[str] = mapped_column(sa.String(24))  # where the ticket stood
    agency: Mapped[str] = mapped_column(sa.String(32))  # who was accused, to whose unit it is addressed
    word: Mapped[bytes] = mapped_column(sa.LargeBinary, unique=True)
    words: Mapped[bytes] = mapped_column(sa.LargeBinary)
    by: Mapped[int] = mapped_column(RowId, sa.ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime] = mapped_column(Moment)
