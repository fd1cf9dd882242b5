"""The register of breaches: anyone records one, 72 hours run, the steps come in their order, each is an event."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from feedback import clock
from feedback.desk import breaches
from feedback.errors import Invalid, NotAllowed, NotFound, WrongState
from feedback.models.event import Event
from feedback.models.right import Breach
from feedback.models.staff import Role, Staff
from tests.factories import Desk


def record(desk: Desk, staff: Staff | None = None, **more: object) -> str:
    """A lost phone, found an hour ago; its reference."""
    given = {"kind": "lost_device", "affected": ["contacts"], "found_at": clock.now() - timedelta(hours=1), **more}
    desk.do(breaches.record, staff or desk.staff(Role.VOLUNTEER), **given)
    return desk.rows(Breach)[-1].reference


@pytest.fixture
def lead(desk: Desk) -> Staff:
    return desk.staff(Role.COORDINATOR)


def test_whoever_finds_one_records_it(desk: Desk) -> None:
    for role in Role:
        record(desk, desk.staff(role))
    assert len(desk.rows(Breach)) == len(Role)


def test_the_clock_runs_from_the_finding_on(desk: Desk, lead: Staff) -> None:
    record(desk)
    (one,) = desk.do(breaches.standing, lead)
    assert (one.due_at - one.found_at, one.late) == (timedelta(hours=72), False)
    with time_machine.travel(clock.now() + timedelta(hours=72), tick=False):
        assert desk.do(breaches.standing, lead)[0].late


def test_the_steps_come_in_their_order_and_each_is_an_event_of_codes(desk: Desk, lead: Staff) -> None:
    reference = record(desk)
    for step in ("contained", "assessed", "told", "closed"):
        assert step in desk.do(breaches.standing, lead)[0].next
        desk.do(breaches.take_step, lead, reference, step)
    details = [event.detail for event in desk.rows(Event, Event.action == "breach")]
    assert details == [
        f"{reference} lost_device contacts",
        *(f"{reference} {step}" for step in ("contained", "assessed", "told", "closed")),
    ]
    assert desk.do(breaches.standing, lead) == []


def test_nobody_is_told_and_nothing_closed_before_it_is_assessed(desk: Desk, lead: Staff) -> None:
    reference = record(desk)
    desk.do(breaches.take_step, lead, reference, "contained")
    for step in ("told", "nobody", "closed", "found", ""):
        with pytest.raises(WrongState):
            desk.do(breaches.take_step, lead, reference, step)


def test_a_step_is_taken_once(desk: Desk, lead: Staff) -> None:
    reference = record(desk)
    desk.do(breaches.take_step, lead, reference, "contained")
    with pytest.raises(WrongState):
        desk.do(breaches.take_step, lead, reference, "contained")


def test_that_nobody_has_to_be_told_is_a_word_of_its_own(desk: Desk, lead: Staff) -> None:
    reference = record(desk)
    for step in ("assessed", "nobody"):
        desk.do(breaches.take_step, lead, reference, step)
    (one,) = desk.do(breaches.standing, lead)
    assert [step for step, _ in one.done] == ["assessed", "nobody"]


def test_the_register_is_not_for_everyone(desk: Desk) -> None:
    reference = record(desk)
    for role in (Role.VOLUNTEER, Role.AGENT, Role.FOCAL_POINT, Role.SCREENER):
        staff = desk.staff(role)
        assert desk.do(breaches.count, staff) == 0
        with pytest.raises(NotAllowed):
            desk.do(breaches.standing, staff)
        with pytest.raises(NotAllowed):
            desk.do(breaches.take_step, staff, reference, "contained")


def test_an_auditor_sees_it_and_takes_no_step(desk: Desk) -> None:
    reference, auditor = record(desk), desk.staff(Role.AUDITOR)
    (one,) = desk.do(breaches.standing, auditor)
    assert (one.reference, one.next) == (reference, ())
    with pytest.raises(NotAllowed):
        desk.do(breaches.take_step, auditor, reference, "contained")


def test_a_ticket_can_be_named_and_shows_to_those_alone_who_see_it(desk: Desk, lead: Staff) -> None:
    ticket = desk.ticket("somebody reads out our numbers", tier="T2-C", sector="conduct", subcategory="data_breach")
    record(desk, desk.staff(Role.FOCAL_POINT, clearances=["conduct"]), ticket=ticket.reference)
    cleared = desk.staff(Role.COORDINATOR, clearances=["conduct"])
    assert desk.do(breaches.standing, cleared)[0].ticket == ticket.reference
    assert desk.do(breaches.standing, lead)[0].ticket is None


def test_a_hidden_ticket_and_a_missing_one_are_the_same(desk: Desk) -> None:
    hidden, said = desk.ticket("he hit me", tier="T3-G", sector="gbv"), []
    for reference in (hidden.reference, "AAAAAAAAAAAAAA"):
        with pytest.raises(Invalid) as caught:
            record(desk, ticket=reference)
        said.append(caught.value.fields)
    assert said[0] == said[1] == {"ticket": "There is no such ticket for you."}
    assert desk.rows(Breach) == []


def test_it_is_written_in_codes(desk: Desk) -> None:
    for more, field in (
        ({"kind": "a long story"}, "kind"),
        ({"affected": []}, "affected"),
        ({"affected": ["Karim"]}, "affected"),
        ({"found_at": clock.now() + timedelta(days=1)}, "found_at"),
    ):
        with pytest.raises(Invalid) as caught:
            record(desk, **more)
        assert set(caught.value.fields) == {field}


def test_a_breach_that_is_not_there_is_not_found(desk: Desk, lead: Staff) -> None:
    with pytest.raises(NotFound):
        desk.do(breaches.take_step, lead, "AAAAAAAAAAAAAA", "contained")
