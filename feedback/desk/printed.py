"""Printed one-time codes: ten on a sheet, for who has neither phone nor key; each counts once (decision 16)."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.desk import room
from feedback.models.factor import PrintedCode
from feedback.models.staff import Staff

MANY = 10
LENGTH = 10  # digits: more than those of an app, so that one field takes both


def renew(session: Session, staff: Staff) -> list[str]:
    """Ten fresh codes, each of ten digits, to be shown once; older ones are void."""
    codes: set[str] = set()
    while len(codes) < MANY:
        codes.add(f"{secrets.randbelow(10**LENGTH):0{LENGTH}}")
    session.execute(sa.delete(PrintedCode).where(PrintedCode.staff_id == staff.id))
    session.add_all(PrintedCode(digest=_digest(session, staff, code), staff_id=staff.id) for code in codes)
    return sorted(codes)


def left(session: Session, staff: Staff) -> int:
    """How many still count."""
    found = sa.select(sa.func.count()).select_from(PrintedCode).where(PrintedCode.staff_id == staff.id)
    return session.scalar(found) or 0


def spend(session: Session, staff: Staff, digits: str) -> bool:
    """Does this code count? From now on it does not."""
    mine = PrintedCode.digest == _digest(session, staff, digits), PrintedCode.staff_id == staff.id
    return session.execute(sa.delete(PrintedCode).where(*mine).returning(PrintedCode.staff_id)).first() is not None


def _digest(session: Session, staff: Staff, digits: str) -> bytes:
    return room.vault(session).mark("printed code", f"{staff.id}/{digits}".encode())
