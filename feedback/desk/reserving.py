"""Codes set aside for tablets, so that a person gets one where there is no network (decision 8)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.db import MARK
from feedback.desk import codes, permissions, throttle
from feedback.desk.permissions import Action
from feedback.models.base import new_id
from feedback.models.staff import Staff
from feedback.models.tablet import ReservedCode
from feedback.models.ticket import Ticket

BLOCK = 60
"""A tablet has so many at most: three busy days."""

TOP_UP_BELOW = 40
KEPT = timedelta(days=180)
"""So long a code waits for a tablet that does not come back; then it is free again."""

BLOCKS_IN_TEN_MINUTES = 12


@dataclass(frozen=True, slots=True)
class Reserved:
    """A code with its place in the order: a tablet uses them from the lowest on, and never one below its last."""

    number: int
    code: str


def set_aside(session: Session, staff: Staff, tablet: str) -> list[Reserved]:
    """All codes that this tablet may give out now, topped up where few are left. `tablet`: the word it chose for itself.

    Raises `WrongState` when somebody asks for more than any number of tablets could need: codes are not endless.
    """
    permissions.require(staff, Action.ENTER)
    digest, now = _digest(tablet), clock.now()
    session.execute(sa.delete(ReservedCode).where(ReservedCode.until < now))
    found = list(session.scalars(sa.select(ReservedCode).where(ReservedCode.tablet == digest)))
    if len(found) < TOP_UP_BELOW:
        throttle.count(session, "codes", str(staff.id), most=BLOCKS_IN_TEN_MINUTES)
        fresh = [
            ReservedCode(code=code, number=new_id(), tablet=digest, until=now + KEPT)
            for code in draw(session, BLOCK - len(found))
        ]
        session.add_all(fresh)
        found += fresh
    return sorted((Reserved(one.number, one.code) for one in found), key=lambda one: one.number)


def draw(session: Session, many: int) -> list[str]:
    """Fresh codes that no ticket has and that no tablet may give out; a clash is drawn again."""
    fresh: set[str] = set()
    while len(fresh) < many:
        drawn = {codes.new() for _ in range(many - len(fresh))} - fresh
        used = sa.select(Ticket.code.label("code")).where(Ticket.code.in_(drawn))
        aside = sa.select(ReservedCode.code).where(ReservedCode.code.in_(drawn))
        taken = used.union(aside).execution_options(**{MARK: True})
        fresh |= drawn - set(session.connection().execute(taken).scalars())
    return list(fresh)


def redeem(session: Session, tablet: str, code: str) -> bool:
    """Take a code that a form brings along out of those set aside. False where it was not this tablet's to give."""
    mine = sa.delete(ReservedCode).where(ReservedCode.code == code, ReservedCode.tablet == _digest(tablet))
    return session.execute(mine.returning(ReservedCode.code)).one_or_none() is not None


def _digest(tablet: str) -> bytes:
    return hashlib.sha256(f"tablet/{tablet}".encode()).digest()[:16]
