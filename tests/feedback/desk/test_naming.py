"""Who is accused: proposed, named, confirmed, taken back; and passing a ticket on (decision 15, stories 5, 6)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from classifier.suggestion import Verdict
from feedback.desk import (
    excluding,
    lowering,
)
from feedback.desk.conflicts import INDEPENDENT
from feedback.desk.screening import Coding
from feedback.errors import Invalid, NotAllowed, NotFound, WrongState
from feedback.models.event import Event
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from tests.factories import Desk, inbound
from tests.feedback.desk.nearby import let_in, opens, sees
from tests.feedback.desk.plans import act, holders
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
