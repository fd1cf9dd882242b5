"""Replies: answering, taking back, telling by hand (R3, R18, decision 7)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from channels.contract import ChannelName
from feedback.desk import delivery, reading, replies, screening
from feedback.errors import Invalid, NotAllowed, WrongState
from feedback.models.contact import Contact
from feedback.models.reply import Purpose, Reply, ReplyState
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Outcome, Status, Ticket
from feedback.queue import Kind
from tests.factories import Desk, inbound, phone


def _reply(desk: Desk) -> Reply:
    (reply,) = desk.rows(Reply)
    return reply


def _with_reply(desk: Desk, staff: Staff, ticket: Ticket, verb: object) -> None:
    from feedback.desk import visibility

    with desk.at(staff=True) as session:
        found, reply = visibility.find_reply(session, staff, _reply(desk).reference)
        verb(session, staff, found, reply)  # type: ignore[operator]


def test_an_answer_to_a_text_is_queued_and_a_worker_is_nudged(desk: Desk) -> None:
    ticket, agent = desk.ticket(), desk.staff()
    with desk.at(staff=True) as session:
        from feedback.desk import visibility

        found = visibility.find_ticket(session, agent, ticket.reference)
        replies.answer(session, agent, found, "  The tap is mended.  ")
        assert session.info["nudges"] == {Kind.DELIVER}
    reply = _reply(desk)
    assert (reply.state, reply.adapter, reply.channel) == (ReplyState.QUEUED, "twilio-sms", ChannelName.SMS)
    assert reply.not_before - reply.queued_at == replies.RECALL_FOR
    assert desk.again(ticket).status is Status.ANSWERED
    assert b"mended" not in reply.words
    assert desk.act(agent, ticket, reading.view).thread[-1].words == "The tap is mended."


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"channel": ChannelName.HOTLINE, "adapter": "twilio-voice"}, "a call is answered by a call"),
        ({"channel": ChannelName.IN_PERSON, "adapter": "in-person"}, "a person is told in person"),
        ({"address": None}, "nobody left a number"),
        ({"adapter": "relay"}, "this adapter is switched off"),
    ],
)
def test_what_no_machine_can_carry_is_a_task_for_a_person(desk: Desk, more: dict[str, object], why: str) -> None:
    ticket = desk.ticket(**more)
    desk.act(desk.staff(), ticket, replies.answer, "The tap is mended.")
    assert (_reply(desk).state, _reply(desk).adapter) == (ReplyState.BY_HAND, None), why


def test_a_silent_number_is_told_by_a_person(desk: Desk) -> None:
    """Story 12."""
    sender = phone()
    desk.hear(inbound("STOP", address=sender))
    ticket = desk.ticket("my ration card is blocked", address=sender)
    desk.act(desk.staff(), ticket, replies.answer, "It is unblocked.")
    assert _reply(desk).state is ReplyState.BY_HAND


@pytest.mark.parametrize("tier", [None, "T2-C", "T2-P", "T3-G", "T3-S", "T3-C", "T3-L"])
def test_nothing_goes_out_on_a_sensitive_or_unscreened_ticket(desk: Desk, tier: str | None) -> None:
    ticket = desk.ticket("words", tier=tier, sector=None)
    focal = desk.staff(Role.FOCAL_POINT, clearances=[desk.again(ticket).compartment])
    with pytest.raises(NotAllowed):
        desk.act(focal, ticket, replies.answer, "Hello.")
    assert desk.rows(Reply) == []


@pytest.mark.parametrize("text", ["", " \n", "x" * (replies.LONGEST + 1)])
def test_an_empty_or_endless_answer_is_sent_back(desk: Desk, text: str) -> None:
    ticket = desk.ticket()
    with pytest.raises(Invalid):
        desk.act(desk.staff(), ticket, replies.answer, text)
    assert desk.again(ticket).status is Status.TRIAGED


@pytest.mark.parametrize("role", [Role.SCREENER, Role.TRANSCRIBER])
def test_who_does_not_answer_is_refused(desk: Desk, role: Role) -> None:
    with pytest.raises(NotAllowed):
        desk.act(desk.staff(role), desk.ticket(), replies.answer, "Hello.")


def test_a_queued_answer_can_be_taken_back(desk: Desk) -> None:
    ticket, agent = desk.ticket(), desk.staff()
    desk.act(agent, ticket, replies.answer, "Slip of the pen")
    _with_reply(desk, agent, ticket, replies.recall)
    assert (_reply(desk).state, desk.again(ticket).status) == (ReplyState.RECALLED, Status.ASSIGNED)
    with desk.at() as session:
        session.execute(sa.update(Reply).values(not_before=ticket.created_at))
    with desk.at() as session:
        assert delivery.claim(session) == []


@pytest.mark.parametrize("state", [s for s in ReplyState if s not in (ReplyState.QUEUED, ReplyState.BY_HAND)])
def test_what_has_gone_out_can_not_be_taken_back(desk: Desk, state: ReplyState) -> None:
    ticket, agent = desk.ticket(), desk.staff()
    desk.act(agent, ticket, replies.answer, "The tap is mended.")
    with desk.at() as session:
        session.execute(sa.update(Reply).values(state=state))
    with pytest.raises(WrongState):
        _with_reply(desk, agent, ticket, replies.recall)
    assert _reply(desk).state is state


def test_told_by_hand_closes_the_loop(desk: Desk) -> None:
    ticket, agent = desk.ticket(channel=ChannelName.IN_PERSON), desk.staff()
    desk.act(agent, ticket, replies.answer, "The tap is mended.")
    _with_reply(desk, agent, ticket, replies.told)
    told = desk.again(ticket)
    assert (told.status, told.outcome) == (Status.CLOSED, Outcome.TOLD)
    assert (_reply(desk).state, _reply(desk).told_by) == (ReplyState.DELIVERED, agent.id)


def test_a_question_that_was_asked_by_hand_leaves_the_ticket_open(desk: Desk) -> None:
    ticket, agent = desk.ticket(channel=ChannelName.IN_PERSON), desk.staff()
    desk.act(agent, ticket, replies.answer, "Which block?", purpose=Purpose.QUESTION)
    _with_reply(desk, agent, ticket, replies.told)
    assert desk.again(ticket).status is Status.ANSWERED


@pytest.mark.parametrize("state", [s for s in ReplyState if s not in (ReplyState.FAILED, ReplyState.BY_HAND)])
def test_only_what_waits_for_a_person_can_be_told_by_one(desk: Desk, state: ReplyState) -> None:
    ticket, agent = desk.ticket(), desk.staff()
    desk.act(agent, ticket, replies.answer, "The tap is mended.")
    with desk.at() as session:
        session.execute(sa.update(Reply).values(state=state))
    with pytest.raises(WrongState):
        _with_reply(desk, agent, ticket, replies.told)


def test_the_tasks_are_what_waits_for_a_person_in_the_open(desk: Desk) -> None:
    agent = desk.staff()
    by_hand, failed, queued, raised = (desk.ticket(channel=ChannelName.IN_PERSON) for _ in range(4))
    for ticket in (by_hand, failed, queued, raised):
        desk.act(agent, ticket, replies.answer, "The tap is mended.")
    states = {failed: ReplyState.FAILED, queued: ReplyState.QUEUED, raised: ReplyState.FAILED}
    with desk.at() as session:
        for ticket, state in states.items():
            session.execute(sa.update(Reply).where(Reply.ticket_id == ticket.id).values(state=state))
    desk.act(agent, raised, screening.raise_, "T3-G")
    for staff in (agent, desk.staff(Role.FOCAL_POINT, clearances=["gbv"])):
        with desk.at(staff=True) as session:
            assert [ticket.id for ticket, _ in session.execute(replies.tasks(staff))] == [by_hand.id, failed.id]


def test_a_number_stays_sealed_under_its_own_ticket(desk: Desk) -> None:
    desk.ticket(address=(sender := phone()))
    (contact,) = desk.rows(Contact)
    assert sender.encode() not in contact.address
