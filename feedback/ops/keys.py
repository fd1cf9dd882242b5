"""What an operator does with keys: begin, look, renew, recover."""

from __future__ import annotations

import time
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.desk import compartments, keeping, permissions, quarantine, renewing, unlocking, walls
from feedback.desk.intake_rows import SCREENING
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket
from feedback.ops import renewal
from feedback.seal.password import Derived
from feedback.wiring import Parts

_ACTOR = "part:command"


class NoKeys(Exception):  # noqa: N818
    """Something is missing; the text says what."""


def begin(parts: Parts) -> dict[str, dict[str, str]]:
    """Give every compartment that has none its key, sealed to those cleared for it; its recovery parts, shown once.

    Raises `NoKeys` for a compartment with fewer than two people who can hold it.
    """
    made: dict[str, dict[str, str]] = {}
    with parts.database.transaction() as session:
        staff = session.scalars(sa.select(Staff).where(Staff.active, Staff.public_key.is_not(None))).all()
        for compartment in parts.response.compartments:
            if compartment in compartments.current(session):
                continue
            people = [one for one in staff if compartment in one.clearances and permissions.may_hold(one.role)]
            if len(people) < compartments.FEWEST:
                raise NoKeys(f"{compartment}: at least two people must be cleared for it; now {len(people)}")
            if compartments.of_one_agency(compartment, people):
                raise NoKeys(f"{compartment}: its holders must come from different agencies")
            made[compartment] = compartments.create(session, compartment, people, actor=_ACTOR)
    _seal_what_waits(parts)
    return made


def status(parts: Parts) -> tuple[int, int, list[compartments.Standing]]:
    """The desk key's generation, how many keys are still under an older one, and how each compartment stands."""
    with parts.database.transaction(write=False) as session:
        return parts.vault.generation, renewing.left_behind(session), compartments.standing(session)


def keepers(parts: Parts) -> list[keeping.Keeper]:
    """Who keeps which recovery part."""
    with parts.database.transaction(write=False) as session:
        return keeping.kept(session)


def keep(parts: Parts, compartment: str, letter: str, *, login: str = "", office: str = "") -> None:
    """Write down who keeps a part from now on. Raises `NoKeys` for a name that nobody has, and what `keeping.keep` does."""
    with parts.database.transaction() as session:
        staff = session.scalars(sa.select(Staff).where(Staff.login == login)).one_or_none() if login else None
        if login and staff is None:
            raise NoKeys("nobody has this name")
        keeping.keep(session, compartment, letter, staff or office, actor=_ACTOR)


def renew_desk(parts: Parts, *, sleep: Callable[[float], None] = time.sleep) -> int:
    """A new generation of the desk key: every live key is wrapped under it, then the older ones are destroyed.

    Runs while everybody works, takes a quarter of an hour, and goes on where it stopped. Returns how many keys were wrapped
    anew. Raises `NoKeys` while some are in use.
    """
    try:
        return renewal.renew(parts, sleep=sleep)
    except renewal.Behind:
        raise NoKeys("some keys are in use just now; run this again") from None


def renew_compartment(parts: Parts, compartment: str, login: str, password: str) -> int:
    """A new generation of a compartment's key, by a holder with their password; how many keys followed."""
    staff_id, private = _open(parts, login, password)
    with parts.database.transaction() as session:
        staff = session.get_one(Staff, staff_id)
        compartments.renew(session, staff, compartments.ring(session, staff, private), compartment)
    done = 0
    while True:
        with parts.database.transaction() as session:
            session.info["ring"] = compartments.ring(session, session.get_one(Staff, staff_id), private)
            some = renewing.follow(session, compartment)
        done += some
        if some == 0:
            break
    with parts.database.transaction() as session:
        renewing.retire(session, compartment)
    return done


def recover(parts: Parts, compartment: str, one: str, other: str, login: str) -> None:
    """Make a person a holder again with two of the three recovery parts. Raises `BadSeal` for wrong ones."""
    with parts.database.transaction() as session:
        staff = session.scalars(sa.select(Staff).where(Staff.login == login)).one_or_none()
        if staff is None:
            raise NoKeys("nobody has this name")
        compartments.recover(session, compartment, one, other, staff, actor=_ACTOR)


def person(parts: Parts, login: str, password: str) -> int:
    """Who gives a command, by name and password. Raises `NoKeys`."""
    with parts.database.transaction(write=False) as session:
        return _proved(session, login, password)[0].id


def _seal_what_waits(parts: Parts) -> None:
    """What was sensitive before there were keys, and what could not be read, is sealed now, in short transactions."""
    some = 1
    while some:
        with parts.database.transaction() as session:
            some = quarantine.seal_what_waits(session) if SCREENING in compartments.current(session) else 0
    after = 0
    while True:
        with parts.database.transaction() as session:
            behind = sa.select(Ticket).where(Ticket.compartment.is_not(None), Ticket.id > after).order_by(Ticket.id)
            tickets = session.scalars(behind.limit(renewing.BATCH)).all()
            for ticket in tickets:
                walls.seal_if_read(session, ticket)
        if not tickets:
            return
        after = tickets[-1].id


def _open(parts: Parts, login: str, password: str) -> tuple[int, bytes]:
    with parts.database.transaction() as session:
        staff, derived = _proved(session, login, password)
        return staff.id, unlocking.own_key(staff, derived)


def _proved(session: Session, login: str, password: str) -> tuple[Staff, Derived]:
    staff = session.scalars(sa.select(Staff).where(Staff.login == login, Staff.active)).one_or_none()
    derived = unlocking.derive(staff, password) if staff else None
    if staff is None or derived is None or not derived.proves(staff.verifier):
        raise NoKeys("name or password is wrong")
    return staff, derived
