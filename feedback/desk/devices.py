"""Shared devices: enrolled once by a lead, then a volunteer takes over with a PIN in a few seconds (decision 16)."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import events, permissions, room, sessions, throttle, unlocking
from feedback.desk.permissions import Action
from feedback.errors import Invalid, NotAllowed, NotFound
from feedback.models.base import new_id
from feedback.models.device import Device, DeviceSession, Pin
from feedback.models.staff import Role, Staff, StaffSession
from feedback.seal import password as passwords

KEPT = timedelta(days=180)
"""So long a device stays enrolled; then a lead looks at it again."""

DAY = sessions.LONGEST
"""So long a password typed on a device lets its owner come back there by PIN alone."""

MOST_WRONG = 5
"""Wrong PINs in a row; then only the whole way in helps, and a PIN set anew."""

NOT_SHARED = "A PIN is for volunteers who are cleared for nothing. Sign in with your password and code."
_PIN = re.compile(r"[0-9]{6}")
_RUNS = "01234567890 09876543210"


class Refused(StrEnum):
    """Why nobody changed."""

    WRONG = "wrong"  # the PIN, or the password with it
    PASSWORD = "password"  # noqa: S105 - not one: it is to be typed again, once a day
    LOCKED = "locked"  # too many wrong PINs, or no PIN here: the whole way in


@dataclass(frozen=True, slots=True)
class Person:
    """One who has a PIN on a device, as its screen names them."""

    reference: str
    label: str
    needs_password: bool


def enrol(session: Session, lead: Staff, name: str) -> tuple[Device, str]:
    """Enrol the device in the lead's hands; the device and the token for its cookie. Raises `Invalid`."""
    permissions.require(lead, Action.TEAM)
    if not name.strip():
        raise Invalid({"name": "Write what stands on its back, so that it is known again."})
    token, now = secrets.token_urlsafe(32), clock.now()
    device = Device(
        digest=sessions.digest(token), name=name.strip()[:40], enrolled_by=lead.id, enrolled_at=now, until=now + KEPT
    )
    session.add(device)
    session.flush()
    events.record(session, None, "enrol device", actor=events.by(lead), detail=f"device:{device.id}")
    return device, token


def end(session: Session, lead: Staff, reference: str) -> None:
    """Sign a device out for good: its PINs and every session begun on it end with this commit (I15)."""
    permissions.require(lead, Action.TEAM)
    device = session.scalars(sa.select(Device).where(Device.reference == reference)).one_or_none()
    if device is None or device.ended_at is not None:
        raise NotFound
    device.ended_at = clock.now()
    begun = sa.select(DeviceSession.digest).where(DeviceSession.device_id == device.id)
    session.execute(sa.delete(StaffSession).where(StaffSession.digest.in_(begun)))
    session.execute(sa.delete(DeviceSession).where(DeviceSession.device_id == device.id))
    session.execute(sa.delete(Pin).where(Pin.device_id == device.id))
    events.record(session, None, "end device", actor=events.by(lead), detail=f"device:{device.id}")


def enrolled(session: Session, lead: Staff) -> list[tuple[Device, int]]:
    """All devices in use, with how many people have a PIN on each."""
    permissions.require(lead, Action.TEAM)
    many = sa.select(sa.func.count(Pin.id)).where(Pin.device_id == Device.id).scalar_subquery()
    found = sa.select(Device, many).where(Device.ended_at.is_(None)).order_by(Device.name, Device.id)
    return [(device, count) for device, count in session.execute(found).all()]


def find(session: Session, token: str) -> Device | None:
    """The enrolled device behind a cookie, or None."""
    if not token:
        return None
    mine = sa.select(Device).where(Device.digest == sessions.digest(token), Device.ended_at.is_(None))
    return session.scalars(mine.where(Device.until > clock.now())).one_or_none()


def people(session: Session, device: Device) -> list[Person]:
    """Who may come in by PIN on this device, by label."""
    both = sa.select(Pin, Staff).join(Staff, Staff.id == Pin.staff_id).where(Pin.device_id == device.id)
    rows = session.execute(both.order_by(Pin.label, Pin.id)).all()
    return [
        Person(staff.reference, pin.label, needs_password=not _proved(pin, staff))
        for pin, staff in rows
        if may_share(staff) and pin.wrong < MOST_WRONG
    ]


def may_share(staff: Staff) -> bool:
    """Volunteers only, and never one who holds a compartment: a PIN is too little for what is sealed."""
    return staff.active and staff.role is Role.VOLUNTEER and not staff.clearances


