"""Joining a message to the open ticket that it answers: after triage, and only in the open (decision 5c, I7)."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.desk import events, lifecycle, sealing, walls
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen
from feedback.models.message import Message, Recording
from feedback.models.ticket import Outcome, Status, Ticket
from feedback.seal import box


def join(session: Session, ticket: Ticket, *, actor: str) -> Ticket:
    """Move the messages of an open ticket to the open ticket it answers, if intake noted one. Returns where they are.

    The target is looked at again: if it has gone behind a wall since, the message stays apart.
    """
    if ticket.may_answer is None or ticket.compartment is not None:
        return ticket
    found = sa.select(Ticket).where(Ticket.id == ticket.may_answer, Ticket.compartment.is_(None)).with_for_update()
    target = session.scalars(seen(found)).one_or_none()
    if target is None or target.id == ticket.id or _has_recording(session, ticket):
        return ticket
    _move_messages(session, ticket, target)
    ticket.joined_to = target.id
    lifecycle.move(session, ticket, Action.CLOSE, actor=actor, outcome=Outcome.JOINED)
    _wake(session, target, actor)
    return target


def _wake(session: Session, target: Ticket, actor: str) -> None:
    if target.status is Status.CLOSED:
        lifecycle.move(session, target, Action.REOPEN, actor=actor)
    elif target.status is Status.ANSWERED:
        lifecycle.move(session, target, Action.ASSIGN, actor=actor, detail="they wrote back")
    else:
        events.record(session, target, "join", actor=actor)


def _move_messages(session: Session, ticket: Ticket, target: Ticket) -> None:
    old, new = sealing.key(session, ticket.id), sealing.key(session, target.id)
    texts = []
    for message in session.scalars(seen(sa.select(Message).where(Message.ticket_id == ticket.id))):
        words = sealing.unseal(old, Message, "words", message.id, message.words)
        texts.append(words)
        message.ticket_id = target.id
        message.words = sealing.seal(new, Message, "words", message.id, words)
        if message.raw is not None:
            raw = box.unseal(old, message.raw, table="message", row=message.id, column="raw")
            message.raw = box.seal(new, raw, table="message", row=message.id, column="raw")
    session.flush()
    walls.forget_terms(session, ticket.id)  # the words are the other ticket's now, whatever wall it goes behind
    walls.add_terms(session, target.id, texts)


def _has_recording(session: Session, ticket: Ticket) -> bool:
    return session.scalar(seen(sa.select(Recording.id).where(Recording.ticket_id == ticket.id).limit(1))) is not None
