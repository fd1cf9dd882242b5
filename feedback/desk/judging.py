"""How well the machine reads: what it said of tickets beside what people decided, by language and channel (of coded facts alone)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from classifier.suggestion import Verdict
from feedback.desk import permissions
from feedback.desk.intake_rows import SCREENING
from feedback.desk.masking import LEAST
from feedback.desk.permissions import Action
from feedback.desk.publishing import NOT_FEEDBACK
from feedback.desk.visibility import seen, visible
from feedback.models.lesson import Lesson
from feedback.models.staff import Staff
from feedback.models.ticket import RaisedBy, Ticket

AXES = {"language": Ticket.language, "channel": Ticket.channel, "sector": Ticket.sector, "model": Lesson.model}
ENOUGH = 20
"""Tickets from which a share says something."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with the interval in which the true share lies (95 %, Wilson)."""

    some: int = 0
    of: int = 0

    @property
    def tells(self) -> bool:
        """Are there enough to say anything?"""
        return self.of >= ENOUGH

    def interval(self) -> tuple[float, float]:
        """From 0 to 1. Nothing of nothing may be anything."""
        if self.of == 0:
            return 0.0, 1.0
        z, part = 1.96, self.some / self.of
        middle = part + z * z / (2 * self.of)
        wide = z * sqrt(part * (1 - part) / self.of + z * z / (4 * self.of * self.of))
        return max(0.0, (middle - wide) / (1 + z * z / self.of)), min(1.0, (middle + wide) / (1 + z * z / self.of))


@dataclass(frozen=True, slots=True)
class Judged:
    """One language, channel, sector or model; "" is the rest, too small to stand alone. All of open tickets."""

    code: str
    read: int
    released: Share  # by the machine; a person read the rest first
    named: Share  # it named a sector
    corrected: Share  # of what it named and a person decided: they chose another sector


@dataclass(frozen=True, slots=True)
class Danger:
    """What people found sensitive in one language, by what the machine had said of it. None: fewer than five, but some."""

    language: str
    flagged: int | None
    unsure: int | None
    released: int | None


def by(session: Session, staff: Staff, axis: str, since: datetime) -> list[Judged]:
    """Over the open tickets that this person may see, the most first; what is under five counts as the rest.

    Raises `NotAllowed` for who publishes nothing, KeyError for an unknown axis.
    """
    permissions.require(staff, Action.PUBLISH)
    column = AXES[axis]
    facts = (Ticket.sector, Lesson.sector, Lesson.verdict, Lesson.sure, Lesson.how.is_not(None))
    counted = sa.select(column, *facts, sa.func.count()).join(Lesson, Lesson.ticket_id == Ticket.id)
    counted = counted.where(visible(staff), Ticket.compartment.is_(None), *_heard(since)).group_by(column, *facts)
    cells: dict[str, Counter[str]] = {}
    for code, decided, said, verdict, sure, by_person, many in session.execute(seen(counted)):
        told = cells.setdefault(str(code or ""), Counter())
        told["read"] += many
        told["released"] += many * (verdict == Verdict.OPEN)
        told["named"] += many * bool(sure)
        told["decided"] += many * bool(said and by_person)
        told["corrected"] += many * bool(said and by_person and said != decided)
    return sorted((_judged(code, told) for code, told in _rolled_up(cells)), key=lambda one: (-one.read, one.code))


def dangers(session: Session, staff: Staff, since: datetime) -> list[Danger]:
    """Of what people say is sensitive, behind the walls that this person passes: what the machine had said. By language only.

    Nothing for people of an agency, that could be the accused one (as `exports`), or without any clearance.
    """
    permissions.require(staff, Action.PUBLISH)
    if staff.agency is not None or not staff.clearances:
        return []
    walls = sa.and_(Ticket.compartment.in_(staff.clearances), Ticket.compartment != SCREENING)
    counted = sa.select(Ticket.language, Lesson.verdict, sa.func.count()).join(Lesson, Lesson.ticket_id == Ticket.id)
    counted = counted.where(visible(staff), walls, Ticket.raised_by == RaisedBy.PERSON, *_heard(since))
    cells: dict[str, Counter[str]] = {}
    for language, verdict, many in session.execute(seen(counted.group_by(Ticket.language, Lesson.verdict))):
        cells.setdefault(language or "", Counter())[verdict] += many
    return [
        Danger(language, *(_masked(told[verdict]) for verdict in (Verdict.SENSITIVE, Verdict.UNSURE, Verdict.OPEN)))
        for language, told in sorted(cells.items())
        if sum(told.values()) >= LEAST
    ]


def _masked(count: int) -> int | None:
    return None if 0 < count < LEAST else count


def _heard(since: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (Ticket.created_at >= since, sa.or_(Ticket.outcome.is_(None), Ticket.outcome.not_in(NOT_FEEDBACK)))


def _rolled_up(cells: dict[str, Counter[str]]) -> Iterable[tuple[str, Counter[str]]]:
    """Those with enough people, and the rest together where it is enough by itself."""
    rest: Counter[str] = Counter()
    for code, told in cells.items():
        if code and told["read"] >= LEAST:
            yield code, told
        else:
            rest += told
    if rest["read"] >= LEAST:
        yield "", rest


def _judged(code: str, told: Counter[Any]) -> Judged:
    return Judged(
        code,
        told["read"],
        Share(told["released"], told["read"]),
        Share(told["named"], told["read"]),
        Share(told["corrected"], told["decided"]),
    )
