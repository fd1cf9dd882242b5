"""What has left the desk: the numbers of each month as they were published, and who took them along."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base, Moment, RowId, new_id, new_reference


class PublishedMonth(Base):
    """One month's numbers, masked. Written once and never again: whoever compares two exports finds no difference."""

    __tablename__ = "published_month"

    month: Mapped[str] = mapped_column(sa.String(7), primary_key=True)  # 2026-10
    at: Mapped[datetime] = mapped_column(Moment)
    response_version: Mapped[int] = mapped_column(sa.Integer)
    numbers: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # masked cells are null: what is masked is not kept


class Export(Base):
    """One file that somebody took: which months, until when its link works."""

    __tablename__ = "export"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    reference: Mapped[str] = mapped_column(sa.String(16), unique=True, default=new_reference)
    staff_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime] = mapped_column(Moment)
    months: Mapped[list[str]] = mapped_column(sa.JSON)
    tiers: Mapped[list[str]] = mapped_column(sa.JSON)  # the sensitive ones that its maker was cleared to count
