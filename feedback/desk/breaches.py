"""The register of suspected breaches of data: anyone records one, a clock of 72 hours runs, each step is an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import events, permissions, visibility
from feedback.desk.permissions import Action
from feedback.errors import Invalid, NotFound, WrongState
from feedback.models.right import Affected, Breach, Leak
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket

WITHIN = timedelta(hours=72)
"""From the finding on: by then it is contained, assessed, and those concerned are told."""

RECORDED = "breach"
CONTAINED, ASSESSED, TOLD, NOBODY, CLOSED = "contained", "assessed", "told", "nobody", "closed"
STEPS = (CONTAINED, ASSESSED, TOLD, NOBODY, CLOSED)
"""`NOBODY`: it was assessed that nobody has to be told. What was not assessed can be neither told nor closed."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One breach as it stands. `ticket`: only where this person may see it. `next`: the steps that can be taken now."""

    reference: str
    kind: str
    affected: tuple[str, ...]
    found_at: datetime
    due_at: datetime
    by: str
    ticket: str | None
    done: tuple[tuple[str, datetime], ...]
    next: tuple[str, ...]
    late: bool


def record(
    session: Session, staff: Staff, *, kind: str, affected: Sequence[str], found_at: datetime, ticket: str = ""
) -> None:
    """Whoever finds a suspected breach records it, in codes. `ticket`: reference of one that this person may see.

    Raises `Invalid`; a hidden ticket and a missing one are the same (I9).
    """
    leak = next((one for one in Leak if one == kind), None)
    known = [one.value for one in Affected if one in affected]
    wrong = {} if leak else {"kind": "Say what happened."}
    if not known:
        wrong["affected"] = "Say what is concerned, or that it is not known yet."
    if found_at > clock.now() + timedelta(minutes=5):
        wrong["found_at"] = "This is still to come."
    named = _named(session, staff, ticket.strip(), wrong)
    if wrong or leak is None:
        raise Invalid(wrong)
    breach = Breach(
        kind=leak,
        affected=known,
        found_at=found_at,
        recorded_at=clock.now(),
        due_at=found_at + WITHIN,
        by=staff.id,
        ticket_id=named.id if named else None,
    )
    session.add(breach)
    session.flush()
    detail = f"{breach.reference} {leak} {' '.join(known)}"
    events.record(session, None, RECORDED, actor=events.by(staff), detail=detail)


def standing(session: Session, staff: Staff) -> list[Standing]:
    """The breaches that are open, the one that is due first on top."""
    permissions.require(staff, Action.BREACHES)
    both = sa.select(Breach, Staff.name).join(Staff, Staff.id == Breach.by).where(Breach.closed_at.is_(None))
    found = session.execute(visibility.seen(both.order_by(Breach.due_at, Breach.id))).all()
    tickets = [breach.ticket_id for breach, _ in found if breach.ticket_id is not None]
    kept = sa.and_(Ticket.id.in_(tickets), Ticket.forgotten_at.is_(None))
    shown = session.scalars(visibility.visible_tickets(staff).where(kept)) if tickets else ()
    seen_by = {one.id: one.reference for one in shown}
    steps = permissions.may(staff, Action.BREACH_STEP)
    return [_standing(breach, by, seen_by.get(breach.ticket_id or 0), steps=steps) for breach, by in found]


def count(session: Session, staff: Staff) -> int:
    """How many are open; 0 for whom they are not for."""
    if not permissions.may(staff, Action.BREACHES):
        return 0
    counted = sa.select(sa.func.count()).select_from(Breach).where(Breach.closed_at.is_(None))
    return session.scalar(visibility.seen(counted)) or 0


def take_step(session: Session, staff: Staff, reference: str, step: str) -> None:
    """One step was taken. Raises `NotFound`, or `WrongState` for one that is done or can't be yet."""
    permissions.require(staff, Action.BREACH_STEP)
    found = sa.select(Breach).where(Breach.reference == reference).with_for_update()
    breach = session.scalars(visibility.seen(found)).one_or_none()
    if breach is None:
        raise NotFound
    if step not in _next(breach):
        raise WrongState("This step is taken already, or another one comes first. Please look at it again.")
    if step == NOBODY:
        breach.nobody_to_tell = True
    setattr(breach, f"{TOLD if step == NOBODY else step}_at", clock.now())
    events.record(session, None, RECORDED, actor=events.by(staff), detail=f"{reference} {step}")


def _next(breach: Breach) -> tuple[str, ...]:
    if breach.closed_at is not None:
        return ()
    can = {
        CONTAINED: breach.contained_at is None,
        ASSESSED: breach.assessed_at is None,
        TOLD: breach.assessed_at is not None and breach.told_at is None,
        NOBODY: breach.assessed_at is not None and breach.told_at is None,
        CLOSED: None not in (breach.contained_at, breach.assessed_at, breach.told_at),
    }
    return tuple(step for step in STEPS if can[step])


def _standing(breach: Breach, by: str, ticket: str | None, *, steps: bool) -> Standing:
    told = NOBODY if breach.nobody_to_tell else TOLD
    taken = ((CONTAINED, breach.contained_at), (ASSESSED, breach.assessed_at), (told, breach.told_at))
    return Standing(
        reference=breach.reference,
        kind=breach.kind.value,
        affected=tuple(breach.affected),
        found_at=breach.found_at,
        due_at=breach.due_at,
        by=by,
        ticket=ticket,
        done=tuple((step, at) for step, at in taken if at is not None),
        next=_next(breach) if steps else (),
        late=breach.due_at < clock.now(),
    )


def _named(session: Session, staff: Staff, reference: str, wrong: dict[str, str]) -> Ticket | None:
    if not reference:
        return None
    try:
        return visibility.find_ticket(session, staff, reference)
    except NotFound:
        wrong["ticket"] = "There is no such ticket for you."
        return None
