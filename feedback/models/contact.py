"""Ways to reach people, and the numbers that get nothing from us."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base, Moment, RowId, new_id


class Contact(Base):
    """How to reach whoever opened one ticket. One row a ticket, so that none spans a wall; the index is the wall's own."""

    __tablename__ = "contact"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    ticket_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("ticket.id"), index=True)
    adapter: Mapped[str] = mapped_column(sa.String(24))
    address: Mapped[bytes] = mapped_column(sa.LargeBinary)
    address_index: Mapped[bytes | None] = mapped_column(sa.LargeBinary(16), index=True)


class Silent(Base):
    """A number that gets nothing from us: STOP, undeliverable or a wish, alike and without a reason (decision 4)."""

    __tablename__ = "silent"

    address_index: Mapped[bytes] = mapped_column(sa.LargeBinary(16), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
