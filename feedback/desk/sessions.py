"""Signing in and out: password and second factor, sessions in a table that end at once when they should."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import app_codes, compartments, events, proving, throttle, unlocking
from feedback.desk.security_keys import Pressed
from feedback.models.installation import Installation
from feedback.models.staff import Staff, StaffSession
from feedback.seal import password as passwords
from feedback.seal.ring import Ring

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
TRIES_IN_TEN_MINUTES = 10
DEMO_PASSWORD = "try this desk"  # noqa: S105 - known to everybody: demo accounts exist in demo installations only
_NOBODY = (b"\0" * 16, os.urandom(32))  # so that an unknown name takes as long as a wrong password


def sign_in(
    session: Session, login: str, password: str, code: str, *, source: str, pressed: Pressed | None = None
) -> tuple[Staff, str] | None:
    """Start a session: the person and the token for their cookie, or None: name, password, code or key is wrong.

    `code`: of an app or a printed one; `pressed` in its place: what a security key answered. Wrong tries count per name
    and source address, so that who guesses waits and the person themselves is not locked out (I33). Raises `WrongState`
    while a source has to wait. A password of a lesser cost than today's is derived anew, once it was right.
    """
    login = login.strip().lower()
    throttle.check(session, "sign-in", f"{login}/{source}", most=TRIES_IN_TEN_MINUTES)
    staff = session.scalars(sa.select(Staff).where(Staff.login == login).with_for_update()).one_or_none()
    if staff is not None:
        derived, expected = unlocking.derive(staff, password), staff.verifier
    else:
        derived, expected = passwords.derive(password, _NOBODY[0], passwords.NOW), _NOBODY[1]
    right = derived.proves(expected)
    factor = proving.proved(session, staff, code, pressed) if staff and right and staff.active else None
    if staff is None or factor is None:
        throttle.count(session, "sign-in", f"{login}/{source}", most=TRIES_IN_TEN_MINUTES)
        return None
    derived = unlocking.strengthen(staff, password, derived)
    events.record(session, None, "sign in", actor=events.by(staff), detail=factor)
    return staff, start(session, staff, private=unlocking.own_key(staff, derived), factor=factor)


def start(session: Session, staff: Staff, *, private: bytes | None = None, factor: str | None = None) -> str:
    """Begin a session for a person who has proved who they are; the token for their cookie.

    `private`: their own key. They have just typed their password, so the session begins unlocked. `factor`: the second
    factor, with which the session ends.
    """
    token, now = secrets.token_urlsafe(32), clock.now()
    row = StaffSession(
        digest=digest(token), staff_id=staff.id, started_at=now, seen_at=now, ends_at=now + LONGEST, factor=factor
    )
    if private is not None:
        unlocking.keep(row, token, private)
    session.add(row)
    return token


def unlock(session: Session, token: str, staff: Staff, password: str) -> bool:
    """Open a session's sealed side with the password again (decision 4). False for a wrong one; tries are counted.

    Raises `WrongState` while there were too many.
    """
    derived = _again(session, staff, password)
    row = session.scalars(sa.select(StaffSession).where(StaffSession.digest == digest(token))).one_or_none()
    if row is None or derived is None:
        return False
    unlocking.keep(row, token, unlocking.own_key(staff, derived))
    events.record(session, None, "unlock", actor=events.by(staff))
    return True


def knows_password(session: Session, staff: Staff, password: str) -> bool:
    """Has the person typed it once more, before something that a stranger at their desk must not do? Tries are counted.

    Raises `WrongState` while there were too many.
    """
    return _again(session, staff, password) is not None


def lock(session: Session, token: str) -> None:
    """Close the sealed side at once."""
    closed = sa.update(StaffSession).where(StaffSession.digest == digest(token))
    session.execute(closed.values(opened=None, opened_until=None))


def ring(session: Session, token: str, staff: Staff) -> Ring | None:
    """What this session opens now, or None while its sealed side is closed."""
    row = session.scalars(sa.select(StaffSession).where(StaffSession.digest == digest(token))).one_or_none()
    private = unlocking.kept(row, token) if row is not None else None
    return compartments.ring(session, staff, private) if private is not None else None


def demo_accounts(session: Session) -> list[dict[str, str]]:
    """The accounts of a demo, whose passwords are known to everybody. Nothing on any other installation (decision 18)."""
    if session.scalar(sa.select(Installation.word).where(Installation.name == "demo")) != "1":
        return []
    found = session.scalars(sa.select(Staff).where(Staff.active, Staff.totp.is_not(None)).order_by(Staff.id))
    return [
        {
            "login": one.login,
            "role": one.role.value,
            "password": DEMO_PASSWORD,
            "code": app_codes.following(session, one),
        }
        for one in found
    ]


def find(session: Session, token: str) -> Staff | None:
    """The person behind a cookie, or None when the session is over: idle, too long, ended, or the person let go."""
    now = clock.now()
    found = (
        sa.select(StaffSession, Staff)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(StaffSession.digest == digest(token), StaffSession.ends_at > now, StaffSession.seen_at > now - IDLE)
        .where(Staff.active)
    )
    both = session.execute(found).one_or_none()
    return both[1] if both else None


def touch_is_due(session: Session, token: str) -> bool:
    """Was the person last seen more than a minute ago? So that not every visit has to write."""
    seen = session.scalar(sa.select(StaffSession.seen_at).where(StaffSession.digest == digest(token)))
    return seen is not None and seen < clock.now() - timedelta(minutes=1)


def touch(session: Session, token: str) -> None:
    """The person is there: the idle times start anew."""
    now, mine = clock.now(), StaffSession.digest == digest(token)
    session.execute(sa.update(StaffSession).where(mine).values(seen_at=now))
    open_ = sa.update(StaffSession).where(mine, StaffSession.opened_until > now)
    session.execute(open_.values(opened_until=now + unlocking.IDLE))


def last_seen(session: Session) -> dict[int, datetime]:
    """When each person who has a session was last here, by their row."""
    seen_at = sa.select(StaffSession.staff_id, sa.func.max(StaffSession.seen_at)).group_by(StaffSession.staff_id)
    return dict(session.execute(seen_at).all())


def end(session: Session, token: str) -> None:
    """Sign out."""
    session.execute(sa.delete(StaffSession).where(StaffSession.digest == digest(token)))


def end_all(session: Session, staff: Staff) -> None:
    """End every session of a person at once (I15)."""
    session.execute(sa.delete(StaffSession).where(StaffSession.staff_id == staff.id))


def end_begun_with(session: Session, staff: Staff, factor: str, *, keep: str = "") -> None:
    """End the sessions that this factor began, since it counts no more; not the one of the token to `keep`."""
    begun = StaffSession.staff_id == staff.id, StaffSession.factor == factor, StaffSession.digest != digest(keep)
    session.execute(sa.delete(StaffSession).where(*begun))


def csrf(token: str) -> str:
    """The proof that a form came from a page of this session."""
    return hmac.digest(token.encode(), b"feedback/1/csrf", hashlib.sha256).hex()


def proves(token: str, sent: str) -> bool:
    """Is this the proof for this session?"""
    return hmac.compare_digest(csrf(token).encode(), sent.encode())


def digest(token: str) -> bytes:
    """By what the tables know a cookie's token: 32 bytes."""
    return hashlib.sha256(token.encode()).digest()


def _again(session: Session, staff: Staff, password: str) -> passwords.Derived | None:
    throttle.check(session, "unlock", str(staff.id), most=TRIES_IN_TEN_MINUTES)
    derived = unlocking.derive(staff, password)
    if derived.proves(staff.verifier):
        return derived
    throttle.count(session, "unlock", str(staff.id), most=TRIES_IN_TEN_MINUTES)
    return None
