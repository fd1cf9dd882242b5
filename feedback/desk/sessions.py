"""Signing in and out: password and one-time code, sessions in a table that end at once when they should."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from datetime import datetime, timedelta

import pyotp
import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import compartments, events, room, throttle, unlocking
from feedback.models.installation import Installation
from feedback.models.staff import Staff, StaffSession
from feedback.seal import password as passwords
from feedback.seal.ring import Ring

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
TRIES_IN_TEN_MINUTES = 10
DEMO_PASSWORD = "try this desk"  # noqa: S105 - known to everybody: demo accounts exist in demo installations only
_STEP = 30  # seconds of a one-time code
_NOBODY = (b"\0" * 16, os.urandom(32))  # so that an unknown name takes as long as a wrong password


def sign_in(session: Session, login: str, password: str, code: str, *, source: str) -> tuple[Staff, str] | None:
    """Start a session: the person and the token for their cookie, or None: name, password or code is wrong.

    Wrong tries count per name and source address, so that who guesses waits and the person themselves is not locked
    out (I33). Raises `WrongState` while a source has to wait.
    """
    login = login.strip().lower()
    throttle.check(session, "sign-in", f"{login}/{source}", most=TRIES_IN_TEN_MINUTES)
    staff = session.scalars(sa.select(Staff).where(Staff.login == login).with_for_update()).one_or_none()
    salt, verifier = (staff.salt, staff.verifier) if staff else _NOBODY
    derived = passwords.derive(password, salt)
    right = derived.proves(verifier)
    step = _step_of(session, staff, code) if staff and right and staff.active else None
    if staff is None or step is None:
        throttle.count(session, "sign-in", f"{login}/{source}", most=TRIES_IN_TEN_MINUTES)
        return None
    staff.totp_last = step
    events.record(session, None, "sign in", actor=events.by(staff))
    return staff, start(session, staff, private=unlocking.own_key(staff, derived))


def start(session: Session, staff: Staff, *, private: bytes | None = None) -> str:
    """Begin a session for a person who has proved who they are; the token for their cookie.

    `private`: their own key. They have just typed their password, so the session begins unlocked.
    """
    token, now = secrets.token_urlsafe(32), clock.now()
    row = StaffSession(digest=_digest(token), staff_id=staff.id, started_at=now, seen_at=now, ends_at=now + LONGEST)
    if private is not None:
        unlocking.keep(row, token, private)
    session.add(row)
    return token


def unlock(session: Session, token: str, staff: Staff, password: str) -> bool:
    """Open a session's sealed side with the password again (decision 4). False for a wrong one; tries are counted.

    Raises `WrongState` while there were too many.
    """
    throttle.check(session, "unlock", str(staff.id), most=TRIES_IN_TEN_MINUTES)
    derived = passwords.derive(password, staff.salt)
    row = session.scalars(sa.select(StaffSession).where(StaffSession.digest == _digest(token))).one_or_none()
    if row is None or not derived.proves(staff.verifier):
        throttle.count(session, "unlock", str(staff.id), most=TRIES_IN_TEN_MINUTES)
        return False
    unlocking.keep(row, token, unlocking.own_key(staff, derived))
    events.record(session, None, "unlock", actor=events.by(staff))
    return True


def lock(session: Session, token: str) -> None:
    """Close the sealed side at once."""
    closed = sa.update(StaffSession).where(StaffSession.digest == _digest(token))
    session.execute(closed.values(opened=None, opened_until=None))


def ring(session: Session, token: str, staff: Staff) -> Ring | None:
    """What this session opens now, or None while its sealed side is closed."""
    row = session.scalars(sa.select(StaffSession).where(StaffSession.digest == _digest(token))).one_or_none()
    private = unlocking.kept(row, token) if row is not None else None
    return compartments.ring(session, staff, private) if private is not None else None


def next_code(session: Session, staff: Staff) -> str:
    """A one-time code that this person has not used yet: for demo installations, which show it beside the account."""
    seed = pyotp.TOTP(room.vault(session).unseal_secret(staff.id, staff.totp or b"").decode())
    now = int(clock.now().timestamp()) // _STEP
    return seed.at(max(now, staff.totp_last + 1) * _STEP)


def demo_accounts(session: Session) -> list[dict[str, str]]:
    """The accounts of a demo, whose passwords are known to everybody. Nothing on any other installation (decision 18)."""
    if session.scalar(sa.select(Installation.word).where(Installation.name == "demo")) != "1":
        return []
    found = session.scalars(sa.select(Staff).where(Staff.active).order_by(Staff.id))
    return [
        {"login": one.login, "role": one.role.value, "password": DEMO_PASSWORD, "code": next_code(session, one)}
        for one in found
    ]


def find(session: Session, token: str) -> Staff | None:
    """The person behind a cookie, or None when the session is over: idle, too long, ended, or the person let go."""
    now = clock.now()
    found = (
        sa.select(StaffSession, Staff)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(StaffSession.digest == _digest(token), StaffSession.ends_at > now, StaffSession.seen_at > now - IDLE)
        .where(Staff.active)
    )
    both = session.execute(found).one_or_none()
    return both[1] if both else None


def touch_is_due(session: Session, token: str) -> bool:
    """Was the person last seen more than a minute ago? So that not every visit has to write."""
    seen = session.scalar(sa.select(StaffSession.seen_at).where(StaffSession.digest == _digest(token)))
    return seen is not None and seen < clock.now() - timedelta(minutes=1)


def touch(session: Session, token: str) -> None:
    """The person is there: the idle times start anew."""
    now, mine = clock.now(), StaffSession.digest == _digest(token)
    session.execute(sa.update(StaffSession).where(mine).values(seen_at=now))
    open_ = sa.update(StaffSession).where(mine, StaffSession.opened_until > now)
    session.execute(open_.values(opened_until=now + unlocking.IDLE))


def last_seen(session: Session) -> dict[int, datetime]:
    """When each person who has a session was last here, by their row."""
    seen_at = sa.select(StaffSession.staff_id, sa.func.max(StaffSession.seen_at)).group_by(StaffSession.staff_id)
    return dict(session.execute(seen_at).all())


def end(session: Session, token: str) -> None:
    """Sign out."""
    session.execute(sa.delete(StaffSession).where(StaffSession.digest == _digest(token)))


def end_all(session: Session, staff: Staff) -> None:
    """End every session of a person at once (I15)."""
    session.execute(sa.delete(StaffSession).where(StaffSession.staff_id == staff.id))


def csrf(token: str) -> str:
    """The proof that a form came from a page of this session."""
    return hmac.digest(token.encode(), b"feedback/1/csrf", hashlib.sha256).hex()


def proves(token: str, sent: str) -> bool:
    """Is this the proof for this session?"""
    return hmac.compare_digest(csrf(token).encode(), sent.encode())


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _step_of(session: Session, staff: Staff, code: str) -> int | None:
    """The time step of a right one-time code that was not used before, or None; one step of drift is forgiven."""
    if staff.totp is None:
        return None
    totp = pyotp.TOTP(room.vault(session).unseal_secret(staff.id, staff.totp).decode())
    now = int(clock.now().timestamp()) // _STEP
    digits = "".join(str(int(one)) for one in code if one.isdecimal())
    for step in (now, now - 1, now + 1):
        if step > staff.totp_last and hmac.compare_digest(totp.at(step * _STEP), digits):
            return step
    return None
