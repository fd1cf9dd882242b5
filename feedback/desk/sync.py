"""What a tablet sends when it has a network again: each form opened, taken in and answered for alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from pydantic import ValidationError
from sqlalchemy.orm import Session

from channels.contract import Unreadable
from channels.in_person import ADAPTER
from feedback.desk import devices, events, permissions, quarantine, reserving, taking
from feedback.desk.form_facts import Filled
from feedback.desk.permissions import Action
from feedback.errors import Invalid, WrongState
from feedback.models.device import Device
from feedback.models.staff import Staff
from feedback.seal.box import BadSeal
from feedback.seal.vault import Vault

HOOK = "sync"
MOST_PINS = 4
"""So many names and PINs are looked at in one sending: people who share a tablet within a few hours."""

_PIN = re.compile(rb'"pin"\s*:\s*"(?:[^"\\\\]|\\\\.)*"\s*,?\s*')


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


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """A form as it was opened: what it says, or why that can't be read. `author` showed who they are; else None."""

    key: str
    raw: bytes  # for a person, where it can't be read
    filled: Filled | None = None
    why: str = ""
    author: Staff | None = None


def open_form(vault: Vault, form: Sealed) -> Opened:
    """Open one form, with no transaction open: it is on its way into the next one, and nothing of it goes back."""
    opened = b""
    try:
        opened = vault.open_form(form.key_name, form.sealed, key=form.key)
        filled = Filled.model_validate_json(opened)
        if filled.key != form.key:
            raise Unreadable("the form has another key inside")
    except (BadSeal, ValidationError, Unreadable) as why:
        return Opened(form.key, _without_pin(opened) or form.sealed, why=_said(why))
    return Opened(form.key, _without_pin(opened), filled)


def name_authors(session: Session, device: Device | None, forms: Sequence[Opened]) -> list[Opened]:
    """Who filled in which form, where a PIN shows it (decision 16). A few are tried at once, so that nobody can guess here."""
    shown: dict[tuple[str, str], Staff | None] = {}
    for form in forms:
        said = (form.filled.by, form.filled.pin) if form.filled is not None else ("", "")
        if device is not None and all(said) and said not in shown and len(shown) < MOST_PINS:
            shown[said] = devices.proves(session, device, *said)
    return [
        replace(form, author=shown.get((form.filled.by, form.filled.pin))) if form.filled is not None else form
        for form in forms
    ]


def receive(session: Session, staff: Staff, tablet: str, form: Opened) -> State:
    """Take one form in, as entered by who showed that they filled it in, else by who sends. A repeat changes nothing.

    A form that can't be read is quarantined, once; one that can't be taken leaves no trace of the try.
    """
    permissions.require(staff, Action.ENTER)
    if taking.is_here(session, form.key):
        return State.REPEAT
    why = form.why
    if form.filled is not None:
        try:
            with session.begin_nested():
                _take(session, staff, tablet, form.filled, form.author)
            return State.KEPT
        except (Unreadable, Invalid, WrongState) as refusal:
            why = _said(refusal)
    quarantine.keep(session, adapter=ADAPTER, hook=HOOK, raw=form.raw, why=why, ref=form.key)
    return State.UNREADABLE


def _take(session: Session, staff: Staff, tablet: str, filled: Filled, author: Staff | None) -> None:
    ticket = taking.take(session, author or staff, filled)
    if filled.code and reserving.redeem(session, tablet, filled.code) and ticket.code is not None:
        ticket.code = filled.code
    shown = "by pin" if author is not None else "pin not shown" if filled.by else ""
    events.record(session, ticket, "sync", actor=events.by(staff), detail=shown)


def _without_pin(opened: bytes) -> bytes:
    """The form as a person may read it: the digits in it are nobody's business."""
    return _PIN.sub(b"", opened)


def _said(why: Exception) -> str:
    """A short word for who looks at it, with nothing of the form in it."""
    if isinstance(why, BadSeal):
        return "sealed to a key that is not ours, or changed on the way"
    if isinstance(why, ValidationError):
        wrong = why.errors(include_input=False, include_url=False, include_context=False)
        return f"fields that can't be read: {', '.join(sorted({str(one['loc'][0]) for one in wrong if one['loc']}))}"
    return str(why)
