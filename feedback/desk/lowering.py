"""Lowering: what only a machine raised takes one cleared person, what a person raised takes two (decision 13, I14)."""

from __future__ import annotations

from dataclasses import asdict, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.desk import conflicts, events, lessons, permissions, reviews, room, routing, screening
from feedback.desk.intake_rows import SCREENING
from feedback.desk.permissions import Action
from feedback.desk.screening import Coding
from feedback.desk.visibility import seen
from feedback.errors import Invalid, WrongState
from feedback.models.event import Event
from feedback.models.lesson import How
from feedback.models.review import Matter, Review, Verdict
from feedback.models.staff import Staff
from feedback.models.ticket import RaisedBy, Status, Ticket

_CHANGES = (Action.TRIAGE, Action.RAISE, Action.LOWER)


def lower(session: Session, staff: Staff, ticket: Ticket, coding: Coding, reason: str) -> bool:
    """Make a ticket less grave. True: it is done, and sealed to those who may read it now; False: a second person decides.

    Raises `Invalid` without a reason or for what is not less grave, `WrongState` where somebody stands accused still.
    """
    permissions.require(staff, Action.LOWER)
    tier = _less_grave(session, ticket, coding)
    codes = f"{ticket.tier} {coding.sector or '-'} {coding.subcategory or '-'} {tier} {coding.kind or '-'}"
    if ticket.raised_by is RaisedBy.MACHINE:
        reviews.ask(session, staff, ticket, Matter.LOWERED, reason, codes=codes)
        _apply(session, staff, ticket, coding, tier)
        return True
    if reviews.pending(session, ticket, Matter.LOWERING) is not None:
        raise WrongState("This waits for a second colleague already.")
    reviews.ask(session, staff, ticket, Matter.LOWERING, reason, codes=codes)
    events.record(session, ticket, "wish to lower", actor=events.by(staff), detail=tier)
    return False


def confirm(session: Session, staff: Staff, ticket: Ticket) -> None:
    """A person says that a machine raised this rightly: from now on lowering it takes two."""
    permissions.require(staff, Action.LOWER)
    if ticket.compartment in (None, SCREENING) or ticket.raised_by is not RaisedBy.MACHINE:
        raise WrongState("This has been decided by a person already.")
    ticket.raised_by = RaisedBy.PERSON
    lessons.decide(session, staff, ticket, How.CONFIRMED)
    events.record(session, ticket, "confirm sensitive", actor=events.by(staff), detail=ticket.tier or "")


def decide(session: Session, staff: Staff, reference: str, verdict: Verdict) -> Ticket:
    """The second person's word on anything that waits for one; what follows from it happens with it.

    A wish to lower that is right is carried out; what was lowered wrongly is raised again at once. Raises `WrongState`
    for a wish that is out of date, since somebody raised the ticket meanwhile.
    """
    review, ticket = reviews.find(session, staff, reference)
    if review.matter is Matter.LOWERING and verdict is Verdict.RIGHT:
        if ticket.compartment != review.wall or _changed_since(session, review):
            raise WrongState("This has changed since they asked. Please look at the ticket again.")
        coding = _coding(review)
        tier = _less_grave(session, ticket, coding)
        reviews.settle(session, staff, review, ticket, verdict)
        _apply(session, staff, ticket, coding, tier)
        return ticket
    reviews.settle(session, staff, review, ticket, verdict)
    if review.matter is Matter.LOWERED and verdict is Verdict.WRONG:
        before = review.codes.split()[0]
        if ticket.compartment is None or routing.grave(ticket.tier or "T0") < routing.grave(before):
            screening.raise_(session, staff, ticket, before)
    return ticket


def _less_grave(session: Session, ticket: Ticket, coding: Coding) -> str:
    """The tier that these codes make. Raises where this would not lower the ticket, or may not."""
    if ticket.compartment in (None, SCREENING) or ticket.status is Status.CLOSED:
        raise WrongState("Only an open matter behind a wall can be lowered.")
    routing.check_codes(session, **asdict(coding))
    tier = routing.tier_of(session, coding.sector, coding.subcategory, coding.tier)
    if routing.grave(tier) >= routing.grave(ticket.tier or "T3"):
        raise Invalid(
            {"tier": "This is not less grave. Another kind of sensitive matter can be chosen with Sensitive."}
        )
    if room.response(session).tiers[tier].compartment is None and conflicts.named(ticket):
        raise WrongState("Somebody stands accused here. Say first that nobody does; in the open they would read it.")
    return tier


def _apply(session: Session, staff: Staff, ticket: Ticket, coding: Coding, tier: str) -> None:
    """Out of the wall, re-sealed in the same transaction; only then may anything automatic go out."""
    events.record(session, ticket, Action.LOWER, actor=events.by(staff), detail=tier)
    screening.code(session, staff, ticket, replace(coding, tier=tier, place=coding.place or ticket.place))
    lessons.decide(session, staff, ticket, How.LOWERED)


def _changed_since(session: Session, review: Review) -> bool:
    newer = sa.select(Event.id).where(Event.ticket_id == review.ticket_id, Event.id > review.id)
    return session.scalar(seen(newer.where(Event.action.in_(_CHANGES)).limit(1))) is not None


def _coding(review: Review) -> Coding:
    _, sector, subcategory, tier, kind = (None if word == "-" else word for word in review.codes.split())
    return Coding(sector, subcategory, kind, tier)
