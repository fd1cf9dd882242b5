"""Conflict of interest: whom the subject of a ticket excludes, as a condition on rows and as a question about people (decision 15)."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.models.staff import Staff
from feedback.models.ticket import Ticket

UNKNOWN = "unknown"
"""The subject of a ticket whose accused nobody can place: then the independent focal point alone may know (I13)."""

INDEPENDENT = "independent"
"""The clearance of a focal point who belongs to none of the agencies here (decision 14)."""


def accused(staff: Staff) -> sa.ColumnElement[bool]:
    """Is this person excluded from a ticket: as its subject, above them, or of the agency that is accused?

    Whoever the provider of a service is does not matter. A proposal of a machine excludes like a person's word.
    """
    excluded = [Ticket.subject_staff == staff.id, Ticket.subject_staff.in_(below(staff))]
    agencies = works_for(staff)
    if agencies:
        excluded.append(Ticket.subject.in_(sorted(agencies)))
    if INDEPENDENT not in staff.clearances:
        excluded.append(Ticket.subject == UNKNOWN)
    return sa.func.coalesce(sa.or_(*(sa.func.coalesce(one, sa.false()) for one in excluded)), sa.false())


def below(staff: Staff) -> sa.Select[int]:
    """The rows of all whom this person supervises, however they are chained."""
    found = sa.select(Staff.id).where(Staff.supervisor == staff.id).cte(f"below_{staff.id}", recursive=True)
    found = found.union(sa.select(Staff.id).join(found, Staff.supervisor == found.c.id))
    return sa.select(found.c.id)


def excluded(session: Session, ticket: Ticket, people: Iterable[Staff]) -> set[int]:
    """The same asked of people, by their ids: who of them may hold no key of this ticket."""
    above = with_those_above(session, ticket.subject_staff)
    return {
        person.id
        for person in people
        if person.id in above
        or (ticket.subject is not None and ticket.subject in works_for(person))
        or (ticket.subject == UNKNOWN and INDEPENDENT not in person.clearances)
    }


def named(ticket: Ticket) -> bool:
    """Does anybody stand accused?"""
    return ticket.subject is not None or ticket.subject_staff is not None


def in_line(session: Session, ticket: Ticket, person: Staff) -> bool:
    """Is this person excluded, or does whoever is accused stand above them?"""
    return bool(excluded(session, ticket, [person])) or ticket.subject_staff in with_those_above(session, person.id)


def independents(session: Session) -> list[Staff]:
    """The independent focal points who have a key, by id."""
    found = sa.select(Staff).where(Staff.active, Staff.public_key.is_not(None)).order_by(Staff.id)
    return [person for person in session.scalars(found) if INDEPENDENT in person.clearances]


def works_for(staff: Staff) -> set[str]:
    """Where somebody works, and for whom they work on tickets."""
    return {agency for agency in (staff.agency, *staff.agencies) if agency}


def with_those_above(session: Session, staff_id: int | None) -> set[int]:
    """The person and all their supervisors, however they are chained."""
    chain: set[int] = set()
    while staff_id is not None and staff_id not in chain:
        chain.add(staff_id)
        staff_id = session.scalar(sa.select(Staff.supervisor).where(Staff.id == staff_id))
    return chain
