"""Who is to be the independent focal point: one person asks, a second one confirms (I12, decision 14)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base, Moment, RowId, new_id, new_reference


class Appointment(Base):
    """A wish that somebody be independent, until a second person has said yes or no."""

    __tablename__ = "appointment"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    reference: Mapped[str] = mapped_column(sa.String(16), unique=True, default=new_reference)
    staff_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("staff.id"), index=True)
    asked_by: Mapped[int] = mapped_column(RowId, sa.ForeignKey("staff.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    settled_by: Mapped[int | None] = mapped_column(RowId, sa.ForeignKey("staff.id"))
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    confirmed: Mapped[bool | None] = mapped_column(sa.Boolean)
