"""Danger to life now: the duty officer places one neutral call or sends somebody, never a text (decision 7c, story 20)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import events, outbound, permissions, plans, reviews, room, sealing
from feedback.desk.permissions import Action
from feedback.errors import Invalid, WrongState
from feedback.models.base import new_id
from feedback.models.reply import Purpose, Reply, ReplyState
from feedback.models.review import Matter
from feedback.models.staff import Staff
from feedback.models.ticket import Status, Ticket

WAYS = (plans.CALL, plans.VISIT)
OPENING = "call_back_opening"


def place(session: Session, staff: Staff, ticket: Ticket, way: str, reason: str) -> Reply:
    """Make the task: a call that opens neutrally, or a visit. A second person looks at it within 24 hours.

    Raises `WrongState` where they forbade that way, `Invalid` without a reason.
    """
    permissions.require(staff, Action.DANGER)
    if way not in WAYS:
        raise Invalid({"way": "Choose a call or a visit. A text is never sent."})
    if ticket.compartment is None or ticket.status is Status.CLOSED:
        raise WrongState("This is for an open matter behind a wall.")
    if forbidden(session, ticket, way):
        raise WrongState("They asked us not to. Choose the other way, or wait until they come.")
    reviews.ask(session, staff, ticket, Matter.DANGER, reason, codes=way, field="why_now")
    now, reply_id, key = clock.now(), new_id(), sealing.key(session, ticket.id)
    words = room.response(session).phrases.text(OPENING, ticket.language or "und")
    reply = Reply(
        id=reply_id,
        ticket_id=ticket.id,
        channel=ticket.channel,
        purpose=Purpose.DANGER,
        state=ReplyState.BY_HAND,
        words=sealing.seal(key, Reply, "words", reply_id, words),
        author=staff.id,
        why=way,
        queued_at=now,
        not_before=now,
    )
    session.add(reply)
    events.record(session, ticket, Action.DANGER, actor=events.by(staff), detail=way)
    return reply


def forbidden(session: Session, ticket: Ticket, way: str) -> bool:
    """Did they forbid this way: in the plan, or by their own words for a call?"""
    plan = plans.find(session, ticket)
    if plan is not None and way in plan.terms.never:
        return True
    return way == plans.CALL and plan is None and outbound.asked_not_to(session, ticket)
