"""What a security key has to answer: random, bound to one attempt, good for a few minutes and for one answer (I33).

Making one writes nothing, so that who is not signed in can't fill a table; only an answer that counted is remembered.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import room
from feedback.models.factor import SpentChallenge

LASTS = timedelta(minutes=5)
_RANDOM, _TIME = 16, 8


def make(session: Session, attempt: str) -> bytes:
    """56 bytes for one attempt: random, until when, and our mark over both and the attempt."""
    until = int((clock.now() + LASTS).timestamp())
    plain = os.urandom(_RANDOM) + until.to_bytes(_TIME, "big")
    return plain + _mark(session, attempt, plain)


def is_good(session: Session, attempt: str, challenge: bytes) -> bool:
    """Did we make this one for this attempt, lately, and has nothing counted on it yet?"""
    plain = challenge[: _RANDOM + _TIME]
    if not hmac.compare_digest(challenge[_RANDOM + _TIME :], _mark(session, attempt, plain)):
        return False
    if _until(challenge) < clock.now():
        return False
    return session.get(SpentChallenge, _digest(challenge)) is None


def spend(session: Session, challenge: bytes) -> None:
    """It has been answered. Older ones are let go; a second answer at the same time fails on the row."""
    session.execute(sa.delete(SpentChallenge).where(SpentChallenge.until < clock.now()))
    session.add(SpentChallenge(digest=_digest(challenge), until=_until(challenge)))
    session.flush()


def _until(challenge: bytes) -> datetime:
    return datetime.fromtimestamp(int.from_bytes(challenge[_RANDOM : _RANDOM + _TIME], "big"), tz=UTC)


def _mark(session: Session, attempt: str, plain: bytes) -> bytes:
    return room.vault(session).mark("challenge", plain + attempt.encode())


def _digest(challenge: bytes) -> bytes:
    return hashlib.sha256(challenge).digest()
