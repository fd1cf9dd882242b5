"""Emergency access: somebody without clearance, a reason, a holder who lets them in, an end (I12). It alarms the wall's rota."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import codes, conflicts, events, permissions, resealing, reviews, sealing, throttle
from feedback.desk.intake_rows import SCREENING
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen, visible
from feedback.errors import Invalid, NotAllowed, NotFound, WrongState
from feedback.models.base import new_id
from feedback.models.review import Access
from feedback.models.staff import Staff
from feedback.models.ticket import Status, Ticket, TicketKey

HOURS = (1, 4, 12)
"""For so long a holder may let somebody in."""

ASKS_IN_TEN_MINUTES = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that waits for a holder."""

    reference: str
    ticket: str
    code: str | None
    wall: str
    who: str
    role: str
    at: datetime
    reason: str | None


def ask(session: Session, staff: Staff, said: str, reason: str) -> None:
    """Ask to read the ticket behind a code. Whatever stands behind it, and if nothing does, it looks the same (I9)."""
    permissions.require(staff, Action.EMERGENCY)
    reason = reviews.said(reason)
    throttle.count(session, "emergency", str(staff.id), most=ASKS_IN_TEN_MINUTES)
    events.record(session, None, Action.EMERGENCY, actor=events.by(staff), detail="asked")
    ticket = _behind(session, staff, said)
    if ticket is None:
        return
    access_id = new_id()
    try:
        key = resealing.give_fresh(session, ticket, access_id)
    except WrongState:  # nobody is left who could decide, and whoever asks may not learn that it is there
        return
    session.add(
        Access(
            id=access_id,
            ticket_id=ticket.id,
            staff_id=staff.id,
            wall=ticket.compartment or "",
            asked_at=clock.now(),
            reason=sealing.seal(key, Access, "reason", access_id, reason),
        )
    )


def waiting(session: Session, staff: Staff) -> list[Asked]:
    """Requests that this holder may decide, oldest first."""
    permissions.require(staff, Action.REVIEW)
    found = session.execute(seen(_mine(staff).where(Access.decided_at.is_(None)).order_by(Access.asked_at))).all()
    keys = sealing.keys(session, [access.id for access, _, _ in found])
    return [
        Asked(
            access.reference,
            ticket.reference,
            ticket.code,
            access.wall,
            asker.name,
            asker.role.value,
            access.asked_at,
            sealing.unseal(keys[access.id], Access, "reason", access.id, access.reason) if access.id in keys else None,
        )
        for access, ticket, asker in found
    ]


def grant(session: Session, staff: Staff, reference: str, *, hours: int) -> Ticket:
    """Let them in until a time, in an unlocked session: the ticket's keys are wrapped for them too. Raises `WrongState`."""
    if hours not in HOURS:
        raise Invalid({"hours": "Choose for how long."})
    access, ticket, asker = _find(session, staff, reference)
    if conflicts.excluded(session, ticket, [asker]):
        raise NotAllowed("This colleague is excluded from this ticket.")
    if asker.public_key is None:
        raise WrongState("This colleague has to sign in once first.")
    _decide(access, staff, until=clock.now() + timedelta(hours=hours))
    session.flush()
    resealing.share(session, ticket)
    detail = f"granted {hours} h staff:{asker.id}"
    events.record(session, ticket, Action.EMERGENCY, actor=events.by(staff), detail=detail)
    return ticket


def refuse(session: Session, staff: Staff, reference: str) -> None:
    """They are not let in."""
    access, ticket, asker = _find(session, staff, reference)
    _decide(access, staff, until=None)
    events.record(session, ticket, Action.EMERGENCY, actor=events.by(staff), detail=f"refused staff:{asker.id}")


def expire(session: Session) -> int:
    """Take away the keys of those whose time is over; how many. That they see nothing any more needs no sweep."""
    mine = sa.and_(
        TicketKey.ticket_id == Access.ticket_id,
        TicketKey.recipient == sa.literal("s:") + sa.cast(Access.staff_id, sa.String),
    )
    over = sa.select(Access.staff_id, Ticket).join(Ticket, Ticket.id == Access.ticket_id).join(TicketKey, mine)
    found = session.execute(seen(over.where(Access.until <= clock.now())))
    theirs = {(ticket.id, staff_id): ticket for staff_id, ticket in found}  # once, however often they were let in
    ended = 0
    for (_, staff_id), ticket in theirs.items():
        recipient = f"s:{staff_id}"
        if recipient in {one.name for one in resealing.recipients(session, ticket)}:
            continue  # they hold it of their own by now
        gone = sa.delete(TicketKey).where(TicketKey.ticket_id.in_(resealing.things(session, ticket)))
        session.execute(seen(gone.where(TicketKey.recipient == recipient)))
        events.record(session, ticket, Action.EMERGENCY, actor=events.part("access"), detail="ended")
        ended += 1
    return ended


def _behind(session: Session, staff: Staff, said: str) -> Ticket | None:
    """The sealed ticket behind a code, if this person may not see it and is not excluded from it."""
    code = codes.read(said)
    sealed = sa.and_(Ticket.compartment.is_not(None), Ticket.compartment != SCREENING, Ticket.status != Status.CLOSED)
    found = sa.select(Ticket).where(Ticket.code == code, sealed, sa.not_(visible(staff)))
    ticket = session.scalars(seen(found)).one_or_none() if code else None
    if ticket is None or conflicts.excluded(session, ticket, [staff]):
        return None
    again = sa.select(Access.id).where(Access.ticket_id == ticket.id, Access.staff_id == staff.id)
    waits = session.scalar(seen(again.where(Access.decided_at.is_(None)).limit(1)))
    return ticket if waits is None else None


def _mine(staff: Staff) -> sa.Select[Access, Ticket, Staff]:
    everything = sa.select(Access, Ticket, Staff).join(Ticket, Ticket.id == Access.ticket_id)
    everything = everything.join(Staff, Staff.id == Access.staff_id)
    return everything.where(visible(staff), Access.wall.in_(staff.clearances), Access.staff_id != staff.id)


def _find(session: Session, staff: Staff, reference: str) -> tuple[Access, Ticket, Staff]:
    permissions.require(staff, Action.REVIEW)
    mine = _mine(staff).where(Access.reference == reference).with_for_update(of=Access)
    found = session.execute(seen(mine)).one_or_none()
    if found is None:
        raise NotFound
    access, ticket, asker = found
    if access.decided_at is not None:
        raise WrongState("A colleague was quicker: this is decided.")
    return access, ticket, asker


def _decide(access: Access, staff: Staff, *, until: datetime | None) -> None:
    access.decided_at, access.decided_by, access.until = clock.now(), staff.id, until
