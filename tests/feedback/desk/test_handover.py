"""Who leaves hands over: in time, to those who may see it, and never the last key of a wall (decision 14)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from feedback.desk import accounts, compartments, handling, handover, keeping, reading, rota, sessions, visibility
from feedback.errors import Invalid, NotAllowed, NotFound
from feedback.models.event import Event
from feedback.models.staff import Role, Staff
from feedback.ops import doctor, keys
from feedback.settings import Settings
from feedback.wiring import Parts
from tests.factories import Desk
from tests.feedback.desk.plans import act, holders

TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(datetime(2026, 3, 2, 4, tzinfo=UTC), tick=False):
        yield


def _leaves(desk: Desk, person: Staff, on: date | None) -> Staff:
    coordinator = desk.staff(Role.COORDINATOR)
    with desk.at() as session:
        handover.leave(session, coordinator, desk.mine(session, person), on)
    return desk.mine_again(person)


def _lists(desk: Desk, reader: Staff) -> list[handover.HandOver]:
    return desk.do(handover.shown_to, desk.mine_again(reader))


def test_who_leaves_sees_all_that_they_have_in_hand(desk: Desk) -> None:
    focal, other, _ = holders(desk, "gbv", many=3)
    open_, sealed = desk.ticket(), desk.ticket(tier="T3-G", sector="gbv")
    for ticket in (open_, sealed):
        act(desk, focal, ticket, handling.assign, to=focal)
    coordinator = desk.staff(Role.COORDINATOR, clearances=["gbv"])
    now = datetime(2026, 3, 5, tzinfo=UTC)
    desk.do(rota.add, coordinator, rota.Asked(
        compartment="gbv", rung=1, since=now, until=now + timedelta(hours=8), phone="+8801755520009", login=focal.login
    ))  # fmt: skip
    _leaves(desk, focal, TODAY + timedelta(days=40))
    (mine,) = _lists(desk, focal)
    assert mine.mine
    assert {row.reference for row in mine.tickets} == {open_.reference, sealed.reference}
    assert [(wall.compartment, wall.others, wall.too_few) for wall in mine.walls] == [("gbv", 2, False)]
    assert [turn.compartment for turn in mine.turns] == ["gbv"]
    assert _lists(desk, other) == []


def test_fourteen_days_before_colleagues_of_the_wall_and_the_team_see_it_each_as_far_as_they_may(desk: Desk) -> None:
    focal, other = holders(desk, "gbv")
    open_, sealed = desk.ticket(), desk.ticket(tier="T3-G", sector="gbv")
    for ticket in (open_, sealed):
        act(desk, focal, ticket, handling.assign, to=focal)
    coordinator, agent = desk.staff(Role.COORDINATOR), desk.staff(Role.AGENT)
    _leaves(desk, focal, TODAY + timedelta(days=15))
    assert [_lists(desk, one) for one in (other, coordinator, agent)] == [[], [], []]
    _leaves(desk, focal, TODAY + timedelta(days=14))
    (seen,), (uncleared,) = _lists(desk, other), _lists(desk, coordinator)
    assert {row.reference for row in seen.tickets} == {open_.reference, sealed.reference}
    assert [(wall.compartment, wall.too_few) for wall in seen.walls] == [("gbv", True)]
    assert [row.reference for row in uncleared.tickets] == [open_.reference]
    assert (uncleared.walls, uncleared.turns) == ((), ())
    assert _lists(desk, agent) == []


def test_what_a_coordinator_sees_of_it_is_the_same_with_sealed_tickets_and_without(desk: Desk) -> None:
    focal, _ = holders(desk, "gbv")
    coordinator = desk.staff(Role.COORDINATOR)
    _leaves(desk, focal, TODAY + timedelta(days=3))
    before = _lists(desk, coordinator)
    act(desk, focal, desk.ticket(tier="T3-G", sector="gbv"), handling.assign, to=focal)
    after = _lists(desk, coordinator)
    assert [(one.tickets, one.walls, one.turns) for one in before] == [
        (one.tickets, one.walls, one.turns) for one in after
    ]


def test_a_day_that_has_passed_is_refused_and_none_means_that_they_stay(desk: Desk) -> None:
    agent = desk.staff()
    with pytest.raises(Invalid):
        _leaves(desk, agent, TODAY - timedelta(days=1))
    assert _leaves(desk, agent, TODAY).leaves_on == TODAY
    assert _leaves(desk, agent, None).leaves_on is None


def test_the_last_holder_of_a_key_is_not_let_go(desk: Desk) -> None:
    one, other = holders(desk, "gbv")
    coordinator = desk.staff(Role.COORDINATOR)
    desk.do(accounts.deactivate, coordinator, one.reference)
    with pytest.raises(NotAllowed):
        desk.do(accounts.deactivate, coordinator, other.reference)
    assert desk.mine_again(other).active


def test_a_last_holder_whose_account_is_compromised_is_out_at_once_and_the_key_waits_for_recovery(
    desk: Desk, parts: Parts, settings: Settings
) -> None:
    def told() -> doctor.Finding:
        return {one.what: one for one in doctor.examine(settings)}["holders"]

    people = [desk.holder("gbv") for _ in range(2)]
    with desk.at() as session:
        kit = compartments.create(session, "gbv", people, actor="part:test")
    ticket = desk.ticket("canary words", tier="T3-G", sector="gbv")
    coordinator, (one, last) = desk.staff(Role.COORDINATOR), people
    desk.do(accounts.deactivate, coordinator, one.reference, compromised=True)
    assert desk.rows(Event, Event.action == "no holder") == []
    assert told().well
    with desk.at(staff=True) as session:
        token = sessions.start(session, desk.mine(session, last), private=desk.private_key(last))
    desk.do(accounts.deactivate, coordinator, last.reference, compromised=True)
    with desk.at(staff=True) as session:
        assert sessions.find(session, token) is None
        assert handover.without_holder(session) == ["gbv"]
        with pytest.raises(NotFound):
            visibility.find_ticket(session, session.get_one(Staff, last.id), ticket.reference)
    assert [row.detail for row in desk.rows(Event, Event.action == "no holder")] == ["gbv"]
    assert (told().well, "1 keys without a holder" in told().words) == (False, True)
    newcomer = desk.holder("screening", role=Role.FOCAL_POINT)
    keys.recover(parts, "gbv", kit["a"], kit["c"], newcomer.login)
    assert told().well
    found = act(desk, desk.mine_again(newcomer), ticket, reading.view)
    assert found.thread[0].words == "canary words"


def test_clearance_for_psea_ends_only_while_two_agencies_stay(desk: Desk) -> None:
    people = [desk.holder("psea", agency=agency) for agency in ("myna", "myna", "heron")]
    with desk.at() as session:
        compartments.create(session, "psea", people, actor="part:test")
    with desk.at() as session, pytest.raises(NotAllowed, match="another agency"):
        compartments.take_back(session, people[0], "psea", desk.mine(session, people[2]))
    with desk.at() as session:
        compartments.take_back(session, people[0], "psea", desk.mine(session, people[1]))
    assert desk.mine_again(people[1]).clearances == []


def test_the_doctor_is_unwell_while_a_key_would_be_left_with_one(desk: Desk, settings) -> None:
    def told() -> doctor.Finding:
        return {one.what: one for one in doctor.examine(settings)}["leaving"]

    focal, _ = holders(desk, "gbv")
    agent = desk.staff()
    with desk.at() as session:
        for letter in "abc":
            keeping.keep(session, "gbv", letter, f"Office {letter}", actor="part:test")
    assert told() == doctor.Finding("leaving", True, "nobody within fourteen days")
    _leaves(desk, agent, TODAY + timedelta(days=14))
    assert told().well
    _leaves(desk, focal, TODAY + timedelta(days=14))
    assert (told().well, "1 keys" in told().words) == (False, True)
