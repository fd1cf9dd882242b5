"""What waits for somebody to look: since when they are called, by when it is seen (decision 12, I23)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import room
from feedback.desk.intake_rows import SCREENING
from feedback.desk.openings import OPEN
from feedback.desk.permissions import Action
from feedback.models.event import Event
from feedback.models.review import Access, Matter, Recusal, Review
from feedback.models.ticket import Status, Ticket
from feedback.responses.deadlines import Step

CLIMB = timedelta(minutes=15)
CLIMB_LIFE = timedelta(minutes=5)
"""Nobody confirms for so long: the next rung is called; sooner where life is in danger."""

LIFE = "T3-L"
MOST = 200
"""So many of what waits in screening are looked at, danger and the oldest first: they are all one call."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A ticket that needs somebody from `since` on, and is to be seen by `look_by`."""

    ticket: Ticket
    wall: str
    since: datetime
    look_by: datetime
    climb: timedelta
    apart: int | None = None  # whose doing it is: somebody else has to look


def waiting(session: Session) -> list[Waiting]:
    """What needs somebody now. In screening: danger at once, the rest past its deadline or unread; elsewhere what is
    sensitive and has not been opened behind its wall: the urgent at once, the rest past the tier's first look. And what
    was done without consent, since life was in danger, where no second person has looked at it within a day. And what is
    open, but alerts at one report (R25), until somebody has taken it: the rota of screening hears of it.
    """
    return [
        *_reviews(session),
        *_in_screening(session),
        *_sealed(session),
        *_emergencies(session),
        *_alerts(session),
    ]


def _in_screening(session: Session) -> Iterator[Waiting]:
    now, times = clock.now(), room.response(session).screening
    unread = sa.and_(Ticket.read_at.is_(None), Ticket.created_at <= now - times.unread_after)
    needs = sa.or_(Ticket.danger_first, Ticket.due_at <= now, unread)
    found = sa.select(Ticket).where(Ticket.compartment == SCREENING, Ticket.status != Status.CLOSED, needs)
    for ticket in session.scalars(found.order_by(Ticket.danger_first.desc(), Ticket.created_at).limit(MOST)):
        owed = ticket.due_at or ticket.created_at + times.look_within
        if ticket.danger_first:
            yield Waiting(ticket, SCREENING, ticket.created_at, ticket.created_at + times.flagged_within, CLIMB)
        else:
            since = min(owed, ticket.created_at + times.unread_after) if ticket.read_at is None else owed
            yield Waiting(ticket, SCREENING, since, since, CLIMB)


def _reviews(session: Session) -> Iterator[Waiting]:
    """A call or visit without consent that nobody else has looked at in time (decision 7c): another one is called."""
    late = sa.and_(Review.matter == Matter.DANGER, Review.settled_at.is_(None), Review.due_at <= clock.now())
    found = sa.select(Ticket, Review).join(Review, Review.ticket_id == Ticket.id)
    for ticket, review in session.execute(found.where(late, Review.wall == Ticket.compartment)):
        yield Waiting(ticket, review.wall, review.due_at, review.due_at, CLIMB, apart=review.by)


def _emergencies(session: Session) -> Iterator[Waiting]:
    """Somebody without clearance asks to be let in: the wall's rota hears of it at once (I12)."""
    asked = sa.select(Ticket, Access.asked_at).join(Access, Access.ticket_id == Ticket.id)
    still = sa.and_(Access.decided_at.is_(None), Access.wall == Ticket.compartment, Ticket.status != Status.CLOSED)
    for ticket, at in session.execute(asked.where(still)):
        yield Waiting(ticket, ticket.compartment or "", at, at + CLIMB, CLIMB)


def _alerts(session: Session) -> Iterator[Waiting]:
    """Signs of an outbreak, a fire or a flood: open, and nobody's yet."""
    response = room.response(session)
    named = [
        sa.and_(Ticket.sector == sector.code, Ticket.subcategory == one.code)
        for sector in response.sectors.values()
        for one in sector.subcategories.values()
        if one.alert
    ]
    open_ = sa.and_(Ticket.compartment.is_(None), Ticket.status == Status.TRIAGED, Ticket.assigned_to.is_(None))
    found = sa.select(Ticket).where(open_, Ticket.joined_to.is_(None), sa.or_(sa.false(), *named))
    for ticket in session.scalars(found.order_by(Ticket.created_at).limit(MOST)):
        look_by = response.due(ticket.tier or "", ticket.created_at, Step.LOOK)
        yield Waiting(ticket, SCREENING, ticket.created_at, look_by, CLIMB)


def _sealed(session: Session) -> Iterator[Waiting]:
    """Behind the other walls. An opening counts behind the wall where it was made: raised again, it is unseen again. So
    it is when who opened it passed it on."""
    passed_on = sa.exists().where(Recusal.ticket_id == Ticket.id, Recusal.at >= Event.at)
    opened = sa.exists().where(
        Event.ticket_id == Ticket.id, Event.wall == Ticket.compartment, Event.action == OPEN, ~passed_on
    )
    came = (
        sa.select(sa.func.max(Event.at))
        .where(Event.ticket_id == Ticket.id, Event.action.in_((Action.TRIAGE, Action.RAISE)))
        .scalar_subquery()
    )
    behind = sa.and_(Ticket.compartment.is_not(None), Ticket.compartment != SCREENING)
    found = sa.select(Ticket, came).where(behind, Ticket.status != Status.CLOSED, ~opened).order_by(Ticket.created_at)
    response, now = room.response(session), clock.now()
    for ticket, at in session.execute(found):
        tier = response.tiers.get(ticket.tier or "")
        if tier is None or ticket.compartment is None:
            continue
        began = at or ticket.created_at
        look_by = response.due(tier.code, began, Step.LOOK)
        since = began if tier.urgent else look_by
        if since <= now:
            climb = CLIMB_LIFE if tier.code == LIFE else CLIMB
            yield Waiting(ticket, ticket.compartment, since, look_by, climb)
