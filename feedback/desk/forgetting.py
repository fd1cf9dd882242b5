"""Forgetting: what identifies a person goes, then the words; the coded facts stay for statistics (I27, I28, R18)."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import envelopes, events, permissions, room, walls
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen
from feedback.errors import WrongState
from feedback.models.contact import Contact
from feedback.models.message import Message, Recording, RecordingChunk
from feedback.models.plan import ContactPlan
from feedback.models.reply import Note, Reply
from feedback.models.review import Access, Review
from feedback.models.staff import Staff
from feedback.models.ticket import Status, Ticket, TicketKey

SHARE = 100
FEWEST = 20
"""One run forgets at most a hundredth of all closed tickets, or twenty: a wrong clock can't empty the desk (I28)."""

_ACTOR = events.part("retention")


def run(session: Session) -> int:
    """Strip and forget what is due, by the retention of each tier; how many tickets. Never one that is open or held."""
    now = clock.now()
    newest = session.scalar(sa.select(sa.func.max(Ticket.created_at)))
    if newest is None or newest > now + timedelta(hours=1):
        return 0  # the clock stands before what it has already seen: nothing is due by such a clock
    closed = session.scalar(sa.select(sa.func.count()).select_from(Ticket).where(Ticket.status == Status.CLOSED)) or 0
    room_left = max(FEWEST, closed // SHARE)
    done = 0
    for tier, retention in ((code, tier.retention) for code, tier in room.response(session).tiers.items()):
        for days, step in ((retention.words_days, forget), (retention.identity_days, strip)):
            if days is None:
                continue
            for ticket in _due(session, tier, now - timedelta(days=days), step is strip, room_left - done):
                step(session, ticket, actor=_ACTOR)
                done += 1
    return done


def strip(session: Session, ticket: Ticket, *, actor: str) -> None:
    """Take away what identifies the person: address, what was noted of them, the raw request. The words stay."""
    session.execute(seen(sa.delete(Contact).where(Contact.ticket_id == ticket.id)))
    session.execute(seen(sa.delete(ContactPlan).where(ContactPlan.ticket_id == ticket.id)))
    envelopes.erase(session, envelopes.of_ticket(session, ticket.id))
    session.execute(seen(sa.update(Message).where(Message.ticket_id == ticket.id).values(raw=None)))
    ticket.facts, ticket.code, ticket.stripped_at = None, None, clock.now()
    events.record(session, ticket, "strip", actor=actor)


def forget(session: Session, ticket: Ticket, *, actor: str) -> None:
    """Take away the words and every key that opened them, with all that was derived from them."""
    strip(session, ticket, actor=actor)
    recordings = sa.select(Recording.id).where(Recording.ticket_id == ticket.id)
    things = [ticket.id, *session.scalars(seen(recordings))]
    things += session.scalars(seen(sa.select(Note.id).where(Note.ticket_id == ticket.id, Note.own_key)))
    for of_people in (Review, Access):
        things += session.scalars(seen(sa.select(of_people.id).where(of_people.ticket_id == ticket.id)))
        session.execute(seen(sa.update(of_people).where(of_people.ticket_id == ticket.id).values(reason=b"")))
    session.execute(seen(sa.delete(TicketKey).where(TicketKey.ticket_id.in_(things))))
    session.execute(seen(sa.delete(RecordingChunk).where(RecordingChunk.recording_id.in_(things))))
    session.execute(seen(sa.delete(Recording).where(Recording.ticket_id == ticket.id)))
    session.execute(seen(sa.update(Message).where(Message.ticket_id == ticket.id).values(words=None)))
    session.execute(seen(sa.delete(Note).where(Note.ticket_id == ticket.id)))
    session.execute(seen(sa.update(Reply).where(Reply.ticket_id == ticket.id).values(words=b"")))
    walls.forget_terms(session, ticket.id)
    ticket.title = ticket.suggestion = None
    ticket.forgotten_at = clock.now()
    events.record(session, ticket, "forget", actor=actor)


def hold(session: Session, staff: Staff, ticket: Ticket) -> None:
    """Keep a ticket beyond its time, for an investigation; `let_go` ends it."""
    permissions.require(staff, Action.HOLD)
    if ticket.forgotten_at is not None:
        raise WrongState("This has been forgotten already.")
    ticket.held = True
    events.record(session, ticket, Action.HOLD, actor=events.by(staff))


def let_go(session: Session, staff: Staff, ticket: Ticket) -> None:
    """End a hold: retention applies again."""
    permissions.require(staff, Action.HOLD)
    ticket.held = False
    events.record(session, ticket, "let go", actor=events.by(staff))


def _due(session: Session, tier: str, before: datetime, stripping: bool, limit: int) -> list[Ticket]:
    if limit <= 0:
        return []
    done = Ticket.stripped_at if stripping else Ticket.forgotten_at
    found = sa.select(Ticket).where(Ticket.status == Status.CLOSED, Ticket.held.is_(False), Ticket.closed_at < before)
    found = found.where(Ticket.tier == tier, done.is_(None), Ticket.forgotten_at.is_(None))
    return list(session.scalars(found.order_by(Ticket.closed_at).limit(limit).with_for_update(skip_locked=True)))
