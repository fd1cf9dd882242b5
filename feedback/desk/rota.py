"""The rota: who is on duty for each compartment, whom to call first, and where nobody is (issue of waking, I23)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels import phone as phones
from feedback import clock
from feedback.desk import events, permissions, room
from feedback.desk.listeners import SEXES
from feedback.desk.permissions import Action
from feedback.errors import Invalid, NotFound, filled
from feedback.models.base import new_id
from feedback.models.rota import Duty
from feedback.models.staff import Staff

AHEAD = timedelta(days=7)
"""So far ahead the rota must be without gaps (decision 18)."""

LONGEST = timedelta(days=31)
RUNGS = 9


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn as a person reads it. `name` None: somebody outside without an account. The number is masked."""

    reference: str
    compartment: str
    rung: int
    outside: bool
    name: str | None
    phone: str
    since: datetime
    until: datetime
    sex: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which nobody of the office (or, with `outside`, nobody outside it) can be called for a compartment."""

    compartment: str
    since: datetime
    until: datetime
    outside: bool


@dataclass(frozen=True, slots=True)
class Lack:
    """A time in which somebody of the office can be called, but no woman (R23), or nobody who speaks these languages (R28)."""

    compartment: str
    since: datetime
    until: datetime
    woman: bool
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A turn to be put on the rota. `login` empty: somebody outside, reached by this number alone."""

    compartment: str
    rung: int
    since: datetime
    until: datetime
    phone: str
    login: str = ""
    outside: bool = False
    sex: str = ""
    languages: tuple[str, ...] = ()


def add(session: Session, by: Staff, asked: Asked) -> Duty:
    """Put a turn on the rota. Raises `Invalid`, naming each field that needs mending."""
    permissions.require(by, Action.ROTA)
    staff = session.scalars(sa.select(Staff).where(Staff.login == asked.login, Staff.active)).one_or_none()
    number = phones.parse(asked.phone)
    wrong = {}
    if asked.compartment not in room.response(session).compartments:
        wrong["compartment"] = "Choose from the list."
    if not 1 <= asked.rung <= RUNGS:
        wrong["rung"] = filled("Choose 1 to %(most)s: whom to call first, second, and so on.", most=RUNGS)
    if not asked.since < asked.until <= asked.since + LONGEST:
        wrong["until"] = "The end comes after the beginning, at most a month later."
    if asked.sex not in SEXES:
        wrong["sex"] = "Choose from the list."
    if not set(asked.languages) <= set(room.response(session).languages):
        wrong["languages"] = "Choose from the list."
    if number is None:
        wrong["phone"] = "Write a mobile number with its country code."
    if staff is None and (asked.login or not asked.outside):
        wrong["login"] = "Nobody signs in by this name."
    elif staff is not None and not (asked.compartment in staff.clearances and permissions.may_hold(staff.role)):
        wrong["login"] = "This colleague is not cleared for it."
    if wrong:
        raise Invalid(wrong)
    duty_id = new_id()
    duty = Duty(
        id=duty_id,
        compartment=asked.compartment,
        rung=asked.rung,
        outside=asked.outside,
        staff_id=staff.id if staff else None,
        since=asked.since,
        until=asked.until,
        phone=room.vault(session).seal_secret(duty_id, (number or "").encode()),
        sex=asked.sex,
        languages=list(asked.languages),
    )
    session.add(duty)
    events.record(session, None, "rota", actor=events.by(by), detail=f"{asked.compartment} {asked.rung}")
    return duty


def remove(session: Session, by: Staff, reference: str) -> None:
    """End a turn now; one that has not begun never does. Raises `NotFound`."""
    permissions.require(by, Action.ROTA)
    duty = session.scalars(sa.select(Duty).where(Duty.reference == reference)).one_or_none()
    if duty is None:
        raise NotFound
    now = clock.now()
    duty.since, duty.until = min(duty.since, now), min(duty.until, now)
    events.record(session, None, "rota end", actor=events.by(by), detail=f"{duty.compartment} {duty.rung}")


def on_duty(session: Session, compartment: str, at: datetime) -> list[tuple[Duty, Staff | None]]:
    """Who can be called at this moment, in the order of calling. People who have been let go are not."""
    both = sa.select(Duty, Staff).outerjoin(Staff, Staff.id == Duty.staff_id)
    now = both.where(Duty.compartment == compartment, Duty.since <= at, Duty.until > at)
    found = session.execute(now.order_by(Duty.rung, Duty.outside, Duty.id)).all()
    return [(duty, staff) for duty, staff in found if staff is None or staff.active]


