"""Who supervises whom, and who is independent: what the conflict rule needs, said by people and written down (I12, I13)."""

from __future__ import annotations

import pytest

from feedback.desk import appointing, conflicts, excluding
from feedback.desk.appointing import Wish
from feedback.desk.conflicts import INDEPENDENT, UNKNOWN
from feedback.errors import Invalid, NotAllowed, NotFound, WrongState
from feedback.models.event import Event
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from tests.factories import Desk
from tests.feedback.desk.nearby import opens, sees
from tests.feedback.desk.plans import act, holders


@pytest.fixture
def operator(desk: Desk) -> Staff:
    return desk.staff(Role.OPERATOR)


@pytest.fixture
def person(desk: Desk) -> Staff:
    """Somebody with a key who works for no agency here."""
    return _without(desk, desk.holder("none"))


def _without(desk: Desk, staff: Staff) -> Staff:
    with desk.at() as session:
        desk.mine(session, staff).clearances = []
    return desk.mine_again(staff)


def the_wish(desk: Desk, staff: Staff) -> Wish:
    (wish,) = desk.do(appointing.wishes, staff)
    return wish


def test_a_second_person_makes_somebody_independent(desk, operator, person):
    desk.do(appointing.ask, operator, person.reference)
    assert INDEPENDENT not in desk.mine_again(person).clearances
    coordinator = desk.staff(Role.COORDINATOR)
    desk.do(appointing.decide, coordinator, the_wish(desk, coordinator).reference, yes=True)
    assert desk.mine_again(person).clearances == [INDEPENDENT]
    with desk.at() as session:
        assert [one.id for one in appointing.independent_of_all(session)] == [person.id]
    found = desk.rows(Event, Event.action == "appoint")
    assert [(row.actor, row.detail) for row in found] == [
        (f"staff:{operator.id}", f"asked staff:{person.id}"),
        (f"staff:{coordinator.id}", f"confirmed staff:{person.id}"),
    ]


def test_neither_who_asked_nor_whom_it_is_about_is_the_second_person(desk, operator):
    about = _without(desk, desk.holder("none", role=Role.COORDINATOR))
    desk.do(appointing.ask, operator, about.reference)
    for one in (operator, about):
        assert the_wish(desk, one).mine
        with pytest.raises(NotAllowed):
            desk.do(appointing.decide, one, the_wish(desk, one).reference, yes=True)
    assert desk.mine_again(about).clearances == []


def test_a_no_leaves_everything_as_it_was_and_a_word_counts_once(desk, operator, person):
    desk.do(appointing.ask, operator, person.reference)
    with pytest.raises(WrongState):
        desk.do(appointing.ask, operator, person.reference)
    other = desk.staff(Role.COORDINATOR)
    wish = the_wish(desk, other).reference
    desk.do(appointing.decide, other, wish, yes=False)
    assert desk.mine_again(person).clearances == []
    with pytest.raises(WrongState):
        desk.do(appointing.decide, other, wish, yes=True)
    with pytest.raises(NotFound):
        desk.do(appointing.decide, other, "AAAAAAAAAAAAAA", yes=True)


@pytest.mark.parametrize("more", [{"agency": "heron"}, {"agencies": ["myna"]}])
def test_who_works_for_an_agency_here_is_not_independent(desk, operator, more):
    theirs = _without(desk, desk.holder("none", **more))
    with pytest.raises(Invalid):
        desk.do(appointing.ask, operator, theirs.reference)


def test_who_has_no_key_or_came_to_an_agency_meanwhile_is_not_either(desk, operator, person):
    with pytest.raises(Invalid):
        desk.do(appointing.ask, operator, desk.staff().reference)
    desk.do(appointing.ask, operator, person.reference)
    with desk.at() as session:
        desk.mine(session, person).agency = "heron"
    other = desk.staff(Role.COORDINATOR)
    with pytest.raises(Invalid):
        desk.do(appointing.decide, other, the_wish(desk, other).reference, yes=True)


def test_it_ends_at_once_by_one_person(desk, operator):
    independent = desk.holder(INDEPENDENT)
    desk.do(appointing.end, operator, independent.reference)
    assert desk.mine_again(independent).clearances == []
    with pytest.raises(WrongState):
        desk.do(appointing.end, operator, independent.reference)


def test_the_other_roles_appoint_nobody(desk, person):
    for role in set(Role) - {Role.OPERATOR, Role.COORDINATOR}:
        one = desk.staff(role)
        for verb, more in (
            (appointing.people, ()),
            (appointing.ask, (person.reference,)),
            (appointing.supervise, (person.reference, "")),
            (appointing.end, (person.reference,)),
        ):
            with pytest.raises(NotAllowed):
                desk.do(verb, one, *more)


def test_whoever_supervises_the_accused_is_out_from_the_commit_that_says_so(desk, operator):
    lead, above = holders(desk, "psea", agency="myna")
    independent = desk.holder(INDEPENDENT)
    accused = desk.staff(Role.VOLUNTEER, agency="heron")
    between = desk.staff()
    ticket = desk.ticket("he asks for favours", tier="T3-S", sector="conduct")
    act(desk, lead, ticket, excluding.name, person=accused)
    desk.do(appointing.supervise, operator, accused.reference, between.reference)
    assert sees(desk, above, ticket)
    desk.do(appointing.supervise, operator, between.reference, above.reference)
    assert not sees(desk, above, ticket)
    assert not opens(desk, above, ticket)
    assert sees(desk, independent, ticket)
    with desk.at() as session:
        row = session.get(Ticket, ticket.id)
        assert above.id in conflicts.excluded(session, row, [above])
    details = [row.detail for row in desk.rows(Event, Event.action == "supervisor")]
    assert details == [f"staff:{accused.id} staff:{between.id}", f"staff:{between.id} staff:{above.id}"]


def test_nobody_stands_above_themselves_through_others_neither(desk, operator):
    one, two, three = (desk.staff() for _ in range(3))
    desk.do(appointing.supervise, operator, two.reference, one.reference)
    desk.do(appointing.supervise, operator, three.reference, two.reference)
    for person, above in ((one, one), (one, two), (one, three)):
        with pytest.raises(Invalid):
            desk.do(appointing.supervise, operator, person.reference, above.reference)
    desk.do(appointing.supervise, operator, two.reference, "")
    assert desk.mine_again(two).supervisor is None


def test_where_nobody_is_known_the_new_independent_one_is_the_one_who_sees(desk, operator, person):
    lead = holders(desk, "psea", agency="myna")[0]
    ticket = desk.ticket("he asks for favours", tier="T3-S", sector="conduct")
    with pytest.raises(WrongState):
        act(desk, lead, ticket, excluding.name, agency=UNKNOWN)
    desk.do(appointing.ask, operator, person.reference)
    other = desk.staff(Role.COORDINATOR)
    desk.do(appointing.decide, other, the_wish(desk, other).reference, yes=True)
    act(desk, lead, ticket, excluding.name, agency=UNKNOWN)
    person = desk.mine_again(person)
    assert sees(desk, person, ticket)
    assert opens(desk, person, ticket)
    assert not sees(desk, lead, ticket)
