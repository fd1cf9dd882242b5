"""Codes of an authenticator app: the seed that is shown once, and codes of which each counts once (decision 16)."""

from __future__ import annotations

import hmac

import pyotp
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import room
from feedback.models.staff import Staff

ISSUER = "Feedback desk"
LENGTH = 6  # digits
_STEP = 30  # seconds of a code


def renew(session: Session, staff: Staff) -> str:
    """A fresh seed (base32), to be shown once; codes of the old one are void."""
    seed = pyotp.random_base32()
    staff.totp, staff.totp_last = room.vault(session).seal_secret(staff.id, seed.encode()), 0
    return seed


def spend(session: Session, staff: Staff, digits: str) -> bool:
    """Is this a right code that was not used before? One step of drift is forgiven. From now on it does not count."""
    if staff.totp is None:
        return False
    totp = _totp(session, staff)
    now = int(clock.now().timestamp()) // _STEP
    for step in (now, now - 1, now + 1):
        if step > staff.totp_last and hmac.compare_digest(totp.at(step * _STEP), digits):
            staff.totp_last = step
            return True
    return False


def following(session: Session, staff: Staff) -> str:
    """A code that this person has not used yet: for demo installations, which show it beside the account."""
    now = int(clock.now().timestamp()) // _STEP
    return _totp(session, staff).at(max(now, staff.totp_last + 1) * _STEP)


def provisioning_uri(staff: Staff, seed: str) -> str:
    """What an authenticator app reads from the QR code."""
    return pyotp.TOTP(seed).provisioning_uri(name=staff.login, issuer_name=ISSUER)


def _totp(session: Session, staff: Staff) -> pyotp.TOTP:
    return pyotp.TOTP(room.vault(session).unseal_secret(staff.id, staff.totp or b"").decode())
