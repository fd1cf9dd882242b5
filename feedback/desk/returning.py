"""A person comes back with a code: the same words for every code, and the visit reaches the ticket's owner (decision 8)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.contract import ChannelName, Inbound
from feedback import clock
from feedback.desk import codes, events, handling, intake, lifecycle, permissions, replies, sealing, throttle
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen
from feedback.errors import Invalid, WrongState, filled
from feedback.models.reply import NoteKind, Purpose, Reply, ReplyState
from feedback.models.staff import Staff
from feedback.models.ticket import Status, Ticket

ASKS_IN_TEN_MINUTES = 20
"""A desk that asks more often waits; right and wrong codes count alike, so that waiting tells nothing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to do for a code. `answer` is there only for an open ticket that has one; else the screen says one sentence."""

    answer: str | None


def ask(session: Session, staff: Staff, said: str) -> Asked:
    """Look for the answer behind a code. Sensitive, unanswered, unknown and mistyped codes give the same."""
    permissions.require(staff, Action.CODE)
    throttle.count(session, "code", str(staff.id), most=ASKS_IN_TEN_MINUTES)
    ticket = find(session, said)
    reply = _answer_of(session, ticket) if ticket is not None and ticket.compartment is None else None
    events.record(session, None, Action.CODE, actor=events.by(staff))
    if ticket is None or reply is None:
        return Asked(None)
    return Asked(sealing.unseal(sealing.key(session, ticket.id), Reply, "words", reply.id, reply.words))


def told(session: Session, staff: Staff, said: str) -> None:
    """The answer behind the code was read out: the person is told. For any other code nothing happens, and nothing shows."""
    permissions.require(staff, Action.TELL)
    ticket = find(session, said)
    reply = _answer_of(session, ticket) if ticket is not None and ticket.compartment is None else None
    if ticket is None or reply is None:
        return
    if reply.state in (ReplyState.BY_HAND, ReplyState.FAILED):
        replies.told(session, staff, ticket, reply)
    elif reply.state is ReplyState.QUEUED:
        reply.state, reply.ended_at, reply.told_by = ReplyState.DELIVERED, clock.now(), staff.id
        replies.close_if_told(session, ticket, reply, actor=events.by(staff))


def visit(session: Session, staff: Staff, said: str, terms: str) -> None:
    """Keep when and how the person may be reached: on the ticket, for its owner; for an unknown code in screening."""
    permissions.require(staff, Action.CODE)
    terms = terms.strip()
    if not terms:
        raise Invalid({"terms": "Write when and how the person may be reached, or that they will come back."})
    if len(terms) > handling.LONGEST_NOTE:
        raise Invalid({"terms": filled("This is too long: at most %(most)s characters.", most=handling.LONGEST_NOTE)})
    ticket = find(session, said)
    if ticket is not None and keep_terms(session, staff, ticket, terms):
        events.record(session, ticket, "visit", actor=events.by(staff))
        if ticket.status is Status.CLOSED:  # somebody has to see that the person came back
            lifecycle.move(session, ticket, Action.REOPEN, actor=events.by(staff))
        return
    unknown = Inbound("in-person", f"visit-{uuid4().hex}", ChannelName.IN_PERSON, clock.now(), text=f"{said}: {terms}")
    intake.receive(session, [unknown], entered_by=staff.id)


def keep_terms(session: Session, staff: Staff, ticket: Ticket, terms: str) -> bool:
    """When and how they may be reached, for the ticket's owner. False where nobody is left who could read it, and nobody
    here may learn that (I9): then it goes where an unknown code's go, and reaches somebody."""
    try:
        handling.add_note(session, ticket, terms, kind=NoteKind.VISIT, author=staff)
    except WrongState:
        return False
    ticket.code_until = clock.now() + codes.LIVE
    return True


def find(session: Session, said: str) -> Ticket | None:
    """The ticket behind a code that lives, whoever may see it: for verbs that show nothing of it."""
    code = codes.read(said)
    live = sa.and_(Ticket.code == code, Ticket.code_until > clock.now())
    return session.scalars(seen(sa.select(Ticket).where(live))).one_or_none() if code else None


def _answer_of(session: Session, ticket: Ticket) -> Reply | None:
    ready = (ReplyState.QUEUED, ReplyState.SENT, ReplyState.DELIVERED, ReplyState.FAILED, ReplyState.BY_HAND)
    found = sa.select(Reply).where(Reply.ticket_id == ticket.id, Reply.purpose == Purpose.ANSWER)
    newest = found.where(Reply.state.in_(ready), Reply.words != b"").order_by(Reply.queued_at.desc())  # not taken out
    return session.scalars(seen(newest)).first()
