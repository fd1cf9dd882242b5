"""Three tries at different times before anybody counts as unreachable, wherever their ticket is closed (story 16)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from channels.contract import ChannelName
from feedback.desk import handling, outbound, replies, tasks, telling, unreachable
from feedback.errors import WrongState
from feedback.models.reply import Reply
from feedback.models.ticket import Outcome
from tests.feedback.desk.plans import TERMS, act, agreed, holders

NOON = datetime(2026, 11, 24, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "enough"),
    [
        ((), False),
        ((0, 3), False),
        ((0, 0, 0), False),
        ((0, 0.1, 0.2, 0.3), False),
        ((0, 1, 2), False),  # the second and third are one hour apart, so two count
        ((0, 1, 2, 3, 4), True),
        ((0, 2, 4), True),
        ((30, 0, 9), True),
    ],
)
def test_tries_count_when_they_lie_apart(hours, enough):
    assert unreachable.enough(NOON + timedelta(hours=one) for one in hours) is enough


def test_an_open_ticket_is_unreachable_after_three_tries_apart_and_not_before(desk):
    agent = desk.staff()
    ticket = desk.ticket(channel=ChannelName.HOTLINE, adapter="twilio-voice")
    desk.act(agent, ticket, replies.answer, "It is mended.")
    (reply,) = desk.rows(Reply)
    for hour in (0, 3, 6):
        with time_machine.travel(NOON + timedelta(hours=hour)):
            with pytest.raises(WrongState, match="three times"):
                desk.act(agent, ticket, handling.close, Outcome.UNREACHABLE)
            with pytest.raises(WrongState, match="three times"):
                desk.do(tasks.give_up, agent, reply.reference, Outcome.UNREACHABLE)
            desk.do(tasks.not_reached, agent, reply.reference)
    desk.act(agent, ticket, handling.close, Outcome.UNREACHABLE)
    assert desk.again(ticket).outcome is Outcome.UNREACHABLE


def test_a_sensitive_ticket_too(desk):
    focal = holders(desk)[0]
    ticket = desk.ticket("he follows me", tier="T3-G", sector="gbv")
    with time_machine.travel(NOON):
        agreed(desk, focal, ticket, TERMS, channels=("call",))
        reply = act(desk, focal, ticket, outbound.say, "Can you come on Sunday at ten?")
    for hour in (0, 1, 4, 8):
        with time_machine.travel(NOON + timedelta(hours=hour)):
            with pytest.raises(WrongState, match="three times"):
                act(desk, focal, ticket, handling.close, Outcome.UNREACHABLE)
            act(desk, focal, ticket, telling.tried, reply)
    act(desk, focal, ticket, handling.close, Outcome.UNREACHABLE)
    assert desk.again(ticket).outcome is Outcome.UNREACHABLE


def test_tries_of_another_ticket_do_not_count(desk):
    agent = desk.staff()
    ticket, other = (desk.ticket(channel=ChannelName.HOTLINE, adapter="twilio-voice") for _ in range(2))
    desk.act(agent, other, replies.answer, "It is mended.")
    for hour in (0, 3, 6):
        with time_machine.travel(NOON + timedelta(hours=hour)):
            desk.do(tasks.not_reached, agent, desk.rows(Reply)[0].reference)
    with pytest.raises(WrongState):
        desk.act(agent, ticket, handling.close, Outcome.UNREACHABLE)
