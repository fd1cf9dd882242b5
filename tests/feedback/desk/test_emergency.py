"""Emergency access and danger to life: a reason, a second person, an end, an alarm (D20, I12, decision 7c)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from feedback import clock
from feedback.desk import (
    alarms,
    compartments,
    danger,
    emergency,
    excluding,
    lowering,
    plans,
    reading,
    reviews,
    sealing,
)
from feedback.desk.plans import Terms
from feedback.errors import Invalid, Locked, NotAllowed, NotFound, WrongState
from feedback.models.event import Event
from feedback.models.reply import Purpose, Reply, ReplyState
from feedback.models.review import Access, Matter, Review
from feedback.models.review import Verdict as Word
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket, TicketKey
from tests.factories import Desk
from tests.feedback.desk.plans import act, agreed, holders, unlocked

WORDS, WHY = "I can't go on tonight", "No holder answers, and she stands at the gate."


@pytest.fixture
def pair(desk: Desk) -> list[Staff]:
    """Two holders of the protection compartment."""
    return holders(desk, "protection")


@pytest.fixture
def ticket(desk: Desk, pair: list[Staff]) -> Ticket:
    """Danger to life, told by text."""
    return desk.ticket(WORDS, tier="T3-L", sector="protection", language="en")


@pytest.fixture
def outsider(desk: Desk) -> Staff:
    """Somebody who is cleared for another wall."""
    return holders(desk, "gbv")[0]


def ask(desk: Desk, who: Staff, code: str | None, why: str = WHY) -> None:
    with unlocked(desk, who) as session:
        emergency.ask(session, desk.mine(session, who), code or "", why)


def grant(desk: Desk, holder: Staff, hours: int = 1) -> None:
    (access,) = desk.rows(Access, Access.decided_at.is_(None))
    with unlocked(desk, holder) as session:
        emergency.grant(session, desk.mine(session, holder), access.reference, hours=hours)


def reads(desk: Desk, who: Staff, ticket: Ticket) -> bool:
    try:
        view = act(desk, who, ticket, reading.view)
    except (NotFound, Locked):
        return False
    return [entry.words for entry in view.thread if entry.kind == "message"] == [WORDS]


def test_who_is_let_in_reads_that_one_ticket_until_the_end_and_no_longer(desk, pair, ticket, outsider):
    other = desk.ticket("another one", tier="T3-L", sector="protection")
    ask(desk, outsider, ticket.code)
    assert not reads(desk, outsider, ticket)
    grant(desk, pair[0])
    assert reads(desk, outsider, ticket)
    assert not reads(desk, outsider, other)
    with time_machine.travel(clock.now() + timedelta(minutes=61), tick=True):
        assert not reads(desk, outsider, ticket)
        with desk.at() as session:
            assert emergency.expire(session) == 1
        assert {row.recipient for row in desk.rows(TicketKey, TicketKey.ticket_id == ticket.id)} == {"c:protection"}
        with desk.at() as session:
            session.info["ring"] = compartments.ring(session, outsider, desk.private_key(outsider))
            assert sealing.keys(session, [ticket.id]) == {}


def test_who_was_let_in_twice_goes_once(desk, pair, ticket, outsider):
    for _ in range(2):  # nobody swept in between
        ask(desk, outsider, ticket.code)
        grant(desk, pair[0])
        with desk.at() as session:
            session.execute(sa.update(Access).values(until=clock.now() - timedelta(minutes=1)))
    with desk.at() as session:
        assert emergency.expire(session) == 1
    assert [row.detail for row in desk.rows(Event, Event.actor == "part:access")] == ["ended"]


def test_asking_looks_the_same_for_every_code_and_is_recorded(desk, pair, ticket, outsider):
    open_ = desk.ticket("no water")
    for code in (ticket.code, open_.code, "12345678", "", "no code"):
        assert ask(desk, outsider, code) is None
    assert len(desk.rows(Access)) == 1
    asked = desk.rows(Event, Event.action == "emergency")
    assert [(row.detail, row.ticket_id) for row in asked] == [("asked", None)] * 5


def test_it_alarms_the_wall_at_once_until_a_holder_decides(desk, pair, ticket, outsider):
    act(desk, pair[0], ticket, reading.view)  # seen: nothing else waits
    with desk.at() as session:
        assert alarms.waiting(session) == []
    ask(desk, outsider, ticket.code)
    with desk.at() as session:
        assert [(one.ticket.id, one.wall) for one in alarms.waiting(session)] == [(ticket.id, "protection")]
    grant(desk, pair[0])
    with desk.at() as session:
        assert alarms.waiting(session) == []


def test_it_takes_a_reason(desk, pair, ticket, outsider):
    with pytest.raises(Invalid):
        ask(desk, outsider, ticket.code, " ")


@pytest.mark.parametrize("hours", [0, 2, 24, -1, 10_000])
def test_it_has_an_end_that_can_be_chosen(desk, pair, ticket, outsider, hours):
    ask(desk, outsider, ticket.code)
    with pytest.raises(Invalid):
        grant(desk, pair[0], hours)
    assert not reads(desk, outsider, ticket)


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in (Role.FOCAL_POINT, Role.DUTY_OFFICER, Role.COORDINATOR)]
)
def test_other_roles_do_not_ask_at_all(desk, pair, ticket, role):
    person = desk.staff(role)
    with pytest.raises(NotAllowed):
        desk.do(emergency.ask, person, ticket.code, WHY)


def test_nobody_lets_themselves_in(desk, pair, ticket, outsider):
    ask(desk, outsider, ticket.code)
    with pytest.raises(NotFound):
        grant(desk, outsider)


def test_nor_once_they_are_cleared_themselves(desk, pair, ticket, outsider):
    ask(desk, outsider, ticket.code)
    with unlocked(desk, pair[0]) as session:
        compartments.grant(session, pair[0], session.info["ring"], "protection", desk.mine(session, outsider))
    with pytest.raises(NotFound):
        grant(desk, desk.mine_again(outsider))


def test_a_holder_of_another_wall_lets_nobody_in(desk, pair, ticket, outsider):
    ask(desk, outsider, ticket.code)
    with pytest.raises(NotFound):
        grant(desk, holders(desk, "psea")[0])


def test_a_locked_session_lets_nobody_in(desk, pair, ticket, outsider):
    ask(desk, outsider, ticket.code)
    (access,) = desk.rows(Access)
    with pytest.raises(Locked):
        desk.do(emergency.grant, pair[0], access.reference, hours=1)


def test_the_accused_can_not_even_ask_and_no_holder_can_let_them_in(desk, pair, ticket):
    accused = desk.holder("gbv", agency="heron")
    act(desk, pair[0], ticket, excluding.name, agency="heron")
    ask(desk, accused, ticket.code)
    assert desk.rows(Access) == []


def test_who_was_let_in_and_is_then_accused_is_out_at_once(desk, pair, ticket):
    accused = desk.holder("gbv", agency="heron")
    ask(desk, accused, ticket.code)
    grant(desk, pair[0])
    assert reads(desk, accused, ticket)
    act(desk, pair[0], ticket, excluding.name, agency="heron")
    assert not reads(desk, accused, ticket)
    assert {row.recipient for row in desk.rows(TicketKey, TicketKey.ticket_id == ticket.id)} == {"c:protection"}


def test_the_reason_is_sealed_to_the_holders(desk, pair, ticket, outsider):
    ask(desk, outsider, ticket.code)
    with unlocked(desk, pair[1]) as session:
        assert [one.reason for one in emergency.waiting(session, pair[1])] == [WHY]
    (access,) = desk.rows(Access)
    assert WHY.encode() not in access.reason
    with desk.at() as session:
        assert sealing.keys(session, [access.id]) == {}


def test_a_refusal_ends_it(desk, pair, ticket, outsider):
    ask(desk, outsider, ticket.code)
    (access,) = desk.rows(Access)
    with unlocked(desk, pair[0]) as session:
        emergency.refuse(session, pair[0], access.reference)
    assert not reads(desk, outsider, ticket)
    with unlocked(desk, pair[1]) as session, pytest.raises(WrongState):
        emergency.grant(session, pair[1], access.reference, hours=1)


# Danger to life now: a neutral call or a visit, never a text.


@pytest.fixture
def officer(desk: Desk, pair: list[Staff]) -> Staff:
    """The duty officer, a holder too."""
    officer = desk.holder("protection", role=Role.DUTY_OFFICER)
    with unlocked(desk, pair[0]) as session:
        compartments.grant(session, pair[0], session.info["ring"], "protection", desk.mine(session, officer))
    return desk.mine_again(officer)


@pytest.mark.parametrize("way", ["call", "visit"])
def test_the_duty_officer_places_a_neutral_task_that_a_second_person_looks_at_within_a_day(
    desk, pair, ticket, officer, way
):
    act(desk, officer, ticket, danger.place, way, "She says it is tonight.")
    (reply,) = desk.rows(Reply)
    assert (reply.purpose, reply.state, reply.adapter) == (Purpose.DANGER, ReplyState.BY_HAND, None)
    (review,) = desk.rows(Review)
    assert (review.matter, review.due_at - review.at) == (Matter.DANGER, timedelta(hours=24))
    with unlocked(desk, pair[1]) as session:
        (listed,) = reviews.waiting(session, pair[1])
        assert (listed.reason, listed.codes) == ("She says it is tonight.", (way,))
        lowering.decide(session, desk.mine(session, pair[1]), listed.reference, Word.RIGHT)
    said = [(row.action, row.detail) for row in desk.rows(Event, Event.ticket_id == ticket.id)]
    assert ("danger", way) in said
    assert ("review", "danger right") in said


def test_the_officer_does_not_look_at_their_own(desk, ticket, officer):
    act(desk, officer, ticket, danger.place, "call", WHY)
    with unlocked(desk, officer) as session:
        assert reviews.waiting(session, officer) == []
        with pytest.raises(NotAllowed):
            lowering.decide(session, officer, desk.rows(Review)[0].reference, Word.RIGHT)


@pytest.mark.parametrize("way", ["sms", "", "code"])
def test_a_text_is_never_sent(desk, ticket, officer, way):
    with pytest.raises(Invalid):
        act(desk, officer, ticket, danger.place, way, WHY)


def test_only_the_duty_officer_does_this(desk, pair, ticket):
    with pytest.raises(NotAllowed):
        act(desk, pair[0], ticket, danger.place, "call", WHY)


def test_it_takes_a_reason_too(desk, ticket, officer):
    with pytest.raises(Invalid):
        act(desk, officer, ticket, danger.place, "call", "")
    assert desk.rows(Reply) == []


def test_what_they_forbade_is_not_done_even_then(desk, officer):
    ticket = desk.ticket("I can't go on, don't call me, he is here", tier="T3-L", sector="protection")
    with pytest.raises(WrongState):
        act(desk, officer, ticket, danger.place, "call", WHY)
    act(desk, officer, ticket, danger.place, "visit", WHY)


def test_nor_what_the_plan_forbids(desk, pair, ticket, officer):
    terms = Terms(channels=("call",), since="20:00", until="21:00", language="en", never=("visit",))
    agreed(desk, pair[0], ticket, terms)
    with pytest.raises(WrongState):
        act(desk, officer, ticket, danger.place, "visit", WHY)
    act(desk, officer, ticket, danger.place, "call", WHY)


def test_a_plan_of_one_wall_is_not_read_from_another(desk, pair, ticket, outsider):
    agreed(desk, pair[0], ticket)
    with unlocked(desk, outsider) as session, pytest.raises(Locked):
        plans.find(session, desk.again(ticket))
    with pytest.raises(NotFound):
        act(desk, outsider, ticket, lambda session, staff, found: plans.find(session, found))
