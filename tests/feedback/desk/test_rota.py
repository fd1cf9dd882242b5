"""The rota: who can be called when, and where it has gaps (I23, decision 18)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from feedback import clock
from feedback.desk import rota
from feedback.errors import Invalid, NotAllowed, NotFound
from feedback.models.event import Event
from feedback.models.rota import Duty
from feedback.models.staff import Role, Staff
from tests.factories import Desk, phone


@pytest.fixture
def coordinator(desk: Desk) -> Staff:
    return desk.staff(Role.COORDINATOR)


def asked(who: Staff | None, compartment: str = "psea", rung: int = 1, *, days: float = 8, **more: Any) -> rota.Asked:
    now = clock.now()
    given: dict[str, Any] = {"since": now - timedelta(minutes=1), "until": now + timedelta(days=days), **more}
    login = who.login if who else ""
    return rota.Asked(compartment=compartment, rung=rung, login=login, **{"phone": phone(), **given})


def gaps(desk: Desk, compartment: str = "psea") -> list[tuple[bool, int]]:
    """(outside, whole hours) of each gap of a compartment."""
    with desk.at() as session:
        found = rota.gaps(session)
    return [
        (one.outside, round((one.until - one.since) / timedelta(hours=1)))
        for one in found
        if one.compartment == compartment
    ]


def test_a_rota_without_anybody_is_one_gap_for_each_compartment_and_each_rung(desk: Desk):
    assert gaps(desk) == [(False, 168), (True, 168)]
    with desk.at() as session:
        assert {one.compartment for one in rota.gaps(session)} == set(desk.parts.response.compartments)


def test_turns_that_meet_leave_no_gap_and_a_hole_between_them_is_seen(desk: Desk, coordinator: Staff):
    focal, now = desk.staff(Role.FOCAL_POINT, clearances=["psea"]), clock.now()
    desk.do(rota.add, coordinator, asked(None, rung=3, outside=True))
    desk.do(rota.add, coordinator, asked(focal, days=2))
    second = desk.do(rota.add, coordinator, asked(focal, since=now + timedelta(days=2, hours=5), days=9))
    assert gaps(desk) == [(False, 5)]
    desk.do(rota.add, coordinator, asked(focal, since=now + timedelta(days=1), days=3))
    assert gaps(desk) == []
    desk.do(rota.remove, coordinator, second.reference)
    assert gaps(desk) == [(False, 96)]


EVERY_TONGUE = ("rhg-Latn", "bn", "my", "en")


def lacks(desk: Desk) -> list[tuple[str, int, bool, tuple[str, ...]]]:
    """(compartment, whole hours, no woman, languages) of what those on duty lack."""
    with desk.at() as session:
        found = rota.lacks(session)
    return [
        (one.compartment, round((one.until - one.since) / timedelta(hours=1)), one.woman, one.languages)
        for one in found
    ]


def test_who_is_on_duty_without_a_woman_or_a_speaker_of_a_language_is_named(desk: Desk, coordinator: Staff):
    focal, now = desk.staff(Role.FOCAL_POINT, clearances=["psea"]), clock.now()
    assert lacks(desk) == [], "where nobody is on duty that is a gap, and not said twice"
    desk.do(rota.add, coordinator, asked(None, rung=9, outside=True, sex="man"))
    assert lacks(desk) == [], "who is called last looks after no ticket"
    desk.do(rota.add, coordinator, asked(focal, days=2, sex="man", languages=EVERY_TONGUE))
    desk.do(rota.add, coordinator, asked(focal, since=now + timedelta(days=2), days=3, languages=EVERY_TONGUE))
    desk.do(rota.add, coordinator, asked(focal, since=now + timedelta(days=3), sex="woman", languages=("bn-Latn",)))
    assert lacks(desk) == [("psea", 72, True, ()), ("psea", 96, False, ("en", "my", "rhg"))]
    woman = desk.do(rota.add, coordinator, asked(focal, days=9, rung=2, sex="woman", languages=EVERY_TONGUE))
    assert lacks(desk) == []
    with desk.at() as session:
        session.merge(woman).until = now + timedelta(days=1)
    assert lacks(desk)[0] == ("psea", 48, True, ())


def test_who_has_been_let_go_covers_nothing_and_is_not_on_duty(desk: Desk, coordinator: Staff):
    focal = desk.staff(Role.FOCAL_POINT, clearances=["psea"])
    desk.do(rota.add, coordinator, asked(focal))
    assert (False, 168) not in gaps(desk)
    with desk.at() as session:
        session.merge(focal).active = False
    assert (False, 168) in gaps(desk)
    with desk.at() as session:
        assert rota.on_duty(session, "psea", clock.now()) == []


def test_those_on_duty_are_called_in_the_order_of_their_rungs(desk: Desk, coordinator: Staff):
    first, second = (desk.staff(Role.FOCAL_POINT, clearances=["psea"]) for _ in range(2))
    desk.do(rota.add, coordinator, asked(None, rung=9, outside=True))
    desk.do(rota.add, coordinator, asked(second, rung=2))
    desk.do(rota.add, coordinator, asked(first, rung=1))
    with desk.at() as session:
        found = rota.on_duty(session, "psea", clock.now())
    assert [staff.id if staff else None for _, staff in found] == [first.id, second.id, None]


def test_a_number_is_sealed_and_shows_masked(desk: Desk, coordinator: Staff):
    focal, number = desk.staff(Role.FOCAL_POINT, clearances=["psea"]), phone()
    duty = desk.do(rota.add, coordinator, asked(focal, phone=number))
    assert number[-7:].encode() not in duty.phone
    with desk.at(staff=True) as session:
        (turn,) = rota.turns(session, coordinator)
        assert turn.phone == f"••• ••• {number[-3:]}"
        assert rota.number(session, duty) == number
    assert number[-7:] not in "".join(row.detail for row in desk.rows(Event))


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("compartment", {"compartment": "kitchen"}),
        ("rung", {"rung": 0}),
        ("until", {"days": -1}),
        ("until", {"days": 60}),
        ("phone", {"phone": "call me"}),
        ("phone", {"phone": "017"}),
        ("sex", {"sex": "x"}),
        ("languages", {"languages": ("rhg-Latn", "klingon")}),
        ("login", {"login": "nobody"}),
        ("login", {"login": ""}),
        ("login", {"compartment": "gbv"}),
    ],
)
def test_a_turn_that_makes_no_sense_is_refused_with_the_field_to_mend(
    desk: Desk, coordinator: Staff, field: str, wrong: dict[str, Any]
):
    focal = desk.staff(Role.FOCAL_POINT, clearances=["psea"])
    given = {"compartment": "psea", "rung": 1, **{key: value for key, value in wrong.items() if key != "login"}}
    turn = asked(focal, **given)
    if "login" in wrong:
        turn = rota.Asked(**{**{name: getattr(turn, name) for name in turn.__slots__}, "login": wrong["login"]})
    with pytest.raises(Invalid) as refusal:
        desk.do(rota.add, coordinator, turn)
    assert field in refusal.value.fields
    assert desk.rows(Duty) == []


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.COORDINATOR}))
def test_nobody_else_keeps_the_rota(desk: Desk, role: Role):
    with pytest.raises(NotAllowed):
        desk.do(rota.add, desk.staff(role), asked(None, outside=True))
    with pytest.raises(NotAllowed):
        desk.do(rota.remove, desk.staff(role), "anything")


def test_a_turn_that_is_not_there_can_not_be_ended(desk: Desk, coordinator: Staff):
    with pytest.raises(NotFound):
        desk.do(rota.remove, coordinator, "anything")


def test_staff_see_their_own_turns_and_no_others(desk: Desk, coordinator: Staff):
    mine, other = (desk.staff(Role.FOCAL_POINT, clearances=["psea"]) for _ in range(2))
    own = desk.do(rota.add, coordinator, asked(mine))
    desk.do(rota.add, coordinator, asked(other))
    with desk.at(staff=True) as session:
        assert [turn.reference for turn in rota.turns(session, mine)] == [own.reference]
        assert len(rota.turns(session, coordinator)) == 2
