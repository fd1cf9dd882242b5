"""In person: what staff enter is triaged by who entered it; a machine may only raise it (decision 12)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from sqlalchemy.orm import Session

from channels.contract import Inbound
from feedback import clock
from feedback.desk import events, intake, lifecycle, permissions, routing, screening, sealing
from feedback.desk.permissions import Action
from feedback.models.base import new_id
from feedback.models.reply import Purpose, Reply, ReplyState
from feedback.models.staff import Staff
from feedback.models.ticket import Outcome, Status, Ticket


@dataclass(frozen=True, slots=True)
class Entered:
    """What the volunteer shows the person after saving: the code, and nothing else of the ticket."""

    code: str
    new: bool


def enter(
    session: Session,
    staff: Staff,
    inbound: Inbound,
    coding: screening.Coding,
    *,
    answered: str = "",
    first: Callable[[Ticket], None] | None = None,
) -> Entered:
    """Take in one form. `answered`: what was said on the spot; it saves a closed, told ticket in one step. `first`: what is
    kept with it before it is sealed.

    A form sent twice is one ticket (I2). What is coded as sensitive is behind its wall before anyone can read it back,
    its author included. Raises `Invalid` for codes that the response does not know.
    """
    permissions.require(staff, Action.ENTER)
    routing.check_codes(session, **asdict(coding))
    ticket, new = intake.receive_one(session, inbound, entered_by=staff.id)
    if new:
        if first is not None:
            first(ticket)
        screening.code(session, staff, ticket, coding)
        if answered.strip() and ticket.compartment is None and ticket.status is not Status.CLOSED:
            _tell_on_the_spot(session, staff, ticket, answered.strip())
    return Entered(ticket.code or "", new)


def count(session: Session, staff: Staff, inbound: Inbound, coding: screening.Coding) -> None:
    """Somebody came and did not agree to a record: that they came is counted, with codes and no words (R15)."""
    bare = replace(inbound, text="", address=None, facts={}, raw=b"")
    permissions.require(staff, Action.ENTER)
    ticket, new = intake.receive_one(session, bare, entered_by=staff.id)
    if new:
        screening.code(session, staff, ticket, coding)
        lifecycle.move(session, ticket, Action.CLOSE, actor=events.by(staff), outcome=Outcome.INFORMED)
        ticket.code = None


def _tell_on_the_spot(session: Session, staff: Staff, ticket: Ticket, words: str) -> None:
    now, reply_id = clock.now(), new_id()
    session.add(
        Reply(
            id=reply_id,
            ticket_id=ticket.id,
            channel=ticket.channel,
            purpose=Purpose.ANSWER,
            state=ReplyState.DELIVERED,
            words=sealing.seal(sealing.key(session, ticket.id), Reply, "words", reply_id, words),
            author=staff.id,
            told_by=staff.id,
            queued_at=now,
            not_before=now,
            ended_at=now,
        )
    )
    lifecycle.move(session, ticket, Action.ANSWER, actor=events.by(staff), detail="on the spot")
    lifecycle.move(session, ticket, Action.CLOSE, actor=events.by(staff), outcome=Outcome.TOLD)
