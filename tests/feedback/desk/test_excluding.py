"""Conflict of interest: forty ways to stand near the accused, and what each of them sees and opens (D21, I13, stories 5, 6)."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa

from classifier.suggestion import Verdict
from feedback.desk import (
    compartments,
    conflicts,
    excluding,
    inbox,
    lowering,
    resealing,
    sealing,
    search,
    visibility,
)
from feedback.desk.conflicts import INDEPENDENT, UNKNOWN
from feedback.desk.screening import Coding
from feedback.errors import Invalid, NotAllowed, NotFound, WrongState
from feedback.models.event import Event
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket, TicketKey
from tests.factories import Desk, inbound
from tests.feedback.desk.plans import act, holders, unlocked
from tests.feedback.desk.readings import read, suggestion


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


def _near(desk: Desk, near: Near) -> Staff:
    clearances = [INDEPENDENT] if near.independent else []
    person = desk.holder("psea", role=near.role, agency=near.agency, agencies=near.scope)
    with desk.at() as session:
        mine = desk.mine(session, person)
        mine.clearances = clearances or mine.clearances
    return desk.mine_again(person)


def _accused(desk: Desk, near: Near, person: Staff) -> Staff:
    """The man of heron, with the person above him where the scenario says so."""
    if near.self_:
        return person
    between = desk.staff(Role.AGENT, supervisor=person.id) if near.far_above else None
    above = person.id if near.above else between.id if between else None
    return desk.staff(Role.VOLUNTEER, agency="heron", supervisor=above)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("who", PEOPLE)
def test_an_accused_agency_sees_nothing_and_holds_no_key(desk, lead, ticket, who, moment):
    near = PEOPLE[who]
    person = _near(desk, near)
    if moment == "before they came" and not near.independent:
        person = let_in(desk, lead, person)
    act(desk, lead, ticket, excluding.name, agency="heron")
    if moment == "after they came" and not near.independent:
        person = let_in(desk, lead, person)
    assert sees(desk, person, ticket) is near.may
    assert opens(desk, person, ticket) is near.may
    assert opens(desk, lead, ticket)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("who", PERSONAL)
def test_an_accused_person_those_above_them_and_their_agency_see_nothing(desk, lead, ticket, who, moment):
    near = PERSONAL[who]
    person = _near(desk, near)
    accused = _accused(desk, near, person)
    if moment == "before they came" and not near.independent:
        person = let_in(desk, lead, person)
    act(desk, lead, ticket, excluding.name, person=accused)
    if moment == "after they came" and not near.independent:
        person = let_in(desk, lead, person)
    assert desk.again(ticket).subject == "heron"  # a person's agency is meant with them
    assert sees(desk, person, ticket) is near.may
    if not near.may:
        assert not opens(desk, person, ticket)


def test_where_the_agency_is_not_known_the_independent_one_alone_knows(desk, lead, independent, ticket):
    act(desk, lead, ticket, excluding.name, agency=UNKNOWN)
    assert not sees(desk, lead, ticket)
    assert not opens(desk, lead, ticket)
    assert sees(desk, independent, ticket)
    assert opens(desk, independent, ticket)
    assert {row.recipient for row in desk.rows(TicketKey, TicketKey.ticket_id == ticket.id)} == {f"s:{independent.id}"}


def test_nothing_is_hidden_from_everybody(desk, lead, ticket):
    with pytest.raises(WrongState):
        act(desk, lead, ticket, excluding.name, agency=UNKNOWN)
    assert opens(desk, lead, ticket)


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


def test_a_provider_that_is_only_named_is_not_accused(desk, lead, ticket):
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


@pytest.mark.parametrize(
    ("words", "tier", "subject"),
    [
        ("the man of Heron wants my daughter for the card", "T3-S", "heron"),
        ("agency heron takes money for the list", "T2-C", "heron"),
        (
            "a man of heron and one of myna",
            "T3-S",
            None,
        ),  # several: only the independent one would know, and there is none
        ("near heron's tap a man beat me", "T3-G", None),  # where it happened, not who
        ("police took my papers", "T2-P", None),
    ],
)
def test_a_machine_proposes_whom_a_text_about_conduct_names_and_that_excludes_at_once(desk, words, tier, subject):
    people = holders(desk, "psea", agency="bulbul") + holders(desk, "conduct", agency="bulbul")
    theirs = desk.holder("psea", agency="heron")
    theirs = let_in(desk, people[0], theirs)
    (ticket_id,) = desk.hear(inbound(words))
    wall = desk.parts.response.tiers[tier].compartment
    read(desk, suggestion(Verdict.SENSITIVE, tier=tier, compartment=wall))
    (ticket,) = desk.rows(Ticket, Ticket.id == ticket_id)
    if subject is None and "myna" in words:
        assert ticket.subject in ("heron", "myna")
    else:
        assert ticket.subject == subject
    assert ticket.subject_by is None
    if ticket.subject == "heron":
        assert not sees(desk, theirs, ticket)
        assert not opens(desk, theirs, ticket)


def test_one_person_takes_a_proposal_back_and_two_a_person_s_word(desk, lead, ticket):
    other = let_in(desk, lead, desk.holder("psea", agency="bulbul"))
    with desk.at() as session:
        session.execute(sa.update(Ticket).values(subject="heron", subject_by=None))
    act(desk, lead, ticket, excluding.clear)
    assert desk.again(ticket).subject is None
    act(desk, lead, ticket, excluding.name, agency="heron")
    with pytest.raises(NotAllowed):
        act(desk, lead, ticket, excluding.clear)
    act(desk, other, ticket, excluding.clear)
    assert desk.again(ticket).subject is None


def test_a_confirmed_proposal_is_a_person_s_word(desk, lead, ticket):
    with desk.at() as session:
        session.execute(sa.update(Ticket).values(subject="heron", subject_by=None))
    act(desk, lead, ticket, excluding.confirm)
    with pytest.raises(NotAllowed):
        act(desk, lead, ticket, excluding.clear)
    with pytest.raises(WrongState):
        act(desk, lead, ticket, excluding.confirm)


def test_what_names_an_accused_is_not_lowered_into_the_open_where_they_would_read_it(desk, lead):
    ticket = desk.ticket("he asks for favours", tier="T3-S", sector="conduct")
    with desk.at() as session:
        session.execute(sa.update(Ticket).values(raised_by="machine"))
    act(desk, lead, ticket, excluding.name, agency="heron")
    with pytest.raises(WrongState):
        act(desk, lead, ticket, lowering.lower, Coding("wash", tier="T0"), "only a tap")


@pytest.mark.parametrize("form", [{"agency": "no such"}, {}])
def test_a_slip_excludes_nobody(desk, lead, ticket, form):
    with pytest.raises(Invalid):
        act(desk, lead, ticket, excluding.name, **form)
    assert desk.again(ticket).subject is None


def test_in_the_open_nobody_is_accused(desk, lead):
    with pytest.raises(WrongState):
        desk.act(lead, desk.ticket("the tap of heron"), excluding.name, agency="heron")


def test_no_event_names_who_is_accused(desk, lead, ticket):
    act(desk, lead, ticket, excluding.name, agency="heron")
    assert not [row for row in desk.rows(Event) if "heron" in row.detail]


def test_who_knows_the_person_passes_it_on_and_sees_it_no_more(desk, lead, ticket):
    other = let_in(desk, lead, desk.holder("psea", agency="bulbul"))
    act(desk, lead, ticket, excluding.pass_on)
    assert not sees(desk, lead, ticket)
    assert sees(desk, other, ticket)


def test_an_open_ticket_is_passed_on_too(desk):
    agent, _other = desk.staff(), desk.staff()
    ticket = desk.ticket()
    desk.act(agent, ticket, excluding.pass_on)
    with pytest.raises(NotFound):
        desk.act(agent, ticket, excluding.pass_on)


def test_the_last_one_who_may_see_it_cannot_pass_it_on(desk):
    agent = desk.staff()
    with pytest.raises(WrongState):
        desk.act(agent, desk.ticket(), excluding.pass_on)


def test_the_two_tellings_of_the_rule_agree(desk, lead, ticket):
    """What the database hides and what the sealing leaves out, over every pair of person and subject."""
    accused = desk.staff(Role.VOLUNTEER, agency="heron")
    people = [_near(desk, near) for near in PEOPLE.values()]
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


def test_forty_scenarios_were_tried():
    assert len(MOMENTS) * (len(PEOPLE) + len(PERSONAL)) + 8 >= 40
