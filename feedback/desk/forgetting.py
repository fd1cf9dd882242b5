"""Forgetting: what identifies a person goes, then the words; the coded facts stay for statistics (I27, I28, R18)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import asked, envelopes, events, loans, permissions, referring, room, walls
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen
from feedback.errors import WrongState
from feedback.models.call import CallBack, LineCall
from feedback.models.contact import Contact
from feedback.models.lately import Thanks
from feedback.models.lesson import Lesson
from feedback.models.message import Message, Recording, RecordingChunk, RecordingState
from feedback.models.plan import ContactPlan
from feedback.models.reply import Note, Reply
from feedback.models.review import Access, Review
from feedback.models.staff import Staff
from feedback.models.ticket import Status, Ticket, TicketKey
from feedback.queue import Kind, nudge
from feedback.responses.terms import Retention

SHARE = 100
FEWEST = 20
"""One run forgets at most a hundredth of all closed tickets, or twenty: a wrong clock can't empty the desk (I28)."""

CALL_BACKS = timedelta(days=7)
"""So long a wish to be called back that has ended is known by its number's keyed index."""

UNTOLD = "T0"
"""Whose time what ended before it had a tier has: a STOP, or what a screener closed as spam."""

_ACTOR = events.part("retention")
_CODES = ("sector", "subcategory", "kind", "language", "agency", "desk", "provider", "subject", "subject_staff")

Step = Callable[..., None]


