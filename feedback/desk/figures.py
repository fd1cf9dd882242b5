"""Counts for staff, over the open tickets that each may see: what was heard, and whether the loop was closed (R18, R26)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import months, permissions, room
from feedback.desk.permissions import Action
from feedback.desk.publishing import NOT_FEEDBACK
from feedback.desk.visibility import seen, visible
from feedback.models.staff import Staff
from feedback.models.ticket import Outcome, Status, Ticket

WEEKS = 13
AXES = ("sector", "subcategory", "place", "channel", "kind", "language")
_TOLD = (Outcome.TOLD, Outcome.INFORMED, Outcome.PUBLISHED)
_WAITS = (Status.NEW, Status.TRIAGED, Status.ASSIGNED, Status.REFERRED, Status.ANSWERED)


@dataclass(frozen=True, slots=True)
class Loop:
    """How far the loop was closed for what was heard in some time. `owed`: those whose answer was due by now, or is told."""

    heard: int = 0
    owed: int = 0
    on_time: int = 0
    told: int = 0
    waiting: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """The same for one sector, place or other code; None where it has none. `weeks`: heard in each, oldest first."""

    code: str | None
    loop: Loop
    weeks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many open tickets have these codes, in the order that was asked for."""

    codes: tuple[str | None, ...]
    count: int


def weeks(session: Session, many: int = WEEKS) -> list[datetime]:
    """When the last weeks began, oldest first, and when this one ends."""
    return months.weeks(room.response(session).calendar, clock.now(), many)


def loop(session: Session, staff: Staff, since: datetime, until: datetime) -> Loop:
    """The loop over all that this person may see in the open. Raises `NotAllowed` for those who read no tickets."""
    permissions.require(staff, Action.READ)
    counted = sa.select(*_sums()).where(visible(staff), *_open(since, until))
    return _loop(session.execute(seen(counted)).one())


def by(session: Session, staff: Staff, axis: str, weeks: Sequence[datetime]) -> list[Part]:
    """The loop for each code of an axis over these weeks, those most heard first. KeyError for an unknown axis."""
    permissions.require(staff, Action.READ)
    column = _column(axis)
    inside = [visible(staff), *_open(weeks[0], weeks[-1])]
    loops = {
        row[0]: _loop(row[1:])
        for row in session.execute(seen(sa.select(column, *_sums()).where(*inside).group_by(column)))
    }
    number = sa.case(
        *((Ticket.created_at < end, place) for place, end in enumerate(weeks[1:])), else_=len(weeks) - 1
    ).label("week")
    heard: dict[str | None, Counter[int]] = {code: Counter() for code in loops}
    weekly = sa.select(column, number, sa.func.count()).where(*inside).group_by(column, number)
    for code, week, count in session.execute(seen(weekly)):
        heard[code][week] += count
    parts = [Part(code, loop, tuple(heard[code][one] for one in range(len(weeks) - 1))) for code, loop in loops.items()]
    return sorted(parts, key=lambda part: (-part.loop.heard, part.code or ""))


def counts(session: Session, staff: Staff, axes: Sequence[str], since: datetime, until: datetime) -> list[Count]:
    """Open tickets by any of `AXES` together, the largest count first. For staff alone: nothing is masked (R25)."""
    permissions.require(staff, Action.READ)
    columns = [_column(axis) for axis in axes]
    counted = sa.select(*columns, sa.func.count()).where(visible(staff), *_open(since, until)).group_by(*columns)
    found = [Count(tuple(codes), int(count or 0)) for *codes, count in session.execute(seen(counted))]
    return sorted(found, key=lambda one: (-one.count, [code or "" for code in one.codes]))


def _column(axis: str) -> sa.ColumnElement[str | None]:
    columns: dict[str, sa.ColumnElement[str | None]] = {name: getattr(Ticket, name) for name in AXES}
    return columns[axis]


def _open(since: datetime, until: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Feedback of its own, in the open, heard in this time."""
    feedback = sa.or_(Ticket.outcome.is_(None), Ticket.outcome.not_in(NOT_FEEDBACK))
    return (Ticket.compartment.is_(None), feedback, Ticket.created_at >= since, Ticket.created_at < until)


def _sums() -> list[sa.ColumnElement[int]]:
    now = clock.now()
    told = Ticket.outcome.in_(_TOLD)
    waits = Ticket.status.in_(_WAITS)
    conditions = (
        sa.true(),
        sa.or_(told, Ticket.due_at <= now),
        sa.and_(told, Ticket.closed_at <= Ticket.due_at),
        told,
        waits,
        sa.and_(waits, Ticket.due_at < now),
    )
    return [sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0) for condition in conditions]


def _loop(sums: Sequence[int]) -> Loop:
    return Loop(*(int(number) for number in sums))
