"""Which model reads texts here: its digest, the one before it, and the event of each switch."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.desk import events, permissions
from feedback.desk.permissions import Action
from feedback.errors import NotAllowed, WrongState
from feedback.models.installation import Installation
from feedback.models.staff import Staff

CHOSEN, BEFORE = "model", "model before"
SHIPPED = "shipped"
"""In place of a digest: the model that came with the software."""

_MAY = (Action.PUBLISH, Action.SYSTEM)


def chosen(session: Session) -> str:
    """The digest of the model that reads, 64 hex digits; `SHIPPED` where none was chosen."""
    return _word(session, CHOSEN) or SHIPPED


def before(session: Session) -> str | None:
    """What read before the last switch; None where there was none."""
    return _word(session, BEFORE)


def use(session: Session, staff: Staff, digest: str, *, figures: str) -> None:
    """Let another model read from the next text on. `figures`: of the comparison, in codes and numbers, for the event.

    Raises `NotAllowed` for whoever neither coordinates nor operates, `WrongState` where it reads already.
    """
    if not any(permissions.may(staff, action) for action in _MAY):
        raise NotAllowed("Your role does not do this. Please ask a colleague who may.")
    old = chosen(session)
    if digest == old:
        raise WrongState("This model reads already.")
    session.merge(Installation(name=BEFORE, word=old))
    session.merge(Installation(name=CHOSEN, word=digest))
    events.record(session, None, "model", actor=events.by(staff), detail=f"{old[:8]} {digest[:8]} {figures}"[:200])


def back(session: Session, staff: Staff) -> str:
    """The model from before the last switch reads again; which one. Raises `WrongState` where there was none."""
    old = before(session)
    if old is None:
        raise WrongState("No other model has been in use here.")
    use(session, staff, old, figures="back")
    return old


def _word(session: Session, name: str) -> str | None:
    return session.scalar(sa.select(Installation.word).where(Installation.name == name))
