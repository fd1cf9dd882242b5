"""Reads across compartments, by clearances of others, and by emergency access: refused, and what was asked is recorded (D20, I12)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from feedback import clock
from feedback.desk import compartments, emergency, reading, sealing, visibility
from feedback.errors import Locked, NotAllowed, NotFound, WrongState
from feedback.models.event import Event
from feedback.models.review import Access
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from tests.factories import Desk
from tests.feedback.desk.plans import act, holders, unlocked

WALLS = {
    "conduct": "T2-C",
    "protection": "T2-P",
    "gbv": "T3-G",
    "psea": "T3-S",
    "child_protection": "T3-C",
    "screening": None,
}
NOBODY_S = (Role.OPERATOR, Role.AUDITOR, Role.INTERPRETER)
"""Roles that read no ticket, whatever clearance somebody gave them by mistake."""


@pytest.fixture
def people(desk: Desk) -> dict[str, Staff]:
    """A holder of each compartment."""
    return {wall: holders(desk, wall, agency=f"agency-{wall}")[0] for wall in WALLS}


@pytest.fixture
def tickets(desk: Desk, people: dict[str, Staff]) -> dict[str, Ticket]:
    """One ticket behind each wall, sealed."""
    found = {wall: desk.ticket(f"words of {wall}", tier=tier, sector=None) for wall, tier in WALLS.items()}
    desk.read_by_machine()
    return found


def _opens(desk: Desk, staff: Staff, ticket: Ticket) -> bool:
    with desk.at() as session:
        session.info["ring"] = compartments.ring(session, staff, desk.private_key(staff))
        return ticket.id in sealing.keys(session, [ticket.id])


def _finds(desk: Desk, staff: Staff, ticket: Ticket) -> bool:
    """By the rule alone, whatever the keys say."""
    with desk.at(staff=True) as session:
        return visibility.count(session, staff, Ticket.id == ticket.id) == 1


def _reads(desk: Desk, staff: Staff, ticket: Ticket) -> bool:
    try:
        act(desk, staff, ticket, reading.view)
    except (NotFound, Locked):
        return False
    return True


@pytest.mark.plan("D20", trials=len(WALLS) ** 2)
def test_each_holder_reads_behind_their_wall_and_behind_no_other(desk, people, tickets):
    """Six holders × six walls: 36 reads."""
    read = {(one, wall) for one in people for wall in WALLS if _reads(desk, people[one], tickets[wall])}
    assert read == {(wall, wall) for wall in WALLS}
    assert {(one, wall) for one in people for wall in WALLS if _finds(desk, people[one], tickets[wall])} == read
    opened = {(one, wall) for one in people for wall in WALLS if _opens(desk, people[one], tickets[wall])}
    assert opened == read
    events = desk.rows(Event, Event.action == "open")
    assert {(row.actor, row.wall) for row in events} == {(f"staff:{people[wall].id}", wall) for wall in WALLS}
    assert len(events) == len(WALLS)


@pytest.mark.plan("D20", trials=len(WALLS) * (1 + len(NOBODY_S)))
def test_a_clearance_without_a_key_opens_nothing_and_one_of_a_role_that_reads_nothing_shows_nothing(
    desk, people, tickets
):
    """Six walls × (cleared without a key, three roles that read no ticket): 24 reads."""
    for wall, ticket in tickets.items():
        cleared = desk.staff(Role.FOCAL_POINT, clearances=[wall])
        with pytest.raises(Locked):
            desk.act(cleared, ticket, reading.view)
        for one in [desk.staff(role, clearances=[wall]) for role in NOBODY_S]:
            with desk.at(staff=True) as session, pytest.raises(NotFound):
                visibility.find_ticket(session, one, ticket.reference)


MOMENTS = ("asked", "refused", "granted", "over", "moved", "let go")


def _come_to(desk: Desk, moment: str, asker: Staff, holder: Staff, ticket: Ticket) -> None:
    desk.do(emergency.ask, asker, ticket.code, "The colleague who holds it is on a boat.")
    (access,) = desk.rows(Access, Access.ticket_id == ticket.id)
    if moment == "refused":
        with unlocked(desk, holder) as session:
            emergency.refuse(session, holder, access.reference)
    elif moment != "asked":
        with unlocked(desk, holder) as session:
            emergency.grant(session, holder, access.reference, hours=1)
    with desk.at() as session:
        if moment == "let go":
            session.execute(sa.update(Staff).where(Staff.id == asker.id).values(active=False))


@pytest.mark.plan("D20", trials=len(WALLS) - 1)
@pytest.mark.parametrize("moment", MOMENTS)
def test_who_asks_in_an_emergency_reads_only_what_a_holder_granted_for_as_long_as_it_holds(
    desk, people, tickets, moment
):
    """Five walls × six moments, with the key and the sight of it."""
    for wall in set(WALLS) - {"screening"}:
        asker, holder, ticket = desk.holder("none", role=Role.DUTY_OFFICER), people[wall], tickets[wall]
        assert not _reads(desk, asker, ticket)
        _come_to(desk, moment, asker, holder, ticket)
        with time_machine.travel(clock.now() + timedelta(minutes=61 if moment == "over" else 1)):
            if moment == "moved":
                with unlocked(desk, holder) as session:
                    row = visibility.find_ticket(session, holder, ticket.reference)
                    row.compartment = next(one for one in WALLS if one not in (wall, "screening"))
            assert _reads(desk, desk.mine_again(asker), ticket) is (moment == "granted"), wall
        asked = desk.rows(Event, Event.action == "emergency", Event.actor == f"staff:{asker.id}")
        assert [row.detail for row in asked] == ["asked"], wall
        decided = desk.rows(Event, Event.action == "emergency", Event.actor == f"staff:{holder.id}")
        word = {"asked": None, "refused": "refused"}.get(moment, "granted 1 h")
        assert [row.detail for row in decided] == ([f"{word} staff:{asker.id}"] if word else []), wall


@pytest.mark.plan("D20", trials=4)
def test_nobody_decides_on_their_own_request_nor_on_one_of_another_wall(desk, people, tickets):
    asker = desk.holder("conduct", role=Role.DUTY_OFFICER)
    desk.do(emergency.ask, asker, tickets["gbv"].code, "It is tonight.")
    (access,) = desk.rows(Access)
    for one in (asker, people["conduct"], people["psea"], desk.staff(Role.COORDINATOR)):
        opened = unlocked(desk, desk.mine_again(one)) if one.public_key else desk.at(staff=True)
        with opened as session, pytest.raises((NotFound, NotAllowed, WrongState)):
            emergency.grant(session, one, access.reference, hours=1)
    assert desk.rows(Access)[0].decided_at is None
