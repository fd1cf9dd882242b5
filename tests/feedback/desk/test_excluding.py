"""Conflict of interest: forty ways to stand near the accused, and what each of them sees and opens (D21, I13, stories 5, 6)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from feedback.desk import (
    conflicts,
    emergency,
    excluding,
    person_requests,
    resealing,
    returning,
    visibility,
)
from feedback.desk.conflicts import INDEPENDENT, UNKNOWN
from feedback.errors import WrongState
from feedback.models.review import Access
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket, TicketKey
from tests.factories import Desk
from tests.feedback.desk.nearby import MOMENTS, PEOPLE, PERSONAL, accused_by, let_in, near_person, opens, sees
from tests.feedback.desk.plans import act, holders, unlocked


@pytest.fixture
def lead(desk: Desk) -> Staff:
    """A psea lead of an agency that nobody accuses, with a second holder of another one."""
    return holders(desk, "psea", many=2, agency="myna")[0]


@pytest.fixture
def independent(desk: Desk) -> Staff:
    """The independent focal point."""
    return desk.holder(INDEPENDENT, role=Role.FOCAL_POINT)


@pytest.fixture
def ticket(desk: Desk, lead: Staff) -> Ticket:
    """An allegation, sealed to psea."""
    return desk.ticket("he asks for favours", tier="T3-S", sector="conduct")


@pytest.mark.plan("D21")
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("who", PEOPLE)
def test_an_accused_agency_sees_nothing_and_holds_no_key(desk, lead, ticket, who, moment):
    near = PEOPLE[who]
    person = near_person(desk, near)
    if moment == "before they came" and not near.independent:
        person = let_in(desk, lead, person)
    act(desk, lead, ticket, excluding.name, agency="heron")
    if moment == "after they came" and not near.independent:
        person = let_in(desk, lead, person)
    assert sees(desk, person, ticket) is near.may
    assert opens(desk, person, ticket) is near.may
    assert opens(desk, lead, ticket)


@pytest.mark.plan("D21")
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("who", PERSONAL)
def test_an_accused_person_those_above_them_and_their_agency_see_nothing(desk, lead, ticket, who, moment):
    near = PERSONAL[who]
    person = near_person(desk, near)
    accused = accused_by(desk, near, person)
    if moment == "before they came" and not near.independent:
        person = let_in(desk, lead, person)
    act(desk, lead, ticket, excluding.name, person=accused)
    if moment == "after they came" and not near.independent:
        person = let_in(desk, lead, person)
    assert desk.again(ticket).subject == "heron"  # a person's agency is meant with them
    assert sees(desk, person, ticket) is near.may
    if not near.may:
        assert not opens(desk, person, ticket)


@pytest.mark.plan("D21")
def test_where_the_agency_is_not_known_the_independent_one_alone_knows(desk, lead, independent, ticket):
    act(desk, lead, ticket, excluding.name, agency=UNKNOWN)
    assert not sees(desk, lead, ticket)
    assert not opens(desk, lead, ticket)
    assert sees(desk, independent, ticket)
    assert opens(desk, independent, ticket)
    assert {row.recipient for row in desk.rows(TicketKey, TicketKey.ticket_id == ticket.id)} == {f"s:{independent.id}"}


@pytest.mark.parametrize("agency", [UNKNOWN, "myna"])
def test_a_ticket_that_nobody_is_left_to_read_looks_like_a_code_of_nothing(desk, lead, independent, ticket, agency):
    """Whoever asks or comes back with its code must not learn that it is there (I9); what they say reaches somebody."""
    act(desk, lead, ticket, excluding.name, agency=agency)
    with desk.at() as session:
        desk.mine(session, independent).active = False
    volunteer, asks = desk.staff(Role.VOLUNTEER), holders(desk, "gbv")[0]
    assert desk.do(returning.visit, volunteer, ticket.code, "after noon") is None
    assert desk.do(person_requests.ask, volunteer, ticket.code, right="see", proof="code", terms="after noon") is None
    assert desk.do(emergency.ask, asks, ticket.code, "she stands at the gate") is None
    assert len(desk.rows(Ticket, Ticket.compartment == "screening")) == 2
    assert desk.rows(Access) == []


def test_nothing_is_hidden_from_everybody(desk, lead, ticket):
    with pytest.raises(WrongState):
        act(desk, lead, ticket, excluding.name, agency=UNKNOWN)
    assert opens(desk, lead, ticket)


@pytest.mark.plan("D21")
def test_the_only_two_readers_are_of_the_accused_agency_and_the_independent_one_takes_over(
    desk, lead, independent, ticket
):
    """Story 6: the accused gets no notice, and holds no key that opens it."""
    other = desk.holder("psea", role=Role.COORDINATOR, agency="bulbul")
    let_in(desk, lead, other)
    before = opens(desk, lead, ticket)
    with unlocked(desk, other) as session:
        found = visibility.find_ticket(session, desk.mine(session, other), ticket.reference)
        excluding.name(session, desk.mine(session, other), found, person=desk.mine(session, lead))
    assert (before, opens(desk, lead, ticket), sees(desk, lead, ticket)) == (True, False, False)
    assert sees(desk, independent, ticket)
    assert opens(desk, independent, ticket)


@pytest.mark.plan("D21")
def test_a_provider_that_is_only_named_is_notaccused_by(desk, lead, ticket):
    of_provider = let_in(desk, lead, desk.holder("psea", agency="heron"))
    with desk.at() as session:
        session.execute(sa.update(Ticket).values(provider="heron"))
    assert sees(desk, of_provider, ticket)


def test_an_excluded_colleague_loses_what_was_given_to_them(desk, lead, ticket):
    theirs = let_in(desk, lead, desk.holder("psea", agency="heron"))
    with desk.at() as session:
        session.execute(sa.update(Ticket).values(assigned_to=theirs.id))
    act(desk, lead, ticket, excluding.name, agency="heron")
    assert desk.again(ticket).assigned_to is None


def test_the_two_tellings_of_the_rule_agree(desk, lead, ticket):
    """What the database hides and what the sealing leaves out, over every pair of person and subject."""
    accused = desk.staff(Role.VOLUNTEER, agency="heron")
    people = [near_person(desk, near) for near in PEOPLE.values()]
    people += [desk.holder("psea", supervisor=None), desk.holder(INDEPENDENT)]
    with desk.at() as session:
        desk.mine(session, accused).supervisor = people[1].id
    wrong, tried = [], 0
    for subject in (None, "heron", "myna", UNKNOWN):
        for person_id in (None, accused.id):
            with desk.at() as session:
                session.execute(sa.update(Ticket).values(subject=subject, subject_staff=person_id))
            with desk.at() as session:
                row = session.scalars(sa.select(Ticket).where(Ticket.id == ticket.id)).one()
                out = conflicts.excluded(session, row, people)
                for person in people:
                    hidden = session.scalar(sa.select(conflicts.accused(person)).select_from(Ticket))
                    tried += 1
                    if bool(hidden) is not (person.id in out):
                        wrong.append((subject, person_id, person.agency, person.clearances))
    assert wrong == []
    assert tried == 96


def test_a_recipient_list_is_never_empty(desk, lead, ticket):
    with desk.at() as session:
        row = session.scalars(sa.select(Ticket).where(Ticket.id == ticket.id)).one()
        row.subject = "myna"
        with pytest.raises(WrongState):
            resealing.recipients(session, row)
        session.rollback()
