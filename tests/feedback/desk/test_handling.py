"""Handling: assign, note, title, correct, close, open again; each with its event."""

from __future__ import annotations

import pytest

from feedback.desk import handling, reading, replies, search
from feedback.desk.screening import Coding
from feedback.errors import Invalid, NotAllowed, NotFound, WrongState
from feedback.models.event import Event
from feedback.models.reply import Note, Reply, ReplyState
from feedback.models.staff import Role
from feedback.models.ticket import Outcome, Status
from tests.factories import Desk


def test_a_ticket_is_given_to_a_colleague_who_may_see_it(desk: Desk) -> None:
    ticket, agent, colleague = desk.ticket(), desk.staff(), desk.staff()
    desk.act(agent, ticket, handling.assign, to=colleague)
    assert (desk.again(ticket).assigned_to, desk.again(ticket).status) == (colleague.id, Status.ASSIGNED)


@pytest.mark.parametrize("more", [{"sectors": ["health"]}, {"active": False}, {"places": ["camp-1w"]}])
def test_a_ticket_is_not_given_to_who_may_not_see_it(desk: Desk, more: dict[str, object]) -> None:
    ticket = desk.ticket("no water in camp 9")
    with pytest.raises(NotAllowed):
        desk.act(desk.staff(), ticket, handling.assign, to=desk.staff(Role.AGENT, **more))


def test_a_note_is_kept_sealed_with_who_wrote_it(desk: Desk) -> None:
    ticket, agent = desk.ticket(), desk.staff()
    desk.act(agent, ticket, handling.note, "  Spoke with the plumber.  ")
    (note,) = desk.rows(Note)
    assert b"plumber" not in note.words
    (entry,) = [one for one in desk.act(agent, ticket, reading.view).thread if one.kind == "note"]
    assert (entry.words, entry.by) == ("Spoke with the plumber.", agent.name)


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 4001])
def test_an_empty_or_endless_note_is_sent_back(desk: Desk, text: str) -> None:
    with pytest.raises(Invalid):
        desk.act(desk.staff(), desk.ticket(), handling.note, text)
    assert desk.rows(Note) == []


def test_a_title_replaces_the_first_words_and_is_found(desk: Desk) -> None:
    ticket, agent = desk.ticket("no water since three days"), desk.staff()
    desk.act(agent, ticket, handling.entitle, "Tubewell 14")
    assert desk.act(agent, ticket, reading.view).row.title == "Tubewell 14"
    assert desk.do(search.find, agent, "tubewell 14")
    assert b"Tubewell" not in (desk.again(ticket).title or b"")


def test_a_correction_routes_the_ticket_anew(desk: Desk) -> None:
    ticket = desk.ticket("no water in camp 9")
    before = desk.again(ticket).desk
    desk.act(desk.staff(), ticket, handling.override, Coding("health", "medicine", tier="T1"))
    after = desk.again(ticket)
    assert (after.sector, after.subcategory, after.tier) == ("health", "medicine", "T1")
    assert after.desk != before


def test_a_correction_to_a_graver_tier_raises_at_once(desk: Desk) -> None:
    ticket, agent = desk.ticket(), desk.staff()
    desk.act(agent, ticket, handling.override, Coding("gbv", "disclosure"))
    with pytest.raises(NotFound):
        desk.act(agent, ticket, reading.view)
    assert desk.again(ticket).compartment == "gbv"


def test_a_closed_ticket_is_not_corrected(desk: Desk) -> None:
    ticket, agent = desk.ticket(), desk.staff()
    desk.act(agent, ticket, handling.close, "duplicate")
    with pytest.raises(WrongState):
        desk.act(agent, ticket, handling.override, Coding("health"))


@pytest.mark.parametrize("outcome", sorted(handling.BY_STAFF - {Outcome.UNREACHABLE}))  # that takes tries
def test_a_person_closes_with_an_outcome(desk: Desk, outcome: Outcome) -> None:
    ticket = desk.ticket()
    desk.act(desk.staff(), ticket, handling.close, outcome.value)
    closed = desk.again(ticket)
    assert (closed.status, closed.outcome) == (Status.CLOSED, outcome)
    assert closed.closed_at is not None


@pytest.mark.parametrize("outcome", ["", "joined", "opted_out", "solved"])
def test_other_outcomes_are_not_for_people_to_choose(desk: Desk, outcome: str) -> None:
    ticket = desk.ticket()
    with pytest.raises(Invalid):
        desk.act(desk.staff(), ticket, handling.close, outcome)
    assert desk.again(ticket).status is Status.TRIAGED


def test_closing_holds_what_waits_to_go_out(desk: Desk) -> None:
    ticket, agent = desk.ticket(), desk.staff()
    desk.act(agent, ticket, replies.answer, "The tap is mended.")
    desk.act(agent, ticket, handling.close, "wrong_number")
    assert [reply.state for reply in desk.rows(Reply)] == [ReplyState.RECALLED]


def test_a_screener_closes_what_is_not_feedback_without_releasing_it(desk: Desk) -> None:
    ticket, screener = desk.ticket("buy gold", tier=None), desk.screener()
    desk.act(screener, ticket, handling.close, "spam")
    assert (desk.again(ticket).status, desk.again(ticket).compartment) == (Status.CLOSED, "screening")


def test_a_closed_ticket_can_be_opened_again_and_an_open_one_not(desk: Desk) -> None:
    ticket, agent = desk.ticket(), desk.staff()
    with pytest.raises(WrongState):
        desk.act(agent, ticket, handling.reopen)
    desk.act(agent, ticket, handling.close, "told")
    desk.act(agent, ticket, handling.reopen)
    again = desk.again(ticket)
    assert (again.status, again.outcome, again.closed_at) == (Status.ASSIGNED, None, None)


@pytest.mark.parametrize(
    ("role", "verb", "args"),
    [
        (Role.SCREENER, handling.assign, {"to": None}),
        (Role.VOLUNTEER, handling.assign, {"to": None}),
        (Role.TRANSCRIBER, handling.close, {"outcome": "told"}),
        (Role.TRANSCRIBER, handling.entitle, {"title": "x"}),
        (Role.SCREENER, handling.override, {"coding": Coding("health")}),
        (Role.VOLUNTEER, handling.reopen, {}),
    ],
)
def test_a_role_does_only_what_it_may(desk: Desk, role: Role, verb: object, args: dict[str, object]) -> None:
    if "to" in args:
        args = {"to": desk.staff()}
    with pytest.raises(NotAllowed):
        desk.act(desk.staff(role), desk.ticket(), verb, **args)  # type: ignore[arg-type]


def test_no_change_without_an_event_and_no_event_with_words(desk: Desk) -> None:
    ticket, agent = desk.ticket("canary-words"), desk.staff()
    desk.act(agent, ticket, handling.note, "canary-note")
    desk.act(agent, ticket, handling.entitle, "canary-title")
    desk.act(agent, ticket, handling.assign, to=agent)
    desk.act(agent, ticket, replies.answer, "canary-reply")
    desk.act(agent, ticket, handling.close, "told")
    events = desk.rows(Event, Event.ticket_id == ticket.id)
    assert [one.action for one in events] == [
        "receive", "triage", "note", "entitle", "assign", "answer", "close",
    ]  # fmt: skip
    assert not [one for one in events if "canary" in f"{one.actor}{one.detail}"]
