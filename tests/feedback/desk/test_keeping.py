"""Who keeps which recovery part is named, two never lie in one hand, and who leaves with one is warned of (decision 14)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from feedback import clock
from feedback.desk import handover, keeping
from feedback.errors import Invalid, WrongState
from feedback.models.event import Event
from feedback.models.staff import Staff
from feedback.ops import doctor
from tests.factories import Desk
from tests.feedback.desk.plans import holders


@pytest.fixture
def focal(desk: Desk) -> Staff:
    return holders(desk)[0]


def keep(desk: Desk, letter: str, who: Staff | str, compartment: str = "gbv") -> None:
    with desk.at() as session:
        mine = desk.mine(session, who) if isinstance(who, Staff) else who
        keeping.keep(session, compartment, letter, mine, actor="part:test")


def kept(desk: Desk) -> list[tuple[str, str | None, bool]]:
    with desk.at() as session:
        return [(one.letter, one.name, one.gone) for one in keeping.kept(session)]


def parts_shown(desk: Desk, reader: Staff) -> list[list[tuple[str, str]]]:
    lists = desk.do(handover.shown_to, desk.mine_again(reader))
    return [[(part.compartment, part.letter) for part in one.parts] for one in lists]


def test_each_part_of_a_kit_is_with_somebody_or_with_nobody_named(desk: Desk, focal: Staff) -> None:
    assert kept(desk) == [("a", None, True), ("b", None, True), ("c", None, True)]
    other = desk.staff(name="Head of another office")
    keep(desk, "a", focal)
    keep(desk, "b", "Notary, Dhaka")
    keep(desk, "c", other)
    assert kept(desk) == [("a", focal.name, False), ("b", "Notary, Dhaka", False), ("c", other.name, False)]
    keep(desk, "a", "Embassy")
    assert kept(desk)[0] == ("a", "Embassy", False)
    assert [row.detail for row in desk.rows(Event, Event.action == "keeper")] == [
        f"gbv a staff:{focal.id}",
        "gbv b outside",
        f"gbv c staff:{other.id}",
        "gbv a outside",
    ]


@pytest.mark.parametrize("letter", ["d", "", "ab"])
def test_a_part_that_there_is_not_is_kept_by_nobody(desk: Desk, focal: Staff, letter: str) -> None:
    with pytest.raises(Invalid):
        keep(desk, letter, focal)
    with pytest.raises(WrongState):
        keep(desk, "a", focal, "psea")


def test_two_parts_of_one_kit_never_lie_in_one_hand(desk: Desk, focal: Staff) -> None:
    keep(desk, "a", focal)
    keep(desk, "b", "Notary, Dhaka")
    for who in (focal, "Notary, Dhaka"):
        with pytest.raises(Invalid) as refused:
            keep(desk, "c", who)
        assert "two in one hand" in refused.value.fields["who"]
    keep(desk, "a", focal)


def test_who_has_been_let_go_and_nobody_keep_none(desk: Desk, focal: Staff) -> None:
    gone = desk.staff()
    with desk.at() as session:
        desk.mine(session, gone).active = False
    for who in (gone, "", " ", "x" * 81):
        with pytest.raises(Invalid):
            keep(desk, "a", who)
    keep(desk, "a", focal)
    with desk.at() as session:
        desk.mine(session, focal).active = False
    assert kept(desk)[0] == ("a", focal.name, True)


def test_who_leaves_with_a_part_is_warned_of_and_the_doctor_is_unwell(desk: Desk, settings) -> None:
    focal, colleague, _ = holders(desk, many=3)

    def told() -> doctor.Finding:
        return {one.what: one for one in doctor.examine(settings)}["leaving"]

    for letter, who in zip("abc", (focal, "Notary, Dhaka", "Embassy"), strict=True):
        assert (told().well, "recovery parts" in told().words) == (False, True)
        keep(desk, letter, who)
    assert told().well
    with desk.at() as session:
        desk.mine(session, focal).leaves_on = (clock.now() + timedelta(days=10)).date()
    assert (told().well, "1 recovery parts" in told().words) == (False, True)
    assert [parts_shown(desk, one) for one in (focal, colleague)] == [[[("gbv", "a")]]] * 2
    stranger = desk.staff(role=desk.staff().role, clearances=["psea"])
    with desk.at() as session:
        desk.mine(session, focal).clearances = ["gbv", "psea"]
    assert parts_shown(desk, stranger) == [[]], "whose wall it is not is not told of it"
