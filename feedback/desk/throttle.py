"""Slowing down those who guess, in the database since it must outlive Valkey (decision 16)."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.errors import WrongState
from feedback.models.staff import Throttle

WINDOW = timedelta(minutes=10)


def check(session: Session, kind: str, whose: str, *, most: int) -> None:
    """Raises `WrongState` while there were more than `most` tries within the window."""
    row = _row(session, kind, whose)
    if row is not None and row.wrong >= most and row.until > clock.now():
        raise WrongState("Please wait a few minutes and try again.")


def count(session: Session, kind: str, whose: str, *, most: int, window: timedelta = WINDOW) -> None:
    """Count one try. Raises `WrongState` once there were more than `most` within the window; it opens again by itself."""
    now = clock.now()
    row = _row(session, kind, whose)
    if row is None:
        row = Throttle(what=_what(kind, whose), wrong=0, until=now + window)
        session.add(row)
    if row.until < now:
        row.wrong, row.until = 0, now + window
    row.wrong += 1
    if row.wrong > most:
        raise WrongState("Please wait a few minutes and try again.")


def _row(session: Session, kind: str, whose: str) -> Throttle | None:
    found = sa.select(Throttle).where(Throttle.what == _what(kind, whose)).with_for_update()
    return session.scalars(found).one_or_none()


def _what(kind: str, whose: str) -> bytes:
    return hashlib.sha256(f"{kind}/{whose}".encode()).digest()
