"""The ticket, its keys and the words by which it is found."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from channels.contract import ChannelName
from feedback.models.base import Base, Moment, RowId, new_id, new_reference, word_column


class Status(StrEnum):
    """Where a ticket stands."""

    NEW = "new"
    TRIAGED = "triaged"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    REFERRED = "referred"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a ticket ended: whether the person has heard back, or why not (R18)."""

    TOLD = "told"
    INFORMED = "declined_help"
    UNREACHABLE = "unreachable"
    UNSAFE = "unsafe_to_contact"
    PUBLISHED = "anonymous_and_published"
    DUPLICATE = "duplicate"
    JOINED = "joined"  # its message belongs to another open ticket
    SPAM = "spam"
    WRONG_NUMBER = "wrong_number"
    OPTED_OUT = "opted_out"
    OPTED_IN = "opted_in"


class RaisedBy(StrEnum):
    """Who put a ticket behind its wall; decides who may lower it (decision 13)."""

    MACHINE = "machine"
    PERSON = "person"


class Ticket(Base):
    """One piece of feedback. `compartment` is the wall it stands behind; None is open to all in scope.

    Columns in bytes are sealed under the ticket's key. Words that tell what it is about are codes of the response.
    """

    __tablename__ = "ticket"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    reference: Mapped[str] = mapped_column(sa.String(16), unique=True, default=new_reference)
    code: Mapped[str | None] = mapped_column(sa.String(8), unique=True)
    code_until: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)

    status: Mapped[Status] = word_column(Status, default=Status.NEW)
    compartment: Mapped[str | None] = mapped_column(sa.String(24), default="screening")
    tier: Mapped[str | None] = mapped_column(sa.String(8))
    raised_by: Mapped[RaisedBy | None] = word_column(RaisedBy)
    sector: Mapped[str | None] = mapped_column(sa.String(32))
    subcategory: Mapped[str | None] = mapped_column(sa.String(32))
    kind: Mapped[str | None] = mapped_column(sa.String(16))
    place: Mapped[str | None] = mapped_column(sa.String(32))
    language: Mapped[str | None] = mapped_column(sa.String(16))
    channel: Mapped[ChannelName] = word_column(ChannelName)
    response_version: Mapped[int] = mapped_column(sa.Integer)

    agency: Mapped[str | None] = mapped_column(sa.String(32))  # routed to
    desk: Mapped[str | None] = mapped_column(sa.String(32))
    provider: Mapped[str | None] = mapped_column(sa.String(32))  # runs the service
    subject: Mapped[str | None] = mapped_column(sa.String(32))  # is accused
    subject_staff: Mapped[int | None] = mapped_column(RowId)
    subject_by: Mapped[int | None] = mapped_column(RowId)  # who named the subject; None: a machine proposes it
    assigned_to: Mapped[int | None] = mapped_column(RowId, sa.ForeignKey("staff.id"))
    entered_by: Mapped[int | None] = mapped_column(RowId, sa.ForeignKey("staff.id"))

    created_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[Outcome | None] = word_column(Outcome)

    danger_first: Mapped[bool] = mapped_column(sa.Boolean, default=False)  # the light screen's word: order only
    read_at: Mapped[datetime | None] = mapped_column(Moment)  # when the classifier read it
    claimed_until: Mapped[datetime | None] = mapped_column(Moment)  # a triage lane has it in hand
    screened_at: Mapped[datetime | None] = mapped_column(Moment)  # when it left screening
    may_answer: Mapped[int | None] = mapped_column(RowId)  # the ticket that intake thinks it answers (decision 5c)
    joined_to: Mapped[int | None] = mapped_column(RowId)

    held: Mapped[bool] = mapped_column(sa.Boolean, default=False)  # kept beyond its time, for an investigation
    stripped_at: Mapped[datetime | None] = mapped_column(Moment)  # nothing here identifies the person any more
    forgotten_at: Mapped[datetime | None] = mapped_column(Moment)  # the words are gone; the coded facts stay
    faded_at: Mapped[datetime | None] = mapped_column(Moment)  # the coded facts have had their time too

    title: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    facts: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    suggestion: Mapped[bytes | None] = mapped_column(sa.LargeBinary)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - two people at one ticket: the second is told
    __table_args__ = (
        sa.Index(None, "compartment", "status", "due_at"),
        sa.Index(
            "ix_ticket_unread",
            "created_at",
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        ),
        sa.Index(None, "assigned_to"),
    )


class TicketKey(Base):
    """A ticket's key, wrapped for one recipient. Forgetting is deleting these rows."""

    __tablename__ = "ticket_key"

    ticket_id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    recipient: Mapped[str] = mapped_column(sa.String(48), primary_key=True)
    generation: Mapped[int] = mapped_column(sa.Integer)
    wrapped: Mapped[bytes] = mapped_column(sa.LargeBinary)


class Term(Base):
    """One word of an open ticket as a keyed number. Removed in the transaction that raises the ticket (decision 2)."""

    __tablename__ = "term"

    hmac64: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    ticket_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("ticket.id"), primary_key=True, autoincrement=False)

    __table_args__ = (sa.Index(None, "ticket_id"),)
