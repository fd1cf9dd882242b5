"""Screening: one key out of the queue, into the open or behind the right wall; raising holds at once (decisions 12, 13)."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from feedback.desk import handling, inbox, reading, replies, screening, search, visibility
from feedback.desk.screening import Coding
from feedback.errors import Invalid, NotAllowed, NotFound, WrongState
from feedback.models.event import Event
from feedback.models.reply import Reply, ReplyState
from feedback.models.staff import Role
from feedback.models.ticket import RaisedBy, Status, Ticket
from tests.factories import Desk, inbound, later


def _waiting(desk: Desk, text: str = "pani nai", **more: object) -> Ticket:
    return desk.ticket(text, tier=None, **more)


def test_a_release_is_coded_routed_and_owed(desk: Desk) -> None:
    ticket = _waiting(desk, "camp 9 pani nai")
    desk.act(desk.screener(), ticket, screening.screen, Coding("wash", "no_water", "complaint", "T1"))
    released = desk.again(ticket)
    assert (released.status, released.compartment, released.tier) == (Status.TRIAGED, None, "T1")
    assert (released.sector, released.subcategory, released.kind, released.place) == (
        "wash", "no_water", "complaint", "camp-9",
    )  # fmt: skip
    assert released.agency
    assert released.due_at == desk.parts.response.due("T1", ticket.created_at)
    assert released.raised_by is None


def test_a_sensitive_one_goes_behind_the_wall_that_the_matter_itself_names(desk: Desk) -> None:
    ticket = _waiting(desk)
    desk.act(desk.screener(), ticket, screening.screen, Coding("site_management", "majhi_conduct", tier="T0"))
    assert (desk.again(ticket).tier, desk.again(ticket).compartment) == ("T2-P", "protection")
    assert desk.again(ticket).raised_by is RaisedBy.PERSON


def test_a_graver_tier_than_the_matter_names_stands(desk: Desk) -> None:
    ticket = _waiting(desk)
    desk.act(desk.screener(), ticket, screening.screen, Coding("education", "teacher_conduct", tier="T3-C"))
    assert desk.again(ticket).compartment == "child_protection"


@pytest.mark.parametrize(
    ("coding", "field"),
    [
        (Coding("water"), "sector"),
        (Coding("wash", "voucher_problem"), "subcategory"),
        (Coding(None, "no_water"), "subcategory"),
        (Coding("wash", kind="gossip"), "kind"),
        (Coding("wash", tier="T9"), "tier"),
        (Coding("wash", place="atlantis"), "place"),
        (Coding("gbv"), "tier"),
        (Coding("gbv", tier="T1"), "tier"),
    ],
)
def test_codes_that_the_response_does_not_know_are_named_and_nothing_changes(
    desk: Desk, coding: Coding, field: str
) -> None:
    ticket = _waiting(desk)
    with pytest.raises(Invalid) as refusal:
        desk.act(desk.screener(), ticket, screening.screen, coding)
    assert list(refusal.value.fields) == [field]
    assert (desk.again(ticket).status, desk.again(ticket).compartment) == (Status.NEW, "screening")


def test_the_second_screener_is_told_that_a_colleague_was_quicker(desk: Desk) -> None:
    ticket, screener = _waiting(desk), desk.screener()
    with desk.at(staff=True) as session:
        found = visibility.find_ticket(session, screener, ticket.reference)
        desk_of_another = Coding("wash", tier="T0")
        screening.screen(session, screener, found, desk_of_another)
        with pytest.raises(WrongState):
            screening.screen(session, screener, found, Coding("health", tier="T0"))


def test_two_screeners_at_the_same_moment_do_not_overwrite_each_other(desk: Desk) -> None:
    ticket, screener = _waiting(desk), desk.screener()
    with desk.parts.database.transaction(staff=True, write=False) as slow:
        old = visibility.find_ticket(slow, screener, ticket.reference)
        slow.expunge(old)
    desk.act(screener, ticket, screening.screen, Coding("wash", tier="T0"))

    def write_what_was_read_before(session: Session) -> None:
        session.add(old)
        screening.screen(session, screener, old, Coding("health", tier="T0"))

    with pytest.raises(StaleDataError):
        desk.do(write_what_was_read_before)
    assert desk.again(ticket).sector == "wash"


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.AGENT, Role.COORDINATOR])
def test_who_does_not_screen_neither_sees_the_queue_nor_releases(desk: Desk, role: Role) -> None:
    ticket, staff = _waiting(desk), desk.staff(role)
    with pytest.raises(NotFound):
        desk.act(staff, ticket, reading.view)
    with pytest.raises(NotAllowed):
        desk.do(screening.waiting, staff)
    cleared = desk.staff(role, clearances=["screening"])
    with pytest.raises(NotAllowed):
        desk.act(cleared, ticket, screening.screen, Coding("wash"))


def test_danger_waits_first_then_the_oldest(desk: Desk) -> None:
    newer, older, danger = desk.hear(
        inbound("no water", received_at=later(-5)),
        inbound("no lamp", received_at=later(-9)),
        inbound("he raped my sister", received_at=later(0)),
    )
    assert [one.id for one in desk.do(screening.waiting, desk.screener())] == [danger, older, newer]


def test_what_left_screening_or_was_a_stop_no_longer_waits(desk: Desk) -> None:
    desk.ticket("no water")
    desk.hear(inbound("STOP"))
    assert desk.do(screening.waiting, desk.screener()) == []


class TestRaising:
    """Anyone, at once, everywhere."""

    @pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.AGENT, Role.COORDINATOR, Role.TRANSCRIBER, Role.SCREENER])
    def test_a_raised_ticket_is_gone_for_who_raised_it_with_the_same_commit(self, desk: Desk, role: Role) -> None:
        ticket, staff = desk.ticket("the tubewell, and he follows me"), desk.staff(role)
        desk.act(staff, ticket, screening.raise_, "T3-G")
        with pytest.raises(NotFound):
            desk.act(staff, ticket, reading.view)
        assert desk.do(visibility.count, staff) == 0
        assert desk.do(search.find, staff, "tubewell") == []
        assert desk.do(search.find, staff, ticket.code or "") == []
        assert desk.do(inbox.listed, staff, inbox.Which.TODO) == ([], False)

    def test_it_is_there_for_who_is_cleared(self, desk: Desk) -> None:
        ticket = desk.ticket("he follows me")
        desk.act(desk.staff(), ticket, screening.raise_, "T3-G")
        rows, _ = desk.do(inbox.listed, desk.staff(Role.FOCAL_POINT, clearances=["gbv"]), inbox.Which.SEALED)
        assert [row.reference for row in rows] == [ticket.reference]
        assert desk.again(ticket).due_at == desk.parts.response.due("T3-G", ticket.created_at)

    def test_a_closed_one_is_opened_again_so_that_somebody_looks(self, desk: Desk) -> None:
        ticket, agent = desk.ticket("he follows me"), desk.staff()
        desk.act(agent, ticket, handling.close, "told")
        desk.act(agent, ticket, screening.raise_, "T3-G")
        rows, _ = desk.do(inbox.listed, desk.staff(Role.FOCAL_POINT, clearances=["gbv"]), inbox.Which.SEALED)
        assert [row.reference for row in rows] == [ticket.reference]

    def test_what_waited_to_go_out_is_held(self, desk: Desk) -> None:
        ticket, agent = desk.ticket(), desk.staff()
        desk.act(agent, ticket, replies.answer, "We will call you.")
        desk.act(agent, ticket, screening.raise_, "T3-G")
        assert [reply.state for reply in desk.rows(Reply)] == [ReplyState.RECALLED]

    def test_it_needs_a_sensitive_tier(self, desk: Desk) -> None:
        for tier in ("T0", "T1", "T9", ""):
            with pytest.raises(Invalid):
                desk.act(desk.staff(), desk.ticket(), screening.raise_, tier)

    def test_a_grave_one_is_not_made_lesser_by_raising(self, desk: Desk) -> None:
        ticket = desk.ticket(tier="T3-G", sector="gbv")
        focal = desk.staff(Role.FOCAL_POINT, clearances=["gbv"])
        with pytest.raises(WrongState):
            desk.act(focal, ticket, screening.raise_, "T2-C")
        assert desk.again(ticket).compartment == "gbv"

    def test_it_is_written_down_with_the_wall_it_went_behind(self, desk: Desk) -> None:
        ticket, agent = desk.ticket(), desk.staff()
        desk.act(agent, ticket, screening.raise_, "T3-S")
        (event,) = desk.rows(Event, Event.action == "raise")
        assert (event.actor, event.detail, event.wall) == (f"staff:{agent.id}", "T3-S", "psea")

    def test_a_person_raised_it_and_so_one_person_alone_does_not_lower_it(self, desk: Desk) -> None:
        ticket = desk.ticket()
        desk.act(desk.staff(), ticket, screening.raise_, "T3-S")
        assert desk.again(ticket).raised_by is RaisedBy.PERSON
        focal = desk.staff(Role.FOCAL_POINT, clearances=["psea"])
        with pytest.raises(NotAllowed):
            desk.act(focal, ticket, handling.override, Coding("wash", tier="T0"))
        with pytest.raises((WrongState, NotAllowed)):
            desk.act(focal, ticket, screening.screen, Coding("wash", tier="T0"))
