"""A person's password and own key: one run gives both; the key is kept in the session under what only the cookie holds."""

from __future__ import annotations

from datetime import timedelta

from feedback import clock
from feedback.models.staff import Staff, StaffSession
from feedback.seal import boxes, ring
from feedback.seal import password as passwords
from feedback.seal.password import Cost, Derived

IDLE = timedelta(minutes=15)
"""So long without a visit the sealed side stays open (decision 4)."""


def derive(staff: Staff, password: str) -> Derived:
    """What this person's password gives, at the cost that their row names."""
    return passwords.derive(password, staff.salt, Cost.read(staff.cost))


def set_password(staff: Staff, password: str) -> Derived:
    """Store a password under a fresh salt and at the cost of today. The wrapped key is the caller's to renew."""
    staff.salt, staff.cost = passwords.new_salt(), str(passwords.NOW)
    derived = derive(staff, password)
    staff.verifier = derived.verifier
    return derived


def strengthen(staff: Staff, password: str, before: Derived) -> Derived:
    """Derive anew where more is asked of passwords by now, and wrap the person's key under what that gives."""
    if not Cost.read(staff.cost).is_less_than(passwords.NOW):
        return before
    private = own_key(staff, before)
    after = set_password(staff, password)
    rewrap(staff, private, after)
    return after


def own_key(staff: Staff, derived: Derived) -> bytes:
    """The person's private key; made now if they have none yet."""
    if staff.private_key is None:
        private, staff.public_key = boxes.new_pair()
        staff.private_key = ring.wrap_private(derived.wrapping, staff.id, private)
        return private
    return ring.unwrap_private(derived.wrapping, staff.id, staff.private_key)


def rewrap(staff: Staff, private: bytes, derived: Derived) -> None:
    """The same key under what a new password gives."""
    staff.private_key = ring.wrap_private(derived.wrapping, staff.id, private)


def keep(row: StaffSession, token: str, private: bytes) -> None:
    """Keep the key in the session's row, where only the cookie's token opens it."""
    row.opened = ring.keep_in_session(token, row.staff_id, private)
    row.opened_until = clock.now() + IDLE


def kept(row: StaffSession, token: str) -> bytes | None:
    """The key again, or None once it has been closed or left alone for too long."""
    if row.opened is None or row.opened_until is None or row.opened_until < clock.now():
        return None
    return ring.from_session(token, row.staff_id, row.opened)
