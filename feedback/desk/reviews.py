"""What a second person looks at: calls without consent within a day, a tenth of what was lowered each week, wishes to lower."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import conflicts, events, names, permissions, resealing, room, sealing
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen
from feedback.errors import Invalid, NotAllowed, NotFound, WrongState, filled
from feedback.models.base import new_id
from feedback.models.review import Matter, Recusal, Review, Verdict
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket

DUE = {Matter.DANGER: timedelta(hours=24), Matter.LOWERED: timedelta(days=7), Matter.LOWERING: timedelta(hours=24)}
TENTH = 10
"""Of what one person lowered in a week, one in ten is looked at again, at least one (decision 13)."""

KEEP = timedelta(weeks=5)
LONGEST = 600


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing for a second person. `ticket` is its reference, `reason` None where this session does not open it."""

    reference: str
    ticket: str
    code: str | None
    matter: Matter
    wall: str
    by: str
    at: datetime
    due_at: datetime
    reason: str | None
    codes: tuple[str, ...]


def ask(
    session: Session, staff: Staff, ticket: Ticket, matter: Matter, reason: str, *, codes: str, field: str = "reason"
) -> Review:
    """Put something before a second person of this wall, with its reason. Raises `Invalid` without one."""
    reason = said(reason, field)
    now, review_id = clock.now(), new_id()
    key = resealing.give_fresh(session, ticket, review_id)
    review = Review(
        id=review_id,
        ticket_id=ticket.id,
        matter=matter,
        wall=ticket.compartment or "",
        by=staff.id,
        at=now,
        due_at=now + DUE[matter],
        reason=sealing.seal(key, Review, "reason", review_id, reason),
        codes=codes,
    )
    session.add(review)
    session.flush()
    return review


def said(reason: str, field: str = "reason") -> str:
    """A reason, tidied. Raises `Invalid` for none and for one that is too long."""
    reason = reason.strip()
    if not reason:
        raise Invalid({field: "Write why, in a sentence. A colleague reads it."})
    if len(reason) > LONGEST:
        raise Invalid({field: filled("This is too long: at most %(most)s characters.", most=LONGEST)})
    return reason


def waiting(session: Session, staff: Staff) -> list[Waiting]:
    """What this person may look at as the second one, what is due first comes first. Never what they did themselves."""
    permissions.require(staff, Action.REVIEW)
    found = session.execute(seen(_mine(staff).where(Review.settled_at.is_(None)).order_by(Review.due_at))).all()
    again = _tenth(session, staff)
    rows = [(one, ticket) for one, ticket in found if one.matter is not Matter.LOWERED or one.id in again]
    keys = sealing.keys(session, [one.id for one, _ in rows])
    called = names.of_staff(session)
    return [_view(one, ticket, keys.get(one.id), called) for one, ticket in rows]


def count(session: Session, staff: Staff) -> int:
    """How many things wait for this person as the second one; those by lot are not counted, so that nobody can tell."""
    waits = _mine(staff).where(Review.settled_at.is_(None), Review.matter != Matter.LOWERED)
    counted = sa.select(sa.func.count()).select_from(waits.with_only_columns(Review.id).subquery())
    return session.scalar(seen(counted)) or 0


def find(session: Session, staff: Staff, reference: str) -> tuple[Review, Ticket]:
    """One of them, with its ticket. Raises `NotFound`, `NotAllowed` for one's own, `WrongState` for one that is settled."""
    permissions.require(staff, Action.REVIEW)
    everyone = _mine(staff, own=True).where(Review.reference == reference).with_for_update(of=Review)
    found = session.execute(seen(everyone)).one_or_none()
    if found is None:
        raise NotFound
    review, ticket = found
    if review.by == staff.id:
        raise NotAllowed("A second person has to look at this, not you again.")
    if review.settled_at is not None:
        raise WrongState("A colleague was quicker: this has been looked at.")
    return review, ticket


def settle(session: Session, staff: Staff, review: Review, ticket: Ticket, verdict: Verdict) -> None:
    """Keep what the second person says."""
    review.settled_at, review.settled_by, review.verdict = clock.now(), staff.id, verdict
    detail = f"{review.matter.value} {verdict.value}"
    events.record(session, ticket, "review", actor=events.by(staff), detail=detail)


def pending(session: Session, ticket: Ticket, matter: Matter) -> Review | None:
    """The same question, if it waits for somebody already."""
    same = sa.select(Review).where(Review.ticket_id == ticket.id, Review.matter == matter, Review.settled_at.is_(None))
    return session.scalars(seen(same.order_by(Review.at.desc()))).first()


def _mine(staff: Staff, *, own: bool = False) -> sa.Select[Review, Ticket]:
    """Of walls that this person may pass, and never of a ticket from which they are excluded."""
    both = sa.select(Review, Ticket).join(Ticket, Ticket.id == Review.ticket_id)
    passed_on = sa.exists().where(Recusal.ticket_id == Ticket.id, Recusal.staff_id == staff.id).correlate(Ticket)
    allowed = sa.and_(Review.wall.in_(staff.clearances), sa.not_(conflicts.accused(staff)), sa.not_(passed_on))
    return both.where(allowed) if own else both.where(allowed, Review.by != staff.id)


def _tenth(session: Session, staff: Staff) -> set[int]:
    """Which of the lowered ones come again: of each wall and finished week a tenth, chosen by the desk's secret key, so
    that nobody who lowers knows which."""
    zone = room.response(session).calendar.zone
    this_week = clock.now().astimezone(zone).isocalendar()[:2]
    found = sa.select(Review.id, Review.wall, Review.at).where(
        Review.matter == Matter.LOWERED, Review.wall.in_(staff.clearances), Review.at > clock.now() - KEEP
    )
    weeks: dict[tuple[str, int, int], list[int]] = defaultdict(list)
    for id_, wall, at in session.execute(seen(found)):
        year, week = at.astimezone(zone).isocalendar()[:2]
        if (year, week) != this_week:
            weeks[wall, year, week].append(id_)
    vault = room.vault(session)
    chosen: set[int] = set()
    for ids in weeks.values():
        by_lot = sorted(ids, key=lambda id_: vault.row_index(f"looked at again {id_}".encode()))
        chosen.update(by_lot[: -(-len(ids) // TENTH)])
    return chosen


def _view(one: Review, ticket: Ticket, key: bytes | None, called: dict[int, str]) -> Waiting:
    return Waiting(
        one.reference,
        ticket.reference,
        ticket.code,
        one.matter,
        one.wall,
        called.get(one.by, ""),
        one.at,
        one.due_at,
        sealing.unseal(key, Review, "reason", one.id, one.reason) if key and one.reason else None,
        tuple(one.codes.split()),
    )
