"""The history: one line for each change, append-only, without words or addresses."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base, Moment, RowId, new_id


class Event(Base):
    """Who did what when. `detail` holds codes only. The last four columns are filled when events are chained (decision 22)."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    at: Mapped[datetime] = mapped_column(Moment)
    ticket_id: Mapped[int | None] = mapped_column(RowId, index=True)
    actor: Mapped[str] = mapped_column(sa.String(40))  # "staff:<id>" or "part:<name>"
    action: Mapped[str] = mapped_column(sa.String(24))
    detail: Mapped[str] = mapped_column(sa.String(200), default="")
    wall: Mapped[str | None] = mapped_column(sa.String(24))  # the ticket's compartment at that moment
    place: Mapped[int | None] = mapped_column(sa.BigInteger, unique=True)  # its place in the chain
    chained_at: Mapped[datetime | None] = mapped_column(Moment)
    previous: Mapped[bytes | None] = mapped_column(sa.LargeBinary(32))
    digest: Mapped[bytes | None] = mapped_column(sa.LargeBinary(32))

    __table_args__ = (
        sa.Index(
            "ix_event_unchained",
            "id",
            sqlite_where=sa.text("place IS NULL"),
            postgresql_where=sa.text("place IS NULL"),
        ),
    )
