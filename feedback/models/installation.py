"""What this installation remembers of itself."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base, Moment


class Installation(Base):
    """A few words by name: whether it is a demo, and which response it began with."""

    __tablename__ = "installation"

    name: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    word: Mapped[str] = mapped_column(sa.String(200))


class Slot(Base):
    """The last time that the scheduler asked for a kind of job, so that missed ones are seen."""

    __tablename__ = "slot"

    kind: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
