"""How well the machine reads: shares of open tickets that may be seen, nothing small, and nothing that hidden tickets change."""

from __future__ import annotations

from datetime import timedelta

import pytest

from classifier.suggestion import Verdict
from feedback import clock
from feedback.desk import handling, judging, screening
from feedback.desk.judging import Danger, Judged, Share
from feedback.desk.screening import Coding
from feedback.errors import NotAllowed
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from tests.factories import Desk, inbound
from tests.feedback.desk.readings import read, suggestion


def heard(desk: Desk, many: int, verdict: Verdict = Verdict.OPEN, **more: object) -> list[Ticket]:
    ids = desk.hear(*[inbound(f"no water, {number}") for number in range(many)])
    read(desk, suggestion(verdict, model="lists 1 model 2", **more))
    return [desk.rows(Ticket, Ticket.id == id_)[0] for id_ in ids]


def by(desk: Desk, staff: Staff, axis: str = "language") -> dict[str, Judged]:
    return {one.code: one for one in desk.do(judging.by, staff, axis, clock.now() - timedelta(days=9))}


def test_shares_say_what_the_machine_said_and_what_people_changed(desk: Desk) -> None:
    agent, coordinator, screener = desk.staff(), desk.staff(Role.COORDINATOR), desk.screener()
    right = heard(desk, 12)
    wrong, unsure = heard(desk, 8), heard(desk, 5, Verdict.UNSURE, sector=None, language="bn")
    for ticket in right[:10]:
        desk.act(agent, ticket, handling.confirm)
    for ticket in wrong[:6]:
        desk.act(agent, ticket, handling.override, Coding("health", tier="T0"))
    for ticket in unsure:
        desk.act(screener, ticket, screening.screen, Coding("wash", tier="T0"))
    found = by(desk, coordinator)
    assert found == {
        "en": Judged("en", 20, Share(20, 20), Share(20, 20), Share(6, 16)),
        "bn": Judged("bn", 5, Share(0, 5), Share(0, 5), Share(0, 0)),
    }
    assert (found["en"].released.tells, found["en"].corrected.tells, found["bn"].released.tells) == (True, False, False)
    assert set(by(desk, coordinator, "sector")) == {"wash", "health"}
    assert set(by(desk, coordinator, "channel")) == {"sms"}
    assert set(by(desk, coordinator, "model")) == {"lists 1 model 2"}
    assert by(desk, desk.staff(Role.COORDINATOR, sectors=["nutrition"])) == {}
    with pytest.raises(NotAllowed):
        by(desk, agent)


def test_what_is_small_counts_as_the_rest_or_not_at_all(desk: Desk) -> None:
    coordinator = desk.staff(Role.COORDINATOR)
    heard(desk, 6)
    heard(desk, 3, language="bn")
    assert set(by(desk, coordinator)) == {"en"}
    heard(desk, 2, language="my")
    assert by(desk, coordinator)[""].read == 5


def test_tickets_that_somebody_may_not_see_change_nothing_for_them(desk: Desk) -> None:
    coordinator = desk.staff(Role.COORDINATOR)
    heard(desk, 6)
    before = {axis: by(desk, coordinator, axis) for axis in judging.AXES}
    heard(desk, 7, Verdict.SENSITIVE)
    heard(desk, 7, Verdict.UNSURE)
    assert {axis: by(desk, coordinator, axis) for axis in judging.AXES} == before
    assert desk.do(judging.dangers, coordinator, clock.now() - timedelta(days=9)) == []


def test_who_passes_a_wall_learns_what_the_machine_had_said_of_it_masked(desk: Desk) -> None:
    agent = desk.staff()
    for ticket in heard(desk, 6, Verdict.UNSURE):
        desk.act(desk.screener(), ticket, screening.raise_, "T2-C")
    for ticket in heard(desk, 2):
        desk.act(agent, ticket, screening.raise_, "T2-C")
    cleared = desk.staff(Role.COORDINATOR, clearances=["conduct"])
    since = clock.now() - timedelta(days=9)
    assert desk.do(judging.dangers, cleared, since) == [Danger("en", 0, 6, None)]
    assert by(desk, cleared) == {}  # shares are of open tickets alone, whatever somebody is cleared for
    assert desk.do(judging.dangers, desk.staff(Role.COORDINATOR, clearances=["psea"]), since) == []
    of_an_agency = desk.staff(Role.COORDINATOR, clearances=["conduct"], agency="heron")
    assert desk.do(judging.dangers, of_an_agency, since) == []


def test_an_interval_is_wide_where_few_were_seen() -> None:
    few, many = Share(5, 10).interval(), Share(500, 1000).interval()
    assert few == pytest.approx((0.2366, 0.7634), abs=1e-3)
    assert many[1] - many[0] < 0.07
    assert Share(0, 0).interval() == (0.0, 1.0)
    assert Share(20, 20).interval()[1] == pytest.approx(1.0)