def names(session: Session, compartment: str) -> list[str]:
    """The names of the staff on duty for a compartment now, for colleagues at the same wall."""
    return [staff.name for _, staff in on_duty(session, compartment, clock.now()) if staff]


def number(session: Session, duty: Duty) -> str:
    """The number of a turn."""
    return room.vault(session).unseal_secret(duty.id, duty.phone).decode()


def turns(session: Session, by: Staff) -> list[Turn]:
    """The turns of the next days and those that run, for whoever keeps the rota; for others their own."""
    both = sa.select(Duty, Staff).outerjoin(Staff, Staff.id == Duty.staff_id).where(Duty.until > clock.now())
    if not permissions.may(by, Action.ROTA):
        both = both.where(Duty.staff_id == by.id)
    found = session.execute(both.order_by(Duty.compartment, Duty.since, Duty.rung))
    return [
        Turn(
            duty.reference,
            duty.compartment,
            duty.rung,
            duty.outside,
            staff.name if staff else None,
            phones.mask(number(session, duty)),
            duty.since,
            duty.until,
            duty.sex,
            tuple(duty.languages),
        )
        for duty, staff in found
    ]


def gaps(session: Session, ahead: timedelta = AHEAD) -> list[Gap]:
    """Where the rota has holes from now on, per compartment: in the office, and on the last rung outside it."""
    now, found = clock.now(), []
    for compartment, mine in _ahead(session, now, now + ahead).items():
        for outside in (False, True):
            covered = [(duty.since, duty.until) for duty in mine if duty.outside == outside]
            found += [Gap(compartment, a, b, outside) for a, b in _holes(covered, now, now + ahead)]
    return found


def lacks(session: Session, ahead: timedelta = AHEAD) -> list[Lack]:
    """When those of the office who can be called are no woman, or do not speak each language that the hotline offers."""
    now = clock.now()
    found: list[Lack] = []
    spoken = [code for code, one in room.response(session).languages.items() if one.key]
    for compartment, everyone in _ahead(session, now, now + ahead).items():
        mine = [duty for duty in everyone if not duty.outside]
        edges = {now, now + ahead, *(min(max(at, now), now + ahead) for one in mine for at in (one.since, one.until))}
        for since, until in pairwise(sorted(edges)):
            here = [one for one in mine if one.since <= since and until <= one.until]
            woman = not any(one.sex == "woman" for one in here)
            languages = tuple(code for code in spoken if not any(speaks(one, code) for one in here))
            if not here or not (woman or languages):
                continue
            lack = Lack(compartment, since, until, woman, languages)
            if found and found[-1] == replace(lack, since=found[-1].since, until=since):
                lack = replace(lack, since=found.pop().since)
            found.append(lack)
    return found


def speaks(duty: Duty, language: str | None) -> bool:
    """Do they speak it, however it is written? Rohingya in Latin letters is Rohingya."""
    return _tongue(language or "und") in map(_tongue, duty.languages)


def candidates(session: Session, by: Staff) -> list[tuple[str, str]]:
    """(login, name) of those who are cleared for any compartment."""
    permissions.require(by, Action.ROTA)
    found = session.scalars(sa.select(Staff).where(Staff.active).order_by(Staff.name))
    return [(one.login, one.name) for one in found if one.clearances and permissions.may_hold(one.role)]


def _ahead(session: Session, now: datetime, until: datetime) -> dict[str, list[Duty]]:
    """For each compartment the turns of those who can be called."""
    both = sa.select(Duty, Staff).outerjoin(Staff, Staff.id == Duty.staff_id)
    rows = session.execute(both.where(Duty.until > now, Duty.since < until)).all()
    able = [duty for duty, staff in rows if staff is None or staff.active]
    return {name: [one for one in able if one.compartment == name] for name in room.response(session).compartments}


def _tongue(language: str) -> str:
    return language.partition("-")[0]


def _holes(
    covered: Iterable[tuple[datetime, datetime]], since: datetime, until: datetime
) -> list[tuple[datetime, datetime]]:
    holes, at = [], since
    for begins, ends in sorted(covered):
        if begins > at:
            holes.append((at, min(begins, until)))
        at = max(at, ends)
        if at >= until:
            return holes
    return [*holes, (at, until)]
