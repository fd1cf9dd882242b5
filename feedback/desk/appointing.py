"""Whom the conflict rule needs to know: who supervises whom, and who is independent of all agencies here (decisions 14, 15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import compartments, conflicts, events, excluding, names, permissions, room
from feedback.desk.conflicts import INDEPENDENT
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen
from feedback.errors import Invalid, NotAllowed, NotFound, WrongState
from feedback.models.appointment import Appointment
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Person:
    """One colleague as this page needs them. `supervisor`: a name, or None."""

    reference: str
    name: str
    login: str
    agency: str | None
    supervisor: str | None
    supervisor_reference: str | None
    independent: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """An appointment that waits for a second person. `mine`: this person asked, or it is about them, so another decides."""

    reference: str
    name: str
    by: str
    at: datetime
    mine: bool


def people(session: Session, staff: Staff) -> list[Person]:
    """Everyone who may sign in, by name."""
    permissions.require(staff, Action.STANDING)
    everyone = session.scalars(sa.select(Staff).where(Staff.active).order_by(Staff.name, Staff.id)).all()
    by_id = {one.id: one for one in everyone}
    found = []
    for one in everyone:
        above = by_id.get(one.supervisor or 0)
        found.append(
            Person(
                one.reference,
                one.name,
                one.login,
                one.agency,
                above.name if above else None,
                above.reference if above else None,
                INDEPENDENT in one.clearances,
            )
        )
    return found


def supervise(session: Session, staff: Staff, reference: str, above: str) -> None:
    """Say who supervises somebody; `above` empty: nobody here. From this commit on they are excluded with them (I13).

    Raises `Invalid` for oneself and for a circle.
    """
    permissions.require(staff, Action.STANDING)
    person = _find(session, reference)
    supervisor = _find(session, above) if above else None
    if supervisor is not None and person.id in conflicts.with_those_above(session, supervisor.id):
        raise Invalid({"supervisor": "Nobody stands above themselves, through others neither."})
    person.supervisor = supervisor.id if supervisor else None
    session.flush()
    detail = f"staff:{person.id} {f'staff:{supervisor.id}' if supervisor else 'nobody'}"
    events.record(session, None, "supervisor", actor=events.by(staff), detail=detail)
    _exclude_anew(session, person)


def wishes(session: Session, staff: Staff) -> list[Wish]:
    """Appointments that wait, oldest first."""
    permissions.require(staff, Action.STANDING)
    called = names.of_staff(session)
    waits = sa.select(Appointment).where(Appointment.settled_at.is_(None)).order_by(Appointment.asked_at)
    return [
        Wish(one.reference, called[one.staff_id], called[one.asked_by], one.asked_at, staff.id in _parties(one))
        for one in session.scalars(waits)
    ]


def ask(session: Session, staff: Staff, reference: str) -> None:
    """Wish that somebody be the independent focal point. Raises `Invalid` for whoever works for an agency here."""
    permissions.require(staff, Action.STANDING)
    person = _find(session, reference)
    _check_independent(session, person)
    if INDEPENDENT in person.clearances:
        raise WrongState("This colleague is independent already.")
    same = sa.select(Appointment.id).where(Appointment.staff_id == person.id, Appointment.settled_at.is_(None))
    if session.scalar(same) is not None:
        raise WrongState("This waits for a second person already.")
    session.add(Appointment(staff_id=person.id, asked_by=staff.id, asked_at=clock.now()))
    events.record(session, None, "appoint", actor=events.by(staff), detail=f"asked staff:{person.id}")


def decide(session: Session, staff: Staff, reference: str, *, yes: bool) -> None:
    """The second person's word. Raises `NotAllowed` for whoever asked, and for the one whom it is about."""
    permissions.require(staff, Action.STANDING)
    waits = sa.select(Appointment).where(Appointment.reference == reference).with_for_update()
    wish = session.scalars(waits).one_or_none()
    if wish is None:
        raise NotFound
    if wish.settled_at is not None:
        raise WrongState("A colleague was quicker: this is decided.")
    if staff.id in _parties(wish):
        raise NotAllowed("A second person has to say this, not you again.")
    wish.settled_at, wish.settled_by, wish.confirmed = clock.now(), staff.id, yes
    person = session.scalars(sa.select(Staff).where(Staff.id == wish.staff_id)).one()
    if yes:
        _check_independent(session, person)
        compartments.clear(session, person, INDEPENDENT, held=True)
    word = "confirmed" if yes else "refused"
    events.record(session, None, "appoint", actor=events.by(staff), detail=f"{word} staff:{person.id}")


def end(session: Session, staff: Staff, reference: str) -> None:
    """Somebody is independent no more, at once; their keys go with the next visit of those who hold the tickets."""
    permissions.require(staff, Action.STANDING)
    person = _find(session, reference)
    if INDEPENDENT not in person.clearances:
        raise WrongState("This colleague is not independent.")
    compartments.clear(session, person, INDEPENDENT, held=False)
    events.record(session, None, "appoint", actor=events.by(staff), detail=f"ended staff:{person.id}")


def independent_of_all(session: Session) -> list[Staff]:
    """Those who are named independent, have a key, and work for no agency here."""
    agencies = room.response(session).agencies
    return [one for one in conflicts.independents(session) if not conflicts.works_for(one) & set(agencies)]


def _check_independent(session: Session, person: Staff) -> None:
    if not person.active or person.public_key is None:
        raise Invalid({"independent": "This colleague has to sign in once first."})
    if conflicts.works_for(person) & set(room.response(session).agencies):
        raise Invalid({"independent": "Whoever works for an agency here is not independent of it."})


def _parties(wish: Appointment) -> tuple[int, int]:
    return wish.asked_by, wish.staff_id


def _exclude_anew(session: Session, person: Staff) -> None:
    """Tickets that accuse this person, or somebody below them, keep no key for whoever stands above them now."""
    of_theirs = sa.or_(Ticket.subject_staff == person.id, Ticket.subject_staff.in_(conflicts.below(person)))
    for ticket in session.scalars(seen(sa.select(Ticket).where(of_theirs, Ticket.forgotten_at.is_(None)))).all():
        excluding.reseal(session, ticket)


def _find(session: Session, reference: str) -> Staff:
    found = session.scalars(sa.select(Staff).where(Staff.reference == reference, Staff.active)).one_or_none()
    if found is None:
        raise NotFound
    return found
