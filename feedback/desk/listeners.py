"""Who of us takes calls now: on or off, which languages they speak, and whether they are a woman or a man (R23, R28)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels import phone as phones
from channels.contract import Wish
from feedback import clock
from feedback.desk import events, permissions, room
from feedback.desk.intake_rows import SCREENING
from feedback.desk.permissions import Action
from feedback.errors import Invalid, NotAllowed
from feedback.models.call import Listener
from feedback.models.staff import Staff

TURN = timedelta(hours=4)
"""So long somebody is on the line after saying so; then they say it again, so that no call rings in an empty room."""

WAITING_EACH = 2
"""Callers who wait for one listener at most; more reach the message box at once."""

REGION = "BD"
SEXES = ("woman", "man", "")


def require_cleared(staff: Staff) -> None:
    """Whoever talks with callers may hear anything: an ordinary clearance for screening (decision 12)."""
    permissions.require(staff, Action.CALL)
    if SCREENING not in staff.clearances:
        raise NotAllowed("Calls are taken by those cleared for screening.")


def find(session: Session, staff: Staff) -> Listener | None:
    """This person's row, or None while they have given no phone."""
    return session.scalars(sa.select(Listener).where(Listener.staff_id == staff.id)).one_or_none()


def phone_of(session: Session, listener: Listener) -> str:
    """Their number."""
    return room.vault(session).unseal_secret(listener.staff_id, listener.phone).decode()


def give_phone(session: Session, staff: Staff, number: str) -> Listener:
    """Keep the number on which the exchange reaches this person. Raises `Invalid`."""
    permissions.require(staff, Action.TELL)
    parsed = phones.parse(number, REGION)
    if parsed is None:
        raise Invalid({"phone": "Write your phone number."})
    sealed = room.vault(session).seal_secret(staff.id, parsed.encode())
    listener = find(session, staff)
    if listener is None:
        listener = Listener(staff_id=staff.id, phone=sealed, languages=[], free_since=clock.now())
        session.add(listener)
    listener.phone = sealed
    return listener


def go_on(session: Session, staff: Staff, *, phone: str, sex: str, languages: Iterable[str]) -> None:
    """Take calls from now on, for one turn. Raises `Invalid`, naming what to mend."""
    require_cleared(staff)
    spoken, known = list(dict.fromkeys(languages)), room.response(session).languages
    wrong = {}
    if sex not in SEXES:
        wrong["sex"] = "Choose from the list."
    if not spoken or not set(spoken) <= set(known):
        wrong["languages"] = "Choose the languages in which you can listen."
    if wrong:
        raise Invalid(wrong)
    listener = give_phone(session, staff, phone)
    now = clock.now()
    listener.sex, listener.languages = sex, spoken
    listener.on_until, listener.free_since = now + TURN, now
    events.record(session, None, "line on", actor=events.by(staff))


def go_off(session: Session, staff: Staff) -> None:
    """Take no more calls. The one in hand goes on."""
    listener = find(session, staff)
    if listener is not None and listener.on_until is not None:
        listener.on_until = None
        events.record(session, None, "line off", actor=events.by(staff))


def put_off(session: Session, staff_id: int, *, call_id: int) -> None:
    """Their phone was not answered: no more calls ring there, and this one is not in their hands."""
    listener = session.scalars(sa.select(Listener).where(Listener.staff_id == staff_id)).one_or_none()
    if listener is not None and listener.call_id == call_id:
        listener.call_id, listener.on_until, listener.free_since = None, None, clock.now()
        events.record(session, None, "line off", actor=events.part("exchange"), detail="not answered")


def take(session: Session, listener: Listener, call_id: int) -> bool:
    """Put a call into their hands. False while they have another, also one that came this moment."""
    free = sa.update(Listener).where(Listener.staff_id == listener.staff_id, Listener.call_id.is_(None))
    taken = session.execute(free.values(call_id=call_id).returning(Listener.staff_id)).one_or_none()
    return taken is not None


def release(session: Session, call_id: int) -> None:
    """Whoever had this call in hand is free again."""
    for listener in session.scalars(sa.select(Listener).where(Listener.call_id == call_id)):
        listener.call_id, listener.free_since = None, clock.now()


def holders(session: Session, call_ids: Iterable[int]) -> set[int]:
    """Which of these calls somebody still has in hand."""
    found = session.scalars(sa.select(Listener.call_id).where(Listener.call_id.in_(list(call_ids))))
    return {call_id for call_id in found if call_id is not None}


def on(session: Session, now: datetime) -> list[Listener]:
    """Those on the line, whoever is free longest first. People who were let go, or lost their clearance, are not."""
    both = sa.select(Listener, Staff).join(Staff, Staff.id == Listener.staff_id)
    found = session.execute(both.where(Listener.on_until > now).order_by(Listener.free_since)).all()
    return [
        listener for listener, staff in found if permissions.may(staff, Action.CALL) and SCREENING in staff.clearances
    ]


def fits(listener: Listener, wish: Wish | None, language: str | None) -> bool:
    """Is this whom the caller asks for? Another language than theirs is no help (R28); nobody gets a man for a woman."""
    speaks = language is None or language in listener.languages
    return speaks and (wish in (None, Wish.ANYONE) or listener.sex == wish)
