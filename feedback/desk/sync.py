"""What a tablet sends when it has a network again: each form opened, taken in and answered for alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.orm import Session

from channels.contract import Unreadable
from channels.in_person import ADAPTER
from feedback.desk import events, permissions, quarantine, reserving, room, taking
from feedback.desk.form_facts import Filled
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen
from feedback.errors import Invalid, WrongState
from feedback.models.message import Message
from feedback.models.staff import Staff
from feedback.seal.box import BadSeal

HOOK = "sync"


class State(StrEnum):
    """What became of a form. After each of them the tablet wipes it; for a form that is not named it comes again."""

    KEPT = "kept"
    REPEAT = "repeat"  # it was here already (I2)
    UNREADABLE = "unreadable"  # kept too: a person looks at it


@dataclass(frozen=True, slots=True, repr=False)
class Sealed:
    """One form as it lay in the outbox. `key` is its own, `key_name` says to which of our keys it was sealed."""

    key: str
    key_name: str
    sealed: bytes


def receive(session: Session, staff: Staff, tablet: str, form: Sealed) -> State:
    """Take one form in, as entered by this person. One transaction a form, so that none waits for another.

    The words are open in this function and what it calls, nowhere before; nothing of the form goes back. A form that
    can't be opened or read is quarantined, once.
    """
    permissions.require(staff, Action.ENTER)
    if _known(session, form.key):
        return State.REPEAT
    opened = b""
    try:
        opened = room.vault(session).open_form(form.key_name, form.sealed, key=form.key)
        filled = Filled.model_validate_json(opened)
        if filled.key != form.key:
            raise Unreadable("the form has another key inside")
        with session.begin_nested():
            _take(session, staff, tablet, filled)
    except (BadSeal, ValidationError, Unreadable, Invalid, WrongState) as why:
        quarantine.keep(session, adapter=ADAPTER, hook=HOOK, raw=opened or form.sealed, why=_said(why), ref=form.key)
        return State.UNREADABLE
    return State.KEPT


def _take(session: Session, staff: Staff, tablet: str, filled: Filled) -> None:
    ticket = taking.take(session, staff, filled)
    if filled.code and reserving.redeem(session, tablet, filled.code) and ticket.code is not None:
        ticket.code = filled.code
    events.record(session, ticket, "sync", actor=events.by(staff))


def _known(session: Session, key: str) -> bool:
    found = sa.select(Message.id).where(Message.adapter == ADAPTER, Message.provider_ref == key)
    return session.scalar(seen(found)) is not None


def _said(why: Exception) -> str:
    """A short word for who looks at it, with nothing of the form in it."""
    if isinstance(why, BadSeal):
        return "sealed to a key that is not ours, or changed on the way"
    if isinstance(why, ValidationError):
        wrong = why.errors(include_input=False, include_url=False, include_context=False)
        return f"fields that can't be read: {', '.join(sorted({str(one['loc'][0]) for one in wrong if one['loc']}))}"
    return str(why)
