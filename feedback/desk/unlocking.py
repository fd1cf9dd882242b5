"""A person's own key: made with their password, opened by it, and kept in the session under what only the cookie holds."""

from __future__ import annotations

from datetime import timedelta

from feedback import clock
from feedback.models.staff import Staff, StaffSession
from feedback.seal import boxes, ring
from feedback.seal.password import Derived

IDLE = timedelta(minutes=15)
"""So long without a visit the sealed side stays open (decision 4)."""


def own_key(staff: Staff, derived: Derived) -> bytes:
    """The person's private key; made now if they have none yet."""
    if staff.private_key is None:
        private, staff.public_key = boxes.new_pair()
        staff.private_key = ring.wrap_private(derived.wrapping, staff.id, private)
        return private
    return ring.unwrap_private(derived.wrapping, staff.id, staff.private_key)


def rewrap(staff: Staff, old: Derived, new: Derived) -> None:
    """The same key under a new password."""
    staff.private_key = ring.wrap_private(new.wrapping, staff.id, own_key(staff, old))


def keep(row: StaffSession, token: str, private: bytes) -> None:
    """Keep the key in the session's row, where only the cookie's token opens it."""
    row.opened = ring.keep_in_session(token, row.staff_id, private)
    row.opened_until = clock.now() + IDLE


def kept(row: StaffSession, token: str) -> bytes | None:
    """The key again, or None once it has been closed or left alone for too long."""
    if row.opened is None or row.opened_until is None or row.opened_until < clock.now():
        return None
    return ring.from_session(token, row.staff_id, row.opened)
