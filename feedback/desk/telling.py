"""Telling by hand on a sensitive ticket: what waits for a call or a visit, when it may be made, and what came of it (R2, R4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.phone import mask
from feedback import clock
from feedback.desk import contacts, events, permissions, plans, room, sealing, tasks
from feedback.desk.permissions import Action
from feedback.desk.plans import Plan
from feedback.desk.unreachable import NOT_REACHED
from feedback.desk.visibility import seen
from feedback.errors import WrongState
from feedback.models.event import Event
from feedback.models.reply import Purpose, Reply, ReplyState
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket

BY_HAND = (ReplyState.BY_HAND, ReplyState.FAILED)


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to say by hand. `number` is masked until the call is taken in hand, None where somebody goes there."""

    reference: str
    purpose: Purpose
    words: str
    number: str | None
    in_hand: bool
    opens_at: datetime | None  # None: it may be made now
    tries: int


def waiting(session: Session, staff: Staff, ticket: Ticket) -> list[Task]:
    """What waits on this ticket, oldest first."""
    key, plan, own = sealing.key(session, ticket.id), plans.find(session, ticket), contacts.address(session, ticket)
    shown, tries = _events(session, ticket, tasks.NUMBER), _events(session, ticket, NOT_REACHED)
    found = sa.select(Reply).where(Reply.ticket_id == ticket.id, Reply.state.in_(BY_HAND)).order_by(Reply.queued_at)
    listed = []
    for reply in session.scalars(seen(found)):
        number, task = _number(reply, plan, own), tasks.mark(reply)
        taken = [one.at for one in shown if one.detail == task and one.actor == events.by(staff)]
        in_hand = number is not None and any(at > clock.now() - tasks.IN_HAND_FOR for at in taken)
        listed.append(
            Task(
                reply.reference,
                reply.purpose,
                sealing.unseal(key, Reply, "words", reply.id, reply.words),
                number if in_hand else mask(number) if number else None,
                in_hand,
                _opens(session, reply, plan),
                sum(one.detail == task for one in tries),
            )
        )
    return listed


def take(session: Session, staff: Staff, ticket: Ticket, reply: Reply) -> None:
    """Take a call in hand: the number shows to this person, which is recorded. Raises `WrongState` outside its hours."""
    _check(session, staff, ticket, reply)
    events.record(session, ticket, tasks.NUMBER, actor=events.by(staff), detail=tasks.mark(reply))


def told(session: Session, staff: Staff, ticket: Ticket, reply: Reply) -> None:
    """They have heard it. The ticket stays open: those who own it say how it ended."""
    _check(session, staff, ticket, reply)
    reply.state, reply.ended_at, reply.told_by = ReplyState.DELIVERED, clock.now(), staff.id
    events.record(session, ticket, "delivered", actor=events.by(staff))


def tried(session: Session, staff: Staff, ticket: Ticket, reply: Reply) -> None:
    """Nobody, or not the right person, was reached."""
    _check(session, staff, ticket, reply)
    events.record(session, ticket, NOT_REACHED, actor=events.by(staff), detail=tasks.mark(reply))


def _check(session: Session, staff: Staff, ticket: Ticket, reply: Reply) -> None:
    permissions.require(staff, Action.PLAN)
    if ticket.compartment is None or reply.state not in BY_HAND:
        raise WrongState("This waits no more: it was told, or other terms were agreed.")
    if _opens(session, reply, plans.find(session, ticket)) is not None:
        raise WrongState("This is not the hour that was agreed.")


def _opens(session: Session, reply: Reply, plan: Plan | None) -> datetime | None:
    """When it may be made, if that is not now; in danger to life that is always (decision 7c)."""
    if reply.purpose is Purpose.DANGER:
        return None
    hours = room.response(session).first_contact_hours if reply.purpose is Purpose.FIRST_CONTACT else None
    if hours is None and plan is not None:
        hours = plan.terms.hours
    if hours is None:
        return None
    at = plans.next_time(session, hours, clock.now())
    return at if at > clock.now() else None


def _number(reply: Reply, plan: Plan | None, own: str | None) -> str | None:
    if reply.purpose is Purpose.DANGER and reply.why == plans.VISIT:
        return None
    if plan is not None and reply.purpose is not Purpose.DANGER and not plan.terms.allows(plans.CALL):
        return None
    return (plan.terms.number if plan is not None else "") or own


def _events(session: Session, ticket: Ticket, action: str) -> list[Event]:
    found = sa.select(Event).where(Event.ticket_id == ticket.id, Event.action == action)
    return list(session.scalars(seen(found)))
