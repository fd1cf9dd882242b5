"""Story 16: an answer that does not arrive is not told; it is tried again, then told by hand, and only then given up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from channels.sandbox.faults import Fault, FaultKind
from feedback import clock
from feedback.models.reply import Reply, ReplyState
from feedback.models.staff import Role
from feedback.models.ticket import Outcome, Status, Ticket
from tests.journeys.conftest import Town, until
from tests.journeys.person import Person
from workers import sweep

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NUMBER, ANSWER = "+8801711000016", "The tap is mended since this morning."


@pytest.fixture
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(clock.now(), tick=True) as moment:
        yield moment


def answered(town: Town, agent: Person) -> Ticket:
    """An open ticket whose answer is due now."""
    ticket = town.desk.ticket("no water in camp 9", address=NUMBER)
    agent.press(f"/tickets/{ticket.reference}/answer", text=ANSWER)
    return ticket


def pass_time(moment: time_machine.Traveller, town: Town, *people: Person, **more: float) -> None:
    moment.shift(timedelta(**more))
    for person in people:
        town.desk.enter(person.client, person.staff)


def test_a_phone_that_stays_off_is_tried_again_then_called_three_times_and_only_then_unreachable(
    town: Town, moment: time_machine.Traveller
) -> None:
    agent = town.person(Role.AGENT)
    ticket = answered(town, agent)
    town.phone.switch_off(NUMBER, code=30003)

    for tries in range(1, 5):  # once, and three times more within ten minutes
        pass_time(moment, town, agent, minutes=2 if tries < 4 else 3.5)
        town.send()
        until(lambda tries=tries: _reply(town).tries == tries and _reply(town).state is not ReplyState.SENDING)
        until(lambda: _reply(town).state in (ReplyState.QUEUED, ReplyState.FAILED))
        assert town.desk.again(ticket).outcome is None  # never "told"
    assert _reply(town).state is ReplyState.FAILED
    assert town.phone.inbox(NUMBER) == []

    task = f"/calls/{_reply(town).reference}"
    assert ANSWER in agent.read("/calls")
    for _ in range(3):
        assert agent.client.post(task, data={"outcome": "unreachable"}).status_code == 409  # not yet
        agent.press(task, outcome="not_reached")
        pass_time(moment, town, agent, hours=3)
    agent.press(task, outcome="unreachable")
    row = town.desk.again(ticket)
    assert (row.status, row.outcome) == (Status.CLOSED, Outcome.UNREACHABLE)


def test_a_call_that_reaches_them_in_time_closes_the_loop(town: Town) -> None:
    agent = town.person(Role.AGENT)
    ticket = answered(town, agent)
    town.phone.switch_off(NUMBER, code=30005)
    _due(town)
    town.send()
    until(lambda: _reply(town).state is ReplyState.FAILED)

    agent.press(f"/calls/{_reply(town).reference}", outcome="told")

    row = town.desk.again(ticket)
    assert (row.status, row.outcome) == (Status.CLOSED, Outcome.TOLD)


def test_a_send_whose_end_is_not_known_is_never_sent_again_by_itself(town: Town) -> None:
    agent = town.person(Role.AGENT)
    answered(town, agent)
    town.phone.expect([Fault(FaultKind.LOST_ANSWER), Fault(FaultKind.NO_RECEIPTS)])
    _due(town)
    town.send()
    assert _reply(town).state is ReplyState.UNKNOWN

    for _ in range(3):
        town.send()
        sweep.sweep(town.house.parts, 0)

    assert _reply(town).state is ReplyState.SENT  # looked up, and found there
    assert [text.body for text in town.phone.inbox(NUMBER)] == [ANSWER]


def _reply(town: Town) -> Reply:
    (reply,) = town.desk.rows(Reply)
    return reply


def _due(town: Town) -> None:
    with town.desk.at() as session:
        session.get_one(Reply, _reply(town).id).not_before = clock.now()
