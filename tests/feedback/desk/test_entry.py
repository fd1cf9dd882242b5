"""In person: coded by who entered it, told on the spot, hidden from its author when it is sensitive (decision 12)."""

from __future__ import annotations

import pytest

from channels.in_person import Form, listen
from feedback import clock
from feedback.desk import codes, entry, reading, replies, returning, visibility
from feedback.desk.screening import Coding
from feedback.errors import Invalid, NotAllowed, NotFound
from feedback.models.event import Event
from feedback.models.message import Message
from feedback.models.reply import Reply, ReplyState
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Outcome, Status, Ticket
from tests.factories import Desk

WASH = Coding("wash", "no_water", "complaint", "T1")
AT = clock.now()


@pytest.fixture
def volunteer(desk: Desk) -> Staff:
    return desk.staff(Role.VOLUNTEER)


def _enter(
    desk: Desk, staff: Staff, coding: Coding = WASH, *, key: str = "k" * 20, answered: str = "", **form: str
) -> entry.Entered:
    heard = listen(Form(key, form.pop("text", "no water in camp 9"), **form), at=AT, region="BD")
    return desk.do(entry.enter, staff, heard, coding, answered=answered)


def test_a_form_becomes_a_routed_ticket_with_a_code_for_the_person(desk: Desk, volunteer: Staff) -> None:
    entered = _enter(desk, volunteer)
    (ticket,) = desk.rows(Ticket)
    assert (entered.new, codes.read(entered.code)) == (True, ticket.code)
    assert (ticket.status, ticket.compartment, ticket.tier, ticket.entered_by) == (
        Status.TRIAGED, None, "T1", volunteer.id,
    )  # fmt: skip
    assert ticket.agency
    assert [event.actor for event in desk.rows(Event)] == [f"staff:{volunteer.id}"] * 2


def test_answered_on_the_spot_is_a_closed_and_told_ticket_in_one_step(desk: Desk, volunteer: Staff) -> None:
    entered = _enter(desk, volunteer, answered=" The truck comes at four. ")
    (ticket,), (reply,) = desk.rows(Ticket), desk.rows(Reply)
    assert (ticket.status, ticket.outcome) == (Status.CLOSED, Outcome.TOLD)
    assert (reply.state, reply.told_by) == (ReplyState.DELIVERED, volunteer.id)
    assert desk.do(returning.ask, volunteer, entered.code).answer == "The truck comes at four."


def test_nothing_is_told_on_the_spot_about_what_is_sensitive(desk: Desk, volunteer: Staff) -> None:
    _enter(desk, volunteer, Coding("gbv", tier="T3-G"), answered="We spoke.")
    assert desk.rows(Reply) == []
    assert desk.rows(Ticket)[0].status is Status.TRIAGED


@pytest.mark.parametrize("tier", ["T2-C", "T2-P", "T3-G", "T3-S", "T3-C", "T3-L"])
def test_a_sensitive_form_is_hidden_from_its_own_author(desk: Desk, volunteer: Staff, tier: str) -> None:
    """Story 10: create-only."""
    entered = _enter(desk, volunteer, Coding(tier=tier))
    (ticket,) = desk.rows(Ticket)
    assert codes.read(entered.code)
    with pytest.raises(NotFound):
        desk.act(volunteer, ticket, reading.view)
    assert desk.do(visibility.count, volunteer) == 0
    focal = desk.staff(Role.FOCAL_POINT, clearances=[ticket.compartment])
    assert desk.act(focal, ticket, reading.view).row.tier == tier


@pytest.mark.parametrize("coding", [WASH, Coding("gbv", tier="T3-G")])
def test_a_form_that_is_sent_twice_is_one_ticket_with_one_code(desk: Desk, volunteer: Staff, coding: Coding) -> None:
    first, second = _enter(desk, volunteer, coding), _enter(desk, volunteer, coding)
    assert (first.new, second.new, first.code) == (True, False, second.code)
    assert (len(desk.rows(Ticket)), len(desk.rows(Message))) == (1, 1)


def test_answered_on_the_spot_and_sent_twice_is_told_once(desk: Desk, volunteer: Staff) -> None:
    for _ in range(2):
        _enter(desk, volunteer, answered="The truck comes at four.")
    assert len(desk.rows(Reply)) == 1


@pytest.mark.parametrize(
    ("coding", "field"),
    [(Coding("water"), "sector"), (Coding("gbv", tier="T0"), "tier"), (Coding("wash", place="moon"), "place")],
)
def test_a_form_with_unknown_codes_is_sent_back_and_nothing_is_kept(
    desk: Desk, volunteer: Staff, coding: Coding, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        _enter(desk, volunteer, coding)
    assert list(refusal.value.fields) == [field]
    assert (desk.rows(Ticket), desk.rows(Message)) == ([], [])


def test_place_and_facts_come_with_the_form_and_facts_stay_sealed(desk: Desk, volunteer: Staff) -> None:
    heard = listen(Form("k" * 20, "no water", place="camp-9", facts={"block": "C"}), at=AT, region="BD")
    desk.do(entry.enter, volunteer, heard, WASH)
    (ticket,) = desk.rows(Ticket)
    assert ticket.place == "camp-9"
    assert b"block" not in (ticket.facts or b"")
    assert desk.act(volunteer, ticket, reading.view).facts == {"block": "C"}


def test_what_was_entered_in_person_is_answered_by_a_person(desk: Desk, volunteer: Staff) -> None:
    _enter(desk, volunteer, phone="01712345678")
    (ticket,) = desk.rows(Ticket)
    desk.act(volunteer, ticket, replies.answer, "The tap is mended.")
    assert [reply.state for reply in desk.rows(Reply)] == [ReplyState.BY_HAND]


@pytest.mark.parametrize("role", [Role.TRANSCRIBER, Role.AUDITOR, Role.OPERATOR])
def test_who_does_not_collect_is_refused(desk: Desk, role: Role) -> None:
    with pytest.raises(NotAllowed):
        _enter(desk, desk.staff(role))
    assert desk.rows(Ticket) == []
