"""What the desk knows of tablets: the codes it has set aside for each, so that one can be given without a network."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base, Moment, RowId, new_id


class ReservedCode(Base):
    """One eight-digit code set aside for one tablet; gone once a form brings it along. The tablet is known by a digest."""

    __tablename__ = "reserved_code"

    code: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    number: Mapped[int] = mapped_column(RowId, default=new_id)  # tablets use them in this order
    tablet: Mapped[bytes] = mapped_column(sa.LargeBinary(16), index=True)
    until: Mapped[datetime] = mapped_column(Moment)
