"""Counts for staff: by any codes together, within what each may see, the loop as it stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from feedback import clock
from feedback.desk import figures, handling, months
from feedback.desk.figures import Count, Loop
from feedback.errors import NotAllowed
from feedback.models.staff import Role, Staff
from tests.factories import Desk

SINCE, UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def agent(desk: Desk) -> Staff:
    return desk.staff(Role.AGENT)


def counted(desk: Desk, staff: Staff, *axes: str) -> list[Count]:
    with desk.at(staff=True) as session:
        return figures.counts(session, staff, axes, SINCE, UNTIL)


def test_tickets_are_counted_by_all_codes_together(desk: Desk, agent: Staff):
    for _ in range(2):
        desk.ticket(tier="T0", place="camp-9", subcategory="no_water", kind="complaint", language="bn")
    desk.ticket(tier="T0", sector="health", place="camp-4", kind="question", language="my")
    assert counted(desk, agent, *figures.AXES) == [
        Count(("wash", "no_water", "camp-9", "sms", "complaint", "bn"), 2),
        Count(("health", None, "camp-4", "sms", "question", "my"), 1),
    ]
    assert counted(desk, agent, "channel") == [Count(("sms",), 3)]


def test_only_what_a_person_may_see_in_the_open_is_counted(desk: Desk):
    desk.ticket(tier="T0", place="camp-9")
    desk.ticket(tier="T0", place="camp-4")
    desk.ticket(tier="T3-G", place="camp-9")
    desk.ticket(tier=None)
    here = desk.staff(Role.FOCAL_POINT, places=["camp-9"], clearances=["gbv", "screening"])
    assert counted(desk, here, "place") == [Count(("camp-9",), 1)]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OPERATOR, Role.INTERPRETER])
def test_who_reads_no_tickets_sees_no_figures(desk: Desk, role: Role):
    staff = desk.staff(role)
    for ask in (
        lambda session: figures.loop(session, staff, SINCE, UNTIL),
        lambda session: figures.by(session, staff, "sector", [SINCE, UNTIL]),
        lambda session: figures.counts(session, staff, ["sector"], SINCE, UNTIL),
    ):
        with desk.at(staff=True) as session, pytest.raises(NotAllowed):
            ask(session)


def test_the_loop_tells_waiting_from_told_and_late_from_in_time(desk: Desk, agent: Staff):
    old = clock.now() - timedelta(days=30)
    told, waiting, late = desk.ticket(tier="T1"), desk.ticket(tier="T1"), desk.ticket(tier="T1", received_at=old)
    told_late = desk.ticket(tier="T1", received_at=old)
    for ticket in (told, told_late):
        desk.act(agent, ticket, handling.close, "told")
    desk.act(agent, desk.ticket(tier="T0"), handling.close, "unsafe_to_contact")
    assert waiting.id != late.id
    with desk.at(staff=True) as session:
        found = figures.loop(session, agent, SINCE, UNTIL)
    assert found == Loop(heard=5, owed=3, on_time=1, told=2, waiting=2, late=1)


def test_a_time_with_nothing_in_it_is_all_nought(desk: Desk, agent: Staff):
    with desk.at(staff=True) as session:
        assert figures.loop(session, agent, SINCE, UNTIL) == Loop()
        assert figures.by(session, agent, "sector", figures.weeks(session)) == []


def test_an_axis_that_is_none_is_refused(desk: Desk, agent: Staff):
    with desk.at(staff=True) as session, pytest.raises(KeyError):
        figures.counts(session, agent, ["subject"], SINCE, UNTIL)


def test_weeks_begin_with_the_first_working_day_at_midnight_there(desk: Desk):
    calendar = desk.parts.response.calendar
    saturday = datetime(2026, 11, 28, 17, 0, tzinfo=UTC)  # 23:00 in Dhaka, the last hour of that week
    found = months.weeks(calendar, saturday, 2)
    assert [one.isoformat() for one in found] == [
        "2026-11-14T18:00:00+00:00",
        "2026-11-21T18:00:00+00:00",
        "2026-11-28T18:00:00+00:00",
    ]
    assert months.weeks(calendar, saturday + timedelta(hours=1), 2)[0] == found[1]


@pytest.mark.parametrize("wrong", ["", "2026", "2026-1", "2026-13", "2026/10", "abcd-ef", "2026-10-01"])
def test_what_is_no_month_is_refused(wrong: str):
    with pytest.raises(ValueError):  # noqa: PT011 - whatever int and date say
        months.first_of(wrong)


def test_months_follow_each_other_over_the_year():
    december = months.first_of("2026-12")
    assert months.name(months.after(december)) == "2027-01"
    assert months.name(months.before(months.first_of("2027-01"))) == "2026-12"
