"""Who takes calls in a demo: somebody is on the line from the start, so that the live queue can be tried at any hour."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.sandbox.start import DESK_PHONE
from feedback.desk import listeners, room
from feedback.models.staff import Staff

LISTENER = "screener"


def go_on(session: Session) -> None:
    """Put the demo's screener on the line for one turn, in every language of the hotline, at the phone of the sandbox."""
    staff = session.scalars(sa.select(Staff).where(Staff.login == LISTENER, Staff.active)).one_or_none()
    if staff is None:
        return
    spoken = [one.code for one in room.response(session).languages.values() if one.key]
    listeners.go_on(session, staff, phone=DESK_PHONE, sex="woman", languages=spoken)
