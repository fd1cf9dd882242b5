"""Lessons from behind a wall: asked for with a reason, let go by a second holder, taken once, sealed under a passphrase.

Never by default, never without both holders' unlocked sessions, and never of gender-based violence: those words train
nothing (R7).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from classifier import lesson_file
from feedback import clock
from feedback.desk import alone, compartments, events, names, permissions, reviews, room, teaching
from feedback.desk.intake_rows import SCREENING
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen, visible
from feedback.errors import Invalid, Locked, NotAllowed, NotFound, WrongState
from feedback.models.base import new_id
from feedback.models.lesson import SealedExport
from feedback.models.staff import Staff
from feedback.models.ticket import RaisedBy, Ticket
from feedback.seal import boxes, parcel

NEVER = frozenset({SCREENING, "gbv"})
"""Walls that nothing is taken from: what nobody has decided yet, and what R7 keeps out of training."""

OPEN_FOR = timedelta(hours=24)
SHORTEST = 20
"""Characters of the passphrase: whoever holds the file has all the time in the world."""


@dataclass(frozen=True, slots=True)
class Wished:
    """One wish. `reason` None: this session does not open it. `mine`: who reads this asked for it."""

    reference: str
    wall: str
    by: str
    at: datetime
    reason: str | None
    mine: bool
    until: datetime | None


def walls(session: Session, staff: Staff) -> list[str]:
    """The walls that this person may ask for: those they hold, apart from `NEVER`."""
    return [wall for wall in compartments.current(session) if wall in staff.clearances and wall not in NEVER]


def ask(session: Session, staff: Staff, wall: str, reason: str) -> SealedExport:
    """Ask the other holders of a wall. Raises `Invalid` for a wall that can't be asked for or no reason, `Locked`."""
    permissions.require(staff, Action.REVIEW)
    if wall not in walls(session, staff):
        raise Invalid({"wall": "Choose one of your walls."})
    reason, key, wish_id = reviews.said(reason), compartments.current(session)[wall], new_id()
    _unlocked(session, wall, key.generation)
    wish = SealedExport(
        id=wish_id,
        wall=wall,
        generation=key.generation,
        by=staff.id,
        asked_at=clock.now(),
        reason=boxes.seal_to(key.public, reason.encode(), what=f"sealed_export/{wish_id}"),
    )
    session.add(wish)
    events.record(session, None, "wish for lessons", actor=events.by(staff), detail=wall)
    session.flush()
    return wish


def waiting(session: Session, staff: Staff) -> list[Wished]:
    """The wishes of this person's walls that are not done with: theirs, and those of others that nobody decided."""
    permissions.require(staff, Action.REVIEW)
    found = sa.select(SealedExport).where(SealedExport.wall.in_(walls(session, staff)), SealedExport.taken_at.is_(None))
    called = names.of_staff(session)
    live = sa.or_(
        SealedExport.decided_at.is_(None), sa.and_(SealedExport.by == staff.id, SealedExport.until > clock.now())
    )
    return [
        Wished(
            one.reference,
            one.wall,
            called.get(one.by, ""),
            one.asked_at,
            _reason(session, one),
            one.by == staff.id,
            one.until,
        )
        for one in session.scalars(found.where(live).order_by(SealedExport.asked_at))
    ]


def decide(session: Session, staff: Staff, reference: str, *, yes: bool) -> None:
    """The second holder's word. Raises `NotAllowed` for one's own wish, `WrongState` for one that is decided, `Locked`."""
    wish = _find(session, staff, reference)
    _unlocked(session, wish.wall, wish.generation)
    if wish.by == staff.id:
        raise NotAllowed("A second person has to look at this, not you again.")
    if wish.decided_at is not None:
        raise WrongState("A colleague was quicker: this has been looked at.")
    wish.decided_by, wish.decided_at = staff.id, clock.now()
    wish.until = clock.now() + OPEN_FOR if yes else None
    detail = f"{wish.wall} {'yes' if yes else 'no'}"
    events.record(session, None, "decide on lessons", actor=events.by(staff), detail=detail)


def take(session: Session, staff: Staff, reference: str, passphrase: str) -> bytes:
    """The file, once: lessons of the tickets behind this wall that this person may see and people found sensitive.

    Raises `Invalid` for a short passphrase, `NotFound` for everybody but who asked, `WrongState` while nobody has said yes.
    """
    wish = _find(session, staff, reference)
    _unlocked(session, wish.wall, wish.generation)
    if wish.by != staff.id:
        raise NotFound
    if wish.until is None or wish.until < clock.now() or wish.taken_at is not None:
        raise WrongState("A second holder has to agree first, and the file can be taken once, within a day.")
    if len(passphrase) < SHORTEST:
        raise Invalid({"passphrase": "Take at least 20 characters: four words that do not belong together."})
    decided = (Ticket.compartment == wish.wall, Ticket.raised_by == RaisedBy.PERSON, Ticket.tier != "T3-G")
    found = sa.select(Ticket).where(visible(staff), *teaching.settled(), *decided)
    rows = teaching.rows_of(session, session.scalars(seen(found)).all())
    wish.taken_at = clock.now()
    events.record(session, None, "sealed lessons", actor=events.by(staff), detail=f"{wish.wall} {len(rows)}")
    return parcel.seal(passphrase, lesson_file.write(rows).encode())


def _find(session: Session, staff: Staff, reference: str) -> SealedExport:
    permissions.require(staff, Action.REVIEW)
    alone.take(session, "sealed lessons")
    found = sa.select(SealedExport).where(SealedExport.reference == reference)
    wish = session.scalars(found.where(SealedExport.wall.in_(walls(session, staff)))).one_or_none()
    if wish is None:
        raise NotFound
    return wish


def _unlocked(session: Session, wall: str, generation: int) -> None:
    ring = room.ring(session)
    if ring is None or ring.secret(wall, generation) is None:
        raise Locked


def _reason(session: Session, wish: SealedExport) -> str | None:
    ring = room.ring(session)
    secret = ring.secret(wish.wall, wish.generation) if ring else None
    if secret is None:
        return None
    return boxes.unseal_with(secret.private, wish.reason, what=f"sealed_export/{wish.id}").decode()