def run(session: Session) -> int:
    """Do what is due, by the retention of each tier; to how many tickets. Never to one that is open or held."""
    now = clock.now()
    newest = session.scalar(sa.select(sa.func.max(Ticket.created_at)))
    if newest is None or newest > now + timedelta(hours=1):
        return 0  # the clock stands before what it has already seen: nothing is due by such a clock
    session.execute(sa.delete(CallBack).where(CallBack.ended_at < now - CALL_BACKS))
    closed = session.scalar(sa.select(sa.func.count()).select_from(Ticket).where(Ticket.status == Status.CLOSED)) or 0
    room_left = max(FEWEST, closed // SHARE)
    done = 0
    for tier, retention in ((code, tier.retention) for code, tier in room.response(session).tiers.items()):
        for days, step, undone in _steps(retention):
            for ticket in _due(session, tier, now - timedelta(days=days), undone, room_left - done):
                step(session, ticket, actor=_ACTOR)
                done += 1
    return done


def strip(session: Session, ticket: Ticket, *, actor: str) -> None:
    """Take away what identifies the person: address, what was noted of them, the raw request. The words stay.

    What was joined to a ticket goes with it: its messages stand there, but its own row still knows who wrote them.
    """
    for one in with_joined(session, ticket):
        _strip(session, one)
        events.record(session, one, "strip", actor=actor)
    nudge(session, Kind.FORGOTTEN)


def forget(session: Session, ticket: Ticket, *, actor: str) -> None:
    """Take away the words and every key that opened them, with all that was derived from them."""
    for one in with_joined(session, ticket):
        _strip(session, one)
        _forget(session, one)
        events.record(session, one, "strip", actor=actor)
        events.record(session, one, "forget", actor=actor)
    nudge(session, Kind.FORGOTTEN)


def fade(session: Session, ticket: Ticket, *, actor: str) -> None:
    """The coded facts of a forgotten ticket have had their time: that there was one, its tier and how it ended stay.

    What the machine said of it beside what people decided goes too: those are the same codes once more.
    """
    for one in with_joined(session, ticket):
        for name in _CODES:
            setattr(one, name, None)
        one.place = room.response(session).place_tree.coarse(one.place)
        session.execute(seen(sa.delete(Lesson).where(Lesson.ticket_id == one.id)))
        one.faded_at = clock.now()
        events.record(session, one, "fade", actor=actor)


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


def silence_recordings(session: Session, recordings: sa.ColumnElement[bool]) -> None:
    """Take away sound and keys of recordings. The row stays, so that none is fetched anew and the provider's goes (I18)."""
    ids = session.scalars(seen(sa.select(Recording.id).where(recordings))).all()
    session.execute(seen(sa.delete(TicketKey).where(TicketKey.ticket_id.in_(ids))))
    session.execute(seen(sa.delete(RecordingChunk).where(RecordingChunk.recording_id.in_(ids))))
    gone = {"state": RecordingState.TAKEN_OUT, "source": None, "seconds": None, "size": None, "claimed_until": None}
    session.execute(seen(sa.update(Recording).where(Recording.id.in_(ids)).values(**gone)))


def with_joined(session: Session, ticket: Ticket) -> list[Ticket]:
    """The ticket, and those whose messages were moved to it, however often."""
    found, waiting = [ticket], [ticket.id]
    while waiting:
        more = session.scalars(seen(sa.select(Ticket).where(Ticket.joined_to.in_(waiting)))).all()
        found, waiting = [*found, *more], [one.id for one in more]
    return found


def _strip(session: Session, ticket: Ticket) -> None:
    referring.end_all(session, ticket)
    for of_the_person in (Contact, ContactPlan):
        session.execute(seen(sa.delete(of_the_person).where(of_the_person.ticket_id == ticket.id)))
    envelopes.erase(session, envelopes.of_ticket(session, ticket.id))
    numbers = [
        *session.scalars(seen(sa.select(Thanks.id).where(Thanks.ticket_id == ticket.id))),
        *session.scalars(seen(sa.select(LineCall.id).where(LineCall.ticket_id == ticket.id))),
    ]
    session.execute(seen(sa.delete(TicketKey).where(TicketKey.ticket_id.in_(numbers))))
    session.execute(seen(sa.delete(Thanks).where(Thanks.ticket_id == ticket.id)))
    session.execute(seen(sa.update(LineCall).where(LineCall.ticket_id == ticket.id).values(address=None)))
    session.execute(seen(sa.update(Message).where(Message.ticket_id == ticket.id).values(raw=None)))
    ticket.facts, ticket.code, ticket.stripped_at = None, None, ticket.stripped_at or clock.now()


def _forget(session: Session, ticket: Ticket) -> None:
    loans.end_all(session, ticket)
    asked.forget(session, ticket)
    silence_recordings(session, Recording.ticket_id == ticket.id)
    things = [ticket.id, *session.scalars(seen(sa.select(Note.id).where(Note.ticket_id == ticket.id, Note.own_key)))]
    for of_people in (Review, Access):
        things += session.scalars(seen(sa.select(of_people.id).where(of_people.ticket_id == ticket.id)))
        session.execute(seen(sa.update(of_people).where(of_people.ticket_id == ticket.id).values(reason=b"")))
    session.execute(seen(sa.delete(TicketKey).where(TicketKey.ticket_id.in_(things))))
    session.execute(seen(sa.update(Message).where(Message.ticket_id == ticket.id).values(words=None)))
    session.execute(seen(sa.delete(Note).where(Note.ticket_id == ticket.id)))
    session.execute(seen(sa.update(Reply).where(Reply.ticket_id == ticket.id).values(words=b"")))
    walls.forget_terms(session, ticket.id)
    ticket.title = ticket.suggestion = None
    ticket.forgotten_at = clock.now()


def _steps(retention: Retention) -> Iterator[tuple[int, Step, sa.ColumnElement[bool]]]:
    """What is done after how many days, and to which tickets it has not been done yet."""
    not_forgotten = Ticket.forgotten_at.is_(None)
    for days, step, undone in (
        (retention.words_days, forget, not_forgotten),
        (retention.identity_days, strip, sa.and_(Ticket.stripped_at.is_(None), not_forgotten)),
        (retention.facts_days, fade, sa.and_(Ticket.faded_at.is_(None), Ticket.forgotten_at.is_not(None))),
    ):
        if days is not None:
            yield days, step, undone


def _due(session: Session, tier: str, before: datetime, undone: sa.ColumnElement[bool], limit: int) -> list[Ticket]:
    if limit <= 0:
        return []
    found = sa.select(Ticket).where(Ticket.status == Status.CLOSED, Ticket.held.is_(False), Ticket.closed_at < before)
    of_tier = sa.func.coalesce(Ticket.tier, UNTOLD) == tier
    found = found.where(of_tier, Ticket.joined_to.is_(None), undone).order_by(Ticket.closed_at)
    return list(session.scalars(found.limit(limit).with_for_update(skip_locked=True)))