def set_pin(session: Session, staff: Staff, device: Device | None, *, password: str, pin: str, label: str) -> bool:
    """Give this person a PIN on this device, or another one. False for a wrong password: not raised, so that it counts.

    Raises `NotAllowed`; `Invalid` for a PIN that will not do; `WrongState` while there were too many wrong passwords.
    """
    if device is None or not may_share(staff):
        raise NotAllowed(NOT_SHARED)
    if not _PIN.fullmatch(pin):
        raise Invalid({"pin": "Use six digits."})
    if pin in _RUNS or len(set(pin)) < 3:
        raise Invalid({"pin": "This is too easy to guess."})
    if not sessions.knows_password(session, staff, password):
        return False
    row = _pin_of(session, device, staff)
    if row is None:
        row = Pin(id=new_id(), device_id=device.id, staff_id=staff.id)
        session.add(row)
    row.label = (label.strip() or staff.name.split()[0])[:20]
    row.salt, row.wrong = passwords.new_salt(), 0
    row.verifier = room.vault(session).seal_secret(row.id, passwords.verifier(pin, row.salt))
    row.proved_at, row.of = clock.now(), _of(staff)
    events.record(session, None, "set pin", actor=events.by(staff), detail=f"device:{device.id}")
    return True


def change_user(
    session: Session, device: Device, reference: str, pin: str, *, password: str = "", source: str = ""
) -> tuple[Staff, str] | Refused:
    """Begin a session for who typed their PIN: the person and the token for their cookie, or why not.

    Once a day the password too; the device is the other factor then. A wrong PIN counts in the table, right or wrong
    password with it. Raises `WrongState` while a source has to wait.
    """
    found = sa.select(Pin, Staff).join(Staff, Staff.id == Pin.staff_id)
    found = found.where(Pin.device_id == device.id, Staff.reference == reference).with_for_update()
    both = session.execute(found).one_or_none()
    if both is None or not may_share(both[1]) or both[0].wrong >= MOST_WRONG:
        return Refused.LOCKED
    row, staff = both
    if password:
        whose = f"{staff.login}/{source}"
        throttle.check(session, "sign-in", whose, most=sessions.TRIES_IN_TEN_MINUTES)
        if not unlocking.derive(staff, password).proves(staff.verifier):
            throttle.count(session, "sign-in", whose, most=sessions.TRIES_IN_TEN_MINUTES)
            return Refused.WRONG
    elif not _proved(row, staff):
        return Refused.PASSWORD
    if not _right(session, row, pin):
        row.wrong += 1
        return Refused.LOCKED if row.wrong >= MOST_WRONG else Refused.WRONG
    row.wrong = 0
    if password:
        row.proved_at, row.of = clock.now(), _of(staff)
    token = sessions.start(session, staff)
    session.flush()
    latest = {"ends_at": row.proved_at + DAY}
    session.execute(sa.update(StaffSession).where(StaffSession.digest == sessions.digest(token)).values(latest))
    note(session, device, token)
    events.record(session, None, "sign in", actor=events.by(staff), detail=f"device:{device.id}")
    return staff, token


def note(session: Session, device: Device | None, token: str) -> None:
    """Remember that this session was begun on this device. Those that are over are let go."""
    if device is None:
        return
    alive = sa.select(StaffSession.digest)
    session.execute(sa.delete(DeviceSession).where(DeviceSession.digest.not_in(alive)))
    session.add(DeviceSession(digest=sessions.digest(token), device_id=device.id))


def proves(session: Session, device: Device, reference: str, pin: str) -> Staff | None:
    """Whose PIN this is, for a form filled in without a network; None: not proved. Nobody hears which, so it counts nothing."""
    both = sa.select(Pin, Staff).join(Staff, Staff.id == Pin.staff_id)
    found = session.execute(both.where(Pin.device_id == device.id, Staff.reference == reference)).one_or_none()
    if found is None or not may_share(found[1]) or found[0].wrong >= MOST_WRONG:
        return None
    return found[1] if _right(session, found[0], pin) else None


def _pin_of(session: Session, device: Device, staff: Staff) -> Pin | None:
    mine = sa.select(Pin).where(Pin.device_id == device.id, Pin.staff_id == staff.id)
    return session.scalars(mine.with_for_update()).one_or_none()


def _right(session: Session, row: Pin, pin: str) -> bool:
    kept = room.vault(session).unseal_secret(row.id, row.verifier)
    return hmac.compare_digest(passwords.verifier(pin[:16], row.salt), kept)


def _proved(row: Pin, staff: Staff) -> bool:
    return row.proved_at > clock.now() - DAY and hmac.compare_digest(row.of, _of(staff))


def _of(staff: Staff) -> bytes:
    """Which password it was: after a change of it the new one is typed once more on every device."""
    return hashlib.sha256(b"feedback/1/pin" + staff.verifier).digest()[:16]
