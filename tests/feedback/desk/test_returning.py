"""Coming back with a code: the same for every code, and nothing that a person says is lost (decision 8, I9, story 11)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from channels.contract import ChannelName
from feedback import clock
from feedback.desk import codes, handling, inbox, reading, replies, returning, screening
from feedback.errors import Invalid, NotAllowed, WrongState
from feedback.models.event import Event
from feedback.models.reply import Note, Reply, ReplyState
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Outcome, Status, Ticket
from tests.factories import Desk


@pytest.fixture
def volunteer(desk: Desk) -> Staff:
    return desk.staff(Role.VOLUNTEER, places=["camp-1w"])


def _answered(desk: Desk, **more: object) -> Ticket:
    ticket = desk.ticket("no water in camp 9", channel=ChannelName.IN_PERSON, **more)
    desk.act(desk.staff(), ticket, replies.answer, "The tap is mended.")
    return ticket


def _code(ticket: Ticket) -> str:
    assert ticket.code
    return ticket.code


def test_the_answer_is_read_out_wherever_the_person_asks(desk: Desk, volunteer: Staff) -> None:
    ticket = _answered(desk)
    asked = desk.do(returning.ask, volunteer, codes.spoken(_code(ticket)))
    assert asked.answer == "The tap is mended."


def test_every_code_without_an_answer_gives_the_same(desk: Desk, volunteer: Staff) -> None:
    """Sensitive, raised after it was answered, unanswered, run out, unknown, mistyped, no code at all."""
    raised, told, run_out = _answered(desk), _answered(desk), _answered(desk)
    desk.do(returning.told, volunteer, _code(told))
    for ticket in (raised, told):
        desk.act(desk.staff(), ticket, screening.raise_, "T3-G")
    with desk.at() as session:
        session.execute(
            sa.update(Ticket).where(Ticket.id == run_out.id).values(code_until=clock.now() - timedelta(minutes=1))
        )
    said = [
        _code(desk.ticket(tier="T3-G", sector="gbv")), _code(raised), _code(told), _code(desk.ticket()),
        _code(desk.ticket(tier=None)), _code(run_out), codes.new(), "12345678", "hello", "",
    ]  # fmt: skip
    asked = [desk.do(returning.ask, volunteer, one) for one in said]
    assert set(asked) == {returning.Asked(None)}
    assert repr(asked[0]) == repr(asked[-1])


def test_asking_leaves_the_same_trace_for_every_code(desk: Desk, volunteer: Staff) -> None:
    for said in (_code(_answered(desk)), _code(desk.ticket(tier="T3-G", sector="gbv")), "nonsense"):
        desk.do(returning.ask, volunteer, said)
    events = desk.rows(Event, Event.action == "code")
    assert {(one.ticket_id, one.detail, one.wall) for one in events} == {(None, "", None)}
    assert len(events) == 3


def test_many_questions_slow_the_desk_down_and_never_lock_a_code(desk: Desk, volunteer: Staff) -> None:
    ticket = _answered(desk)
    for _ in range(returning.ASKS_IN_TEN_MINUTES):
        desk.do(returning.ask, volunteer, codes.new())
    with pytest.raises(WrongState):
        desk.do(returning.ask, volunteer, _code(ticket))
    assert desk.do(returning.ask, desk.staff(Role.VOLUNTEER), _code(ticket)).answer
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        assert desk.do(returning.ask, volunteer, _code(ticket)).answer


def test_right_and_wrong_codes_slow_down_alike(desk: Desk, volunteer: Staff) -> None:
    ticket = _answered(desk)
    for _ in range(returning.ASKS_IN_TEN_MINUTES):
        desk.do(returning.ask, volunteer, _code(ticket))
    with pytest.raises(WrongState):
        desk.do(returning.ask, volunteer, "nonsense")


def test_told_closes_the_loop(desk: Desk, volunteer: Staff) -> None:
    ticket = _answered(desk)
    desk.do(returning.told, volunteer, _code(ticket))
    assert (desk.again(ticket).status, desk.again(ticket).outcome) == (Status.CLOSED, Outcome.TOLD)
    assert desk.rows(Reply)[0].told_by == volunteer.id


def test_told_in_person_what_was_queued_as_a_text_is_not_sent_any_more(desk: Desk, volunteer: Staff) -> None:
    ticket = desk.ticket()
    desk.act(desk.staff(), ticket, replies.answer, "The tap is mended.")
    desk.do(returning.told, volunteer, _code(ticket))
    assert [reply.state for reply in desk.rows(Reply)] == [ReplyState.DELIVERED]


def test_told_for_any_other_code_does_nothing_and_shows_nothing(desk: Desk, volunteer: Staff) -> None:
    hidden = desk.ticket(tier="T3-G", sector="gbv")
    for said in (_code(hidden), codes.new(), "nonsense"):
        assert desk.do(returning.told, volunteer, said) is None
    assert desk.again(hidden).status is Status.TRIAGED


def test_a_visit_reaches_the_owner_of_a_hidden_ticket_and_not_the_volunteer(desk: Desk, volunteer: Staff) -> None:
    """Story 7."""
    hidden = desk.ticket(tier="T3-G", sector="gbv")
    assert desk.do(returning.visit, volunteer, _code(hidden), "after 8, my sister's phone") is None
    focal = desk.staff(Role.FOCAL_POINT, clearances=["gbv"])
    (visit,) = [one for one in desk.act(focal, hidden, reading.view).thread if one.kind == "visit"]
    assert visit.words == "after 8, my sister's phone"


def test_a_visit_with_an_unknown_code_waits_in_screening(desk: Desk, volunteer: Staff) -> None:
    desk.do(returning.visit, volunteer, "1234", "she comes back on Monday")
    (ticket,) = desk.do(screening.waiting, desk.screener())
    assert ticket.entered_by == volunteer.id


@pytest.mark.parametrize("said", ["known", "hidden", "unknown"])
def test_a_visit_does_the_same_to_the_screen_for_every_code(desk: Desk, volunteer: Staff, said: str) -> None:
    tickets = {"known": desk.ticket(), "hidden": desk.ticket(tier="T3-G", sector="gbv")}
    code = _code(tickets[said]) if said in tickets else codes.new()
    assert desk.do(returning.visit, volunteer, code, "call me after 8") is None
    with pytest.raises(Invalid) as refusal:
        desk.do(returning.visit, volunteer, code, "  ")
    assert list(refusal.value.fields) == ["terms"]


def test_a_visit_keeps_the_code_alive(desk: Desk, volunteer: Staff) -> None:
    ticket = desk.ticket()
    with time_machine.travel(clock.now() + timedelta(days=80)):
        desk.do(returning.visit, volunteer, _code(ticket), "I will come back")
        assert desk.again(ticket).code_until > clock.now() + timedelta(days=89)  # type: ignore[operator]


def test_a_visit_opens_a_closed_ticket_again_so_that_somebody_sees_it(desk: Desk, volunteer: Staff) -> None:
    ticket, agent = desk.ticket(), desk.staff()
    desk.act(agent, ticket, handling.close, "told")
    desk.do(returning.visit, volunteer, _code(ticket), "still no water")
    rows, _ = desk.do(inbox.listed, agent, inbox.Which.TODO)
    assert [row.reference for row in rows] == [ticket.reference]


def test_terms_are_kept_sealed(desk: Desk, volunteer: Staff) -> None:
    desk.do(returning.visit, volunteer, _code(desk.ticket()), "canary terms")
    (note,) = desk.rows(Note)
    assert b"canary" not in note.words


@pytest.mark.parametrize("role", [Role.TRANSCRIBER, Role.INTERPRETER, Role.AUDITOR, Role.OPERATOR])
def test_who_does_not_take_codes_is_refused(desk: Desk, role: Role) -> None:
    staff = desk.staff(role)
    for verb, more in ((returning.ask, ()), (returning.visit, ("terms",)), (returning.told, ())):
        with pytest.raises(NotAllowed):
            desk.do(verb, staff, codes.new(), *more)
