"""What people ask about what is held of them, what was taken out of tickets, and breaches: coded facts, no words."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base, Moment, RowId, new_id, new_reference, word_column


class Right(StrEnum):
    """What a person asks."""

    SEE = "see"
    CORRECT = "correct"
    ERASE = "erase"


class Proof(StrEnum):
    """How we know that it is their matter."""

    CODE = "code"
    CALLED_BACK = "called_back"  # on the number of the ticket, never on another one
    KNOWN = "known"  # in person, by whoever took it in
    NOT_SHOWN = "not_shown"


class Ground(StrEnum):
    """Why a request ended as it did."""

    DONE = "done"
    NOT_SHOWN = "not_shown"
    HELD = "held"  # an investigation needs it: a hold stands
    LAW = "law"
    OTHERS = "others"  # somebody else's safety or words
    NOT_THEIRS = "not_theirs"
    TAKEN_BACK = "taken_back"


class DataRequest(Base):
    """Somebody asks to see, correct or have erased what is held of them on one ticket. `ground` None: it is open."""

    __tablename__ = "data_request"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    reference: Mapped[str] = mapped_column(sa.String(16), unique=True, default=new_reference)
    ticket_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("ticket.id"), index=True)
    right: Mapped[Right] = word_column(Right)
    proof: Mapped[Proof] = word_column(Proof)
    at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    taken_by: Mapped[int] = mapped_column(RowId, sa.ForeignKey("staff.id"))
    settled_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    settled_by: Mapped[int | None] = mapped_column(RowId, sa.ForeignKey("staff.id"))
    ground: Mapped[Ground | None] = word_column(Ground)


class Reason(StrEnum):
    """Why a part was taken out."""

    NOT_NEEDED = "not_needed"
    OTHER_PERSON = "other_person"
    WRONG_TICKET = "wrong_ticket"
    ASKED = "asked"
    DANGEROUS = "dangerous"


class Redaction(Base):
    """One part of a ticket was taken out while the ticket stays. `row_id`: the row that held it."""

    __tablename__ = "redaction"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    ticket_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("ticket.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(16))  # message, transcript, recording, reply, note, visit, title, fact
    row_id: Mapped[int] = mapped_column(RowId)
    said_at: Mapped[datetime] = mapped_column(Moment)  # where it stood in the thread
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[int | None] = mapped_column(RowId, sa.ForeignKey("staff.id"))  # None: a restore did it again
    reason: Mapped[Reason] = word_column(Reason)
    owed: Mapped[bool] = mapped_column(sa.Boolean, default=False)  # a restore waits for somebody who opens the ticket


class Leak(StrEnum):
    """What happened."""

    LOST_DEVICE = "lost_device"
    LOST_PAPER = "lost_paper"
    WRONG_PERSON = "wrong_person"  # something went to, or was said to, somebody else
    SEEN = "seen"  # by somebody who may not
    ACCOUNT = "account"  # somebody signed in as another
    TAKEN = "taken"  # copied or carried away
    OTHER = "other"


class Affected(StrEnum):
    """What of people is concerned."""

    CONTACTS = "contacts"
    WORDS = "words"
    RECORDINGS = "recordings"
    SENSITIVE = "sensitive"
    STAFF = "staff"
    NOT_KNOWN = "not_known"


class Breach(Base):
    """A suspected breach: when it was found, what is affected, and each step, with the time it was taken."""

    __tablename__ = "breach"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    reference: Mapped[str] = mapped_column(sa.String(16), unique=True, default=new_reference)
    kind: Mapped[Leak] = word_column(Leak)
    affected: Mapped[list[str]] = mapped_column(sa.JSON)
    found_at: Mapped[datetime] = mapped_column(Moment)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[int] = mapped_column(RowId, sa.ForeignKey("staff.id"))
    ticket_id: Mapped[int | None] = mapped_column(RowId, sa.ForeignKey("ticket.id"))
    contained_at: Mapped[datetime | None] = mapped_column(Moment)
    assessed_at: Mapped[datetime | None] = mapped_column(Moment)
    told_at: Mapped[datetime | None] = mapped_column(Moment)
    nobody_to_tell: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    closed_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
