"""How somebody may be reached, what they agreed to, and what waits to go out to them on those terms."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base, Moment, RowId, new_id, word_column


class Ask(StrEnum):
    """What a person is asked to agree to, each a question of its own, asked before the act (R15)."""

    RECORD = "record"
    CONTACT = "contact"
    REFER = "refer"


class Said(StrEnum):
    """What they said. Nobody asked is no row at all (decision 17)."""

    YES = "yes"
    NO = "no"
    WITHDRAWN = "withdrawn"


class How(StrEnum):
    """How we know it."""

    ASKED = "asked"
    OWN_WORDS = "own_words"  # "call me after 8" (decision 7b)
    BEST_INTEREST = "best_interest"  # of a child, where it outweighs (R16)


class ContactPlan(Base):
    """How one person may be reached, as agreed with them; the terms are sealed with the ticket. Each change is an edition."""

    __tablename__ = "contact_plan"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    ticket_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("ticket.id"), unique=True)
    edition: Mapped[int] = mapped_column(sa.Integer, default=1)
    terms: Mapped[bytes] = mapped_column(sa.LargeBinary)
    agreed_at: Mapped[datetime] = mapped_column(Moment)
    agreed_by: Mapped[int] = mapped_column(RowId, sa.ForeignKey("staff.id"))


class Consent(Base):
    """One answer to one question of consent; append-only, the latest of a kind counts (R15, decision 17)."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    ticket_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("ticket.id"), index=True)
    ask: Mapped[Ask] = word_column(Ask)
    said: Mapped[Said] = word_column(Said)
    how: Mapped[How] = word_column(How, default=How.ASKED)
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[int] = mapped_column(RowId, sa.ForeignKey("staff.id"))  # who asked
    language: Mapped[str | None] = mapped_column(sa.String(16))  # in which it was asked
    response_version: Mapped[int] = mapped_column(sa.Integer)  # of the wording of the question
    edition: Mapped[int | None] = mapped_column(sa.Integer)  # of the plan that a consent to contact is for
    witness: Mapped[str | None] = mapped_column(sa.String(16))  # a code: who else was there


class HeldEnvelope(Base):
    """What a machine needs to send one reply of a sensitive ticket, under a key of its own in `ticket_key` that the desk
    opens; both are erased once it has been handed over (decision 4)."""

    __tablename__ = "held_envelope"

    id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("reply.id"), primary_key=True, autoincrement=False)
    ticket_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("ticket.id"), index=True)
    wall: Mapped[str] = mapped_column(sa.String(24))  # where the ticket stood when it was written
    edition: Mapped[int | None] = mapped_column(sa.Integer)  # of the plan; None: a first contact
    sealed: Mapped[bytes] = mapped_column(sa.LargeBinary)
