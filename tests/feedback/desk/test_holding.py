"""Who may come to hold a compartment's key, and what is left to who holds it no more (decision 14)."""

from __future__ import annotations

import pytest

from feedback.desk import compartments
from feedback.errors import Invalid, NotAllowed, WrongState
from feedback.models.compartment import CompartmentKey, Holding
from feedback.models.event import Event
from feedback.models.staff import Role, Staff
from feedback.ops import keys
from feedback.seal.ring import Ring
from tests.factories import Desk

HOLD_NOTHING = (Role.PARTNER, Role.INTERPRETER, Role.AUDITOR, Role.OPERATOR)


@pytest.fixture
def holders(desk: Desk) -> list[Staff]:
    """Three holders of psea, two of them of one agency."""
    people = [desk.holder("psea", agency=agency) for agency in ("heron", "heron", "myna")]
    with desk.at() as session:
        compartments.create(session, "psea", people, actor="part:test")
    return people


def _ring(desk: Desk, staff: Staff) -> Ring:
    with desk.at() as session:
        return compartments.ring(session, staff, desk.private_key(staff))


def _grant(desk: Desk, by: Staff, to: Staff) -> None:
    with desk.at() as session:
        compartments.grant(session, by, _ring_in(desk, session, by), "psea", session.merge(to))


def _ring_in(desk: Desk, session: object, staff: Staff) -> Ring:
    return compartments.ring(session, staff, desk.private_key(staff))  # type: ignore[arg-type]


def _held(desk: Desk, staff: Staff) -> int:
    return len(desk.rows(Holding, Holding.staff_id == staff.id))


def _events(desk: Desk) -> list[str]:
    return [one.action for one in desk.rows(Event, Event.ticket_id.is_(None))]


def test_a_compartment_gets_its_first_key_once(desk: Desk, holders: list[Staff]) -> None:
    with desk.at() as session, pytest.raises(WrongState):
        compartments.create(session, "psea", holders, actor="part:test")
    assert len(desk.rows(CompartmentKey)) == 1
    assert _events(desk) == ["create key"]


@pytest.mark.parametrize("lacks", [{"active": False}, {"public_key": None}], ids=["let go", "never signed in"])
def test_who_can_not_open_it_is_not_let_in_and_does_not_count(
    desk: Desk, holders: list[Staff], lacks: dict[str, object]
) -> None:
    other = desk.holder("none")
    with desk.at() as session:
        found = desk.mine(session, other)
        for name, value in lacks.items():
            setattr(found, name, value)
    other = desk.mine_again(other)
    with pytest.raises(NotAllowed):
        _grant(desk, holders[0], other)
    with desk.at() as session, pytest.raises(Invalid):
        compartments.create(session, "gbv", [holders[0], other], actor="part:test")
    with desk.at() as session, pytest.raises(Invalid):
        compartments.recover(session, "psea", "a", "b", other, actor="part:test")
    assert _held(desk, other) == 0


@pytest.mark.parametrize("role", HOLD_NOTHING)
def test_no_role_that_passes_no_wall_comes_to_hold_a_key(desk: Desk, holders: list[Staff], role: Role) -> None:
    other = desk.holder("psea", role=role, agency="heron")
    with pytest.raises(NotAllowed):
        _grant(desk, holders[0], other)
    with desk.at() as session, pytest.raises(NotAllowed):
        compartments.create(session, "gbv", [holders[0], other], actor="part:test")
    with desk.at() as session, pytest.raises(NotAllowed):
        compartments.recover(session, "psea", "a", "b", other, actor="part:test")
    assert _held(desk, other) == 0


def test_one_person_twice_is_no_two_holders(desk: Desk) -> None:
    one = desk.holder("gbv")
    with desk.at() as session, pytest.raises(Invalid):
        compartments.create(session, "gbv", [one, one], actor="part:test")


def test_who_is_let_in_is_cleared_and_holds_it_and_the_history_says_so(desk: Desk, holders: list[Staff]) -> None:
    other = desk.holder("none")
    _grant(desk, holders[0], other)
    assert "psea" in desk.mine_again(other).clearances
    assert _held(desk, other) == 1
    assert _events(desk) == ["create key", "grant"]


def test_who_is_cleared_no_more_holds_nothing_and_the_history_says_so(desk: Desk, holders: list[Staff]) -> None:
    with desk.at() as session:
        compartments.take_back(session, holders[2], "psea", desk.mine(session, holders[0]))
    assert _events(desk)[-1] == "take back"
    assert desk.mine_again(holders[0]).clearances == []
    assert _held(desk, holders[0]) == 0


def test_the_holders_of_psea_never_come_to_be_of_one_agency(desk: Desk, holders: list[Staff]) -> None:
    with desk.at() as session, pytest.raises(NotAllowed):
        compartments.take_back(session, holders[0], "psea", desk.mine(session, holders[2]))
    assert _held(desk, holders[2]) == 1


def test_nor_do_they_begin_so(desk: Desk) -> None:
    for wall in desk.parts.response.compartments:
        for _ in range(2):
            desk.holder(wall, agency="heron")
    with pytest.raises(keys.NoKeys, match="psea"):
        keys.begin(desk.parts)
    assert desk.rows(Holding) == []


def test_who_was_let_go_is_no_holder_any_more(desk: Desk, holders: list[Staff]) -> None:
    with desk.at() as session:
        desk.mine(session, holders[0]).active = False
    with desk.at() as session:
        assert {one.id for one in compartments.holders(session, "psea")} == {one.id for one in holders[1:]}


def test_a_key_is_renewed_by_a_holder_alone_for_the_present_ones_and_the_same_kit(
    desk: Desk, holders: list[Staff]
) -> None:
    stranger = desk.holder("none")
    with desk.at() as session, pytest.raises(NotAllowed):
        compartments.renew(session, stranger, _ring_in(desk, session, stranger), "psea")
    with desk.at() as session:
        compartments.renew(session, holders[0], _ring_in(desk, session, holders[0]), "psea")
    with desk.at() as session:
        (standing,) = compartments.standing(session)
        assert (standing.generation, standing.holders, standing.recovery) == (2, 3, True)
    assert [key.generation for key in desk.rows(CompartmentKey, CompartmentKey.retired_at.is_(None))] == [2]
    assert _events(desk)[-1] == "renew key"


def test_who_came_after_a_renewal_holds_both_keys_and_one_let_in_before_is_counted_by_the_present_one(
    desk: Desk, holders: list[Staff]
) -> None:
    with desk.at() as session:
        compartments.renew(session, holders[0], _ring_in(desk, session, holders[0]), "psea")
    other = desk.holder("none")
    _grant(desk, holders[0], other)
    assert _held(desk, other) == 2
    with desk.at() as session:
        assert len(compartments.holders(session, "psea")) == len({one.id for one in holders}) + 1
