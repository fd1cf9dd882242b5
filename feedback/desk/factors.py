"""What a person does with their second factors: new codes, a new app, keys; with each one that goes its sessions go (I15)."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.desk import app_codes, events, permissions, printed, proving, security_keys, sessions
from feedback.desk.permissions import Action
from feedback.desk.security_keys import Pressed
from feedback.errors import Invalid, NotAllowed, NotFound
from feedback.models.factor import PrintedCode, SecurityKey
from feedback.models.staff import Staff

LAST = "This is the only second factor that you have. Add another one first."


def print_codes(session: Session, staff: Staff, *, keep: str) -> list[str]:
    """Ten new codes for oneself, to be shown once. Sessions begun with an old one end, but for that of `keep`, a token."""
    return _printed(session, staff, by=staff, keep=keep)


def give_codes(session: Session, by: Staff, reference: str) -> tuple[Staff, list[str]]:
    """The same for a colleague who has neither phone nor key. Raises `NotFound`, also for who was let go."""
    permissions.require(by, Action.TEAM)
    staff = session.scalars(sa.select(Staff).where(Staff.reference == reference, Staff.active)).one_or_none()
    if staff is None:
        raise NotFound
    if staff.id == by.id:
        raise NotAllowed("Your own codes are made in your settings.")
    return staff, _printed(session, staff, by=by)


def keys_of_all(session: Session) -> dict[int, list[SecurityKey]]:
    """The keys of everybody here, by person, the oldest first."""
    found: dict[int, list[SecurityKey]] = {}
    for key in session.scalars(sa.select(SecurityKey).order_by(SecurityKey.id)):
        found.setdefault(key.staff_id, []).append(key)
    return found


def take_key(session: Session, by: Staff, reference: str, key_reference: str) -> None:
    """Remove a key that a colleague lost, also their last factor: they get printed codes then. What it began ends.

    Raises `NotFound` for who was let go or is nobody, `Invalid` for a key that is not theirs.
    """
    permissions.require(by, Action.TEAM)
    staff = session.scalars(sa.select(Staff).where(Staff.reference == reference, Staff.active)).one_or_none()
    if staff is None:
        raise NotFound
    if staff.id == by.id:
        raise NotAllowed("Your own keys are removed in your settings.")
    _remove(session, _key(session, staff, key_reference), by=by)


def renew_app(session: Session, staff: Staff, *, keep: str) -> str:
    """A new seed for the app, to be shown once; the old one counts no more."""
    seed = app_codes.renew(session, staff)
    sessions.end_begun_with(session, staff, proving.APP, keep=keep)
    events.record(session, None, "new app", actor=events.by(staff))
    return seed


def stop_app(session: Session, staff: Staff, *, keep: str) -> None:
    """No code of an app counts from now on. Raises `Invalid` for the last factor."""
    if staff.totp is None or not (printed.left(session, staff) or security_keys.mine(session, staff)):
        raise Invalid({"stop_password": LAST})
    staff.totp = None
    sessions.end_begun_with(session, staff, proving.APP, keep=keep)
    events.record(session, None, "stop app", actor=events.by(staff))


def add_key(session: Session, staff: Staff, name: str, pressed: Pressed) -> SecurityKey:
    """Register a key. Raises `Invalid`."""
    key = security_keys.register(session, staff, name, pressed)
    events.record(session, None, "add key", actor=events.by(staff), detail=proving.by_key(key.id))
    return key


def remove_key(session: Session, staff: Staff, reference: str, *, keep: str) -> None:
    """Remove one of one's keys. Raises `Invalid` for the last factor and for a key that is not theirs."""
    key = _key(session, staff, reference)
    if len(security_keys.mine(session, staff)) == 1 and staff.totp is None and not printed.left(session, staff):
        raise Invalid({"remove_password": LAST})
    _remove(session, key, by=staff, keep=keep)


def lacking(session: Session) -> set[int]:
    """Rows of those who have no second factor at all, and so can't sign in."""
    codes, keys = sa.select(PrintedCode.staff_id), sa.select(SecurityKey.staff_id)
    without = sa.select(Staff.id).where(Staff.totp.is_(None), Staff.id.not_in(codes), Staff.id.not_in(keys))
    return set(session.scalars(without))


def _key(session: Session, staff: Staff, reference: str) -> SecurityKey:
    key = next((one for one in security_keys.mine(session, staff) if one.reference == reference), None)
    if key is None:
        raise Invalid({"key": "Choose from the list."})
    return key


def _remove(session: Session, key: SecurityKey, *, by: Staff, keep: str = "") -> None:
    owner = session.get_one(Staff, key.staff_id)
    session.delete(key)
    sessions.end_begun_with(session, owner, proving.by_key(key.id), keep=keep)
    whose = "" if owner.id == by.id else f" staff:{owner.id}"
    events.record(session, None, "remove key", actor=events.by(by), detail=f"{proving.by_key(key.id)}{whose}")


def _printed(session: Session, staff: Staff, *, by: Staff, keep: str = "") -> list[str]:
    codes = printed.renew(session, staff)
    sessions.end_begun_with(session, staff, proving.PRINTED, keep=keep)
    events.record(session, None, "print codes", actor=events.by(by), detail=f"staff:{staff.id}")
    return codes
