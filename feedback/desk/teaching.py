"""Which tickets may teach the machine, and their rows: decided, settled, open since ever, nothing held, silent or withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from classifier import lesson_file
from classifier.suggestion import Verdict
from feedback import clock
from feedback.desk import contacts, events, permissions, sealing, silence
from feedback.desk.blanking import blank
from feedback.desk.exports import inert
from feedback.desk.intake_rows import SCREENING
from feedback.desk.permissions import Action
from feedback.desk.publishing import NOT_FEEDBACK
from feedback.desk.visibility import seen, visible
from feedback.models.event import Event
from feedback.models.lesson import Lesson
from feedback.models.message import Message
from feedback.models.plan import Ask, Consent, Said
from feedback.models.review import Link, Review
from feedback.models.right import DataRequest, Right
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket

SETTLES = timedelta(days=14)
"""So long after it came, and after the decision, a ticket waits: raised, withdrawn or corrected meanwhile, it teaches nothing wrong."""

LASTS = timedelta(days=30)
"""After so long training refuses the file: what was forgotten meanwhile is not in the next one."""

BATCH = 200
_LOWERED_OR_RAISED = (Action.RAISE, Action.LOWER)


def export(session: Session, staff: Staff) -> list[dict[str, str]]:
    """The lessons of open tickets that this coordinator may see, in no order that tells when; recorded with their name.

    Never of a ticket that once stood behind a wall. Raises `NotAllowed` for whoever publishes nothing.
    """
    permissions.require(staff, Action.PUBLISH)
    found = sa.select(Ticket).join(Lesson, Lesson.ticket_id == Ticket.id).where(visible(staff), *_may_teach(), *_open())
    rows = rows_of(session, session.scalars(seen(found)).all())
    events.record(session, None, "lessons", actor=events.by(staff), detail=f"{len(rows)} open")
    return rows


def rows_of(session: Session, tickets: Sequence[Ticket]) -> list[dict[str, str]]:
    """A row each, as far as this session opens them, without what names the person and without silent numbers."""
    until = (clock.now() + LASTS).date()
    rows = []
    for start in range(0, len(tickets), BATCH):
        rows += _rows(session, {ticket.id: ticket for ticket in tickets[start : start + BATCH]}, until)
    return sorted(rows, key=lambda row: row["ticket"])


def settled() -> tuple[sa.ColumnElement[bool], ...]:
    """What holds of every ticket that teaches, wherever it stands."""
    before = clock.now() - SETTLES
    refused = sa.or_(Consent.said == Said.WITHDRAWN, sa.and_(Consent.ask == Ask.RECORD, Consent.said == Said.NO))
    return (
        Ticket.created_at < before,
        Ticket.held.is_(False),
        Ticket.forgotten_at.is_(None),
        Ticket.stripped_at.is_(None),  # whether its number is silent can't be told any more
        sa.or_(Ticket.outcome.is_(None), Ticket.outcome.not_in(NOT_FEEDBACK)),
        ~sa.exists().where(Consent.ticket_id == Ticket.id, refused),
        ~sa.exists().where(DataRequest.ticket_id == Ticket.id, DataRequest.right == Right.ERASE),
    )


def _may_teach() -> tuple[sa.ColumnElement[bool], ...]:
    return (*settled(), Lesson.decided_at < clock.now() - SETTLES, Ticket.sector.is_not(None))


def _open() -> tuple[sa.ColumnElement[bool], ...]:
    """In the open, and never anywhere else: no machine took it for sensitive, and nobody."""
    walled = sa.or_(sa.and_(Event.wall.is_not(None), Event.wall != SCREENING), Event.action.in_(_LOWERED_OR_RAISED))
    linked = sa.or_(Link.report_id == Ticket.id, Link.assistance_id == Ticket.id)
    return (
        Ticket.compartment.is_(None),
        Ticket.raised_by.is_(None),
        Lesson.verdict != Verdict.SENSITIVE.value,
        ~sa.exists().where(Event.ticket_id == Ticket.id, walled),
        ~sa.exists().where(Review.ticket_id == Ticket.id),
        ~sa.exists().where(linked),
    )


def _rows(session: Session, tickets: dict[int, Ticket], until: date) -> list[dict[str, str]]:
    keys = sealing.keys(session, tickets)
    texts: dict[int, list[str]] = {id_: [] for id_ in keys}
    said = sa.select(Message).where(Message.ticket_id.in_(list(keys)), Message.words.is_not(None))
    for message in session.scalars(seen(said.order_by(Message.at))):
        key = keys[message.ticket_id]
        texts[message.ticket_id].append(sealing.unseal(key, Message, "words", message.id, message.words))
    addresses = contacts.addresses(session, keys)
    silent = silence.among(session, addresses.values())
    rows = []
    for id_, parts in texts.items():
        ticket, text = tickets[id_], "\n".join(parts).strip()
        if not text or addresses.get(id_) in silent:
            continue
        names = sealing.unseal_mapping(keys[id_], id_, "facts", ticket.facts).get("name", "")
        rows.append(_row(ticket, blank(text, [names]), until))
    return rows


def _row(ticket: Ticket, text: str, until: date) -> dict[str, str]:
    open_ = ticket.compartment is None
    return {
        "ticket": lesson_file.number_of(ticket.reference),
        "until": until.isoformat(),
        "language": ticket.language or "und",
        "channel": ticket.channel.value,
        "sectors": (ticket.sector or "") if open_ else "",
        "subcategory": (ticket.subcategory or "") if open_ else "",
        "kind": (ticket.kind or "") if open_ else "",
        "danger": "" if open_ else ticket.tier or "",
        "text": str(inert(text)),
    }
