"""The code of conduct: the desk opens for nobody who has not accepted it as it stands now."""

from __future__ import annotations

from sqlalchemy.orm import Session

from feedback.desk import events, room, sessions
from feedback.errors import WrongState
from feedback.models.staff import Staff


def has_agreed(session: Session, staff: Staff) -> bool:
    """Has this person accepted the version of today? An older one does not count."""
    return staff.agreed == room.response(session).code_of_conduct.version


def agree(session: Session, staff: Staff, version: int) -> None:
    """The person accepts what they have read. Raises `WrongState` where that is not the text of today."""
    if version != room.response(session).code_of_conduct.version:
        raise WrongState("The text has changed since. Please read it again.")
    staff.agreed = version
    events.record(session, None, "agree to conduct", actor=events.by(staff), detail=f"version {version}")


def withdraw(session: Session, staff: Staff) -> None:
    """The person does not accept it, or no longer: all their sessions end, and the desk stays closed until they do."""
    staff.agreed = None
    sessions.end_all(session, staff)
    version = room.response(session).code_of_conduct.version
    events.record(session, None, "refuse conduct", actor=events.by(staff), detail=f"version {version}")
