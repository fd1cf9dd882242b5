"""The second factor at the door: which one of a person's a typed code or a pressed key proves (decision 16)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from feedback.desk import app_codes, printed, security_keys
from feedback.desk.security_keys import Pressed
from feedback.models.staff import Staff

APP, PRINTED = "app", "printed"

_BY_LENGTH = {app_codes.LENGTH: (APP, app_codes.spend), printed.LENGTH: (PRINTED, printed.spend)}
"""One field takes both kinds of code: they differ in how many digits they have."""


def proved(session: Session, staff: Staff, code: str, pressed: Pressed | None) -> str | None:
    """The factor that was proved, as sessions and events name it, or None. What proved it does not count again."""
    if pressed is not None:
        key = security_keys.spend(session, staff, pressed)
        return by_key(key.id) if key is not None else None
    digits = "".join(str(int(one)) for one in code if one.isdecimal())  # people type Bangla and Burmese ones too
    factor, spend = _BY_LENGTH.get(len(digits), ("", None))
    return factor if spend is not None and spend(session, staff, digits) else None


def by_key(row: int) -> str:
    """How the factor is named that is one key."""
    return f"key:{row}"
