"""People who stand near the accused, and what each of them sees and opens."""

from __future__ import annotations

from dataclasses import dataclass, field

from feedback.desk import (
    compartments,
    inbox,
    sealing,
    search,
    visibility,
)
from feedback.desk.conflicts import INDEPENDENT
from feedback.errors import NotFound
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from tests.factories import Desk
from tests.feedback.desk.plans import unlocked


def let_in(desk: Desk, lead: Staff, person: Staff) -> Staff:
    with unlocked(desk, lead) as session:
        ring = session.info["ring"]
        compartments.grant(session, lead, ring, "psea", desk.mine(session, person))
    return desk.mine_again(person)


def sees(desk: Desk, staff: Staff, ticket: Ticket) -> bool:
    """Anywhere at all: by its reference, in a list, in a count, by its code."""
    with desk.at(staff=True) as session:
        found = [visibility.count(session, staff, Ticket.id == ticket.id)]
        found.append(len(search.find(session, staff, ticket.code or "")))
        found.append(inbox.counts(session, staff).sealed)
        rows, _ = inbox.listed(session, staff, inbox.Which.SEALED)
        found.append(len([row for row in rows if row.reference == ticket.reference]))
        try:
            visibility.find_ticket(session, staff, ticket.reference)
            found.append(1)
        except NotFound:
            found.append(0)
    assert len({bool(one) for one in found}) == 1, found
    return bool(found[0])


def opens(desk: Desk, staff: Staff, ticket: Ticket) -> bool:
    """Does this person's unlocked session open it?"""
    with desk.at() as session:
        session.info["ring"] = compartments.ring(session, staff, desk.private_key(staff))
        return ticket.id in sealing.keys(session, [ticket.id])


@dataclass
class Near:
    """Somebody near the accused: what they are, and whether they may know."""

    role: Role = Role.FOCAL_POINT
    agency: str | None = None
    scope: list[str] = field(default_factory=list)
    above: bool = False  # supervises the accused
    far_above: bool = False  # supervises who supervises the accused
    self_: bool = False
    independent: bool = False
    may: bool = True


# who stands near → whether they may know, if HERON is accused (and for `self_` and `above`: a man of heron by name)
PEOPLE = {
    "another agency": Near(agency="myna"),
    "no agency": Near(),
    "the accused agency": Near(agency="heron", may=False),
    "its coordinator": Near(Role.COORDINATOR, agency="heron", may=False),
    "its duty officer": Near(Role.DUTY_OFFICER, agency="heron", may=False),
    "works on its tickets": Near(agency="myna", scope=["heron"], may=False),
    "another agency's coordinator": Near(Role.COORDINATOR, agency="bulbul"),
    "independent of all": Near(independent=True),
    "called independent but of the agency": Near(agency="heron", independent=True, may=False),
    "similar name": Near(agency="heron-2"),
}
PERSONAL = {
    "the accused": Near(agency="heron", self_=True, may=False),
    "their supervisor elsewhere": Near(agency="myna", above=True, may=False),
    "who supervises that one": Near(Role.COORDINATOR, agency="myna", far_above=True, may=False),
    "a colleague of the agency": Near(agency="heron", may=False),
    "somebody else": Near(agency="myna"),
    "an independent one who supervises": Near(independent=True, above=True, may=False),
}
MOMENTS = ("before they came", "after they came")


def near_person(desk: Desk, near: Near) -> Staff:
    clearances = [INDEPENDENT] if near.independent else []
    person = desk.holder("psea", role=near.role, agency=near.agency, agencies=near.scope)
    with desk.at() as session:
        mine = desk.mine(session, person)
        mine.clearances = clearances or mine.clearances
    return desk.mine_again(person)


def accused_by(desk: Desk, near: Near, person: Staff) -> Staff:
    """The man of heron, with the person above him where the scenario says so."""
    if near.self_:
        return person
    between = desk.staff(Role.AGENT, supervisor=person.id) if near.far_above else None
    above = person.id if near.above else between.id if between else None
    return desk.staff(Role.VOLUNTEER, agency="heron", supervisor=above)
