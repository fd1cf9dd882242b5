"""Closing the loop, the part of staff: answer, recall, tell by hand."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.contract import ChannelName
from feedback import clock
from feedback.desk import contacts, envelopes, events, lifecycle, permissions, plans, room, sealing, silence
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen, visible
from feedback.errors import Invalid, NotAllowed, WrongState, filled
from feedback.models.base import new_id
from feedback.models.reply import Purpose, Reply, ReplyState
from feedback.models.staff import Staff
from feedback.models.ticket import Outcome, Status, Ticket
from feedback.queue import Kind, nudge

RECALL_FOR = timedelta(seconds=6)
"""So long a reply waits before a machine takes it, so that a slip can be taken back."""

LONGEST = 1600
"""Characters; Twilio takes no longer text."""


def answer(session: Session, staff: Staff, ticket: Ticket, text: str, *, purpose: Purpose = Purpose.ANSWER) -> Reply:
    """Write a reply. It is queued where the person's channel can carry it, else it is a task for a person.

    Raises `NotAllowed` on a sensitive or unscreened ticket (R3, decision 7), `Invalid` for an empty or too long text.
    """
    permissions.require(staff, Action.ANSWER)
    if ticket.compartment is not None:
        raise NotAllowed(
            "Nothing goes out on this ticket unasked. Agree with the person first how they may be reached."
        )
    text = text.strip()
    if not text:
        raise Invalid({"text": "Write what the person should hear."})
    if len(text) > LONGEST:
        raise Invalid({"text": filled("This is too long: at most %(most)s characters.", most=LONGEST)})
    now, key, reply_id = clock.now(), sealing.key(session, ticket.id), new_id()
    adapter = carrier(session, ticket, key)
    lifecycle.move(session, ticket, Action.ANSWER, actor=events.by(staff), detail="queued" if adapter else "by hand")
    reply = Reply(
        id=reply_id,
        ticket_id=ticket.id,
        channel=ticket.channel,
        adapter=adapter,
        purpose=purpose,
        state=ReplyState.QUEUED if adapter else ReplyState.BY_HAND,
        words=sealing.seal(key, Reply, "words", reply_id, text),
        author=staff.id,
        queued_at=now,
        not_before=now + RECALL_FOR,
    )
    session.add(reply)
    if adapter:
        nudge(session, Kind.DELIVER)
    return reply


def recall(session: Session, staff: Staff, ticket: Ticket, reply: Reply) -> None:
    """Take back a reply that no machine has taken yet. Raises `WrongState` when it is too late."""
    permissions.require(staff, Action.RECALL)
    taken = sa.update(Reply).where(Reply.id == reply.id, Reply.state.in_((ReplyState.QUEUED, ReplyState.BY_HAND)))
    result = session.execute(seen(taken.values(state=ReplyState.RECALLED, ended_at=clock.now())))
    if result.rowcount == 0:  # type: ignore[attr-defined]
        raise WrongState("Too late to take it back: it has gone out.")
    envelopes.erase(session, [reply.id])
    if ticket.status is Status.ANSWERED:
        lifecycle.move(session, ticket, Action.RECALL, actor=events.by(staff))


def told(session: Session, staff: Staff, ticket: Ticket, reply: Reply) -> None:
    """Record that a person was told by hand: the loop is closed if it was an answer (R18)."""
    permissions.require(staff, Action.TELL)
    if ticket.compartment is not None or reply.state not in (ReplyState.BY_HAND, ReplyState.FAILED):
        raise WrongState("This is not waiting to be told by hand.")
    reply.state, reply.ended_at, reply.told_by = ReplyState.DELIVERED, clock.now(), staff.id
    close_if_told(session, ticket, reply, actor=events.by(staff))


def close_if_told(session: Session, ticket: Ticket, reply: Reply, *, actor: str) -> None:
    """Close the ticket when the answer has arrived; a question that arrived, or what has become sensitive, leaves it open."""
    answered = reply.purpose is Purpose.ANSWER and ticket.compartment is None
    if answered and ticket.status in (Status.ANSWERED, Status.ASSIGNED, Status.TRIAGED):
        lifecycle.move(session, ticket, Action.CLOSE, actor=actor, outcome=Outcome.TOLD)
    else:
        events.record(session, ticket, "delivered", actor=actor)


def tasks(staff: Staff) -> sa.Select[Ticket, Reply]:
    """What waits for a person to call or tell, oldest first: by hand, or failed on its way. Marked for `visibility`."""
    both = sa.select(Ticket, Reply).join(Reply, Reply.ticket_id == Ticket.id).where(visible(staff))
    waiting = Reply.state.in_((ReplyState.BY_HAND, ReplyState.FAILED))
    still_open = sa.and_(Ticket.compartment.is_(None), Ticket.status != Status.CLOSED)
    return seen(both.where(waiting, still_open).order_by(Reply.queued_at, Reply.id))


def carrier(session: Session, ticket: Ticket, key: bytes) -> str | None:
    """The adapter that can carry a reply to this person, or None: then a person does."""
    if ticket.channel is not ChannelName.SMS:
        return None
    if ticket.compartment is None and plans.edition(session, ticket.id) is not None:
        return None  # it was lowered; what they agreed on still holds, and a person keeps to it
    contact = contacts.of(session, [ticket.id]).get(ticket.id)
    if contact is None or contact.adapter not in room.adapters(session):
        return None
    return None if silence.among(session, [contacts.opened(key, contact)]) else contact.adapter
