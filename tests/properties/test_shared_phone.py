"""One phone, many people: no sequence of texts, questions, walls and codes joins what may not be joined (D10, I7)."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from feedback.desk import codes, intake, replies, screening, visibility
from feedback.desk.screening import Coding
from feedback.models.message import Message
from feedback.models.reply import Purpose, ReplyState
from feedback.models.staff import Role
from feedback.models.ticket import Outcome, Status, Ticket
from tests.factories import Desk, inbound, phone
from tests.trials import trials

NOON = datetime(2026, 3, 4, 6, 0, tzinfo=UTC)
STEPS = 50


class SharedPhone:
    """A household's phone and a desk. Each step is one thing that somebody does; what may join is worked out beside it."""

    def __init__(self, desk: Desk, dice: random.Random, time: time_machine.Coordinates) -> None:
        self.desk, self.dice, self.time, self.now = desk, dice, time, NOON
        self.agent, self.screener = desk.staff(), desk.screener()
        self.numbers = (phone(), phone())
        self.said_on: dict[int, int] = {}  # message → the ticket that it opened
        self.grave_tickets: set[int] = set()

    def step(self) -> None:
        self.now += timedelta(minutes=self.dice.choice((1, 30, 600, 3000)))
        self.time.move_to(self.now)
        self.dice.choice((self.text, self.text, self.text, self.grave, self.coded, self.ask, self.answer, self.wall))()

    def text(self, words: str = "no water") -> None:
        (ticket,) = self._hear(words)
        self._screen(ticket, "T0")

    def grave(self) -> None:
        (ticket,) = self._hear("a man follows my sister")
        self._screen(ticket, "T3-G")

    def coded(self) -> None:
        known = self._tickets()
        if known:
            self.text(f"about {codes.spoken(self.dice.choice(known).code or codes.new())}: still no water")

    def ask(self) -> None:
        if open_ := [one for one in self._tickets() if one.compartment is None and one.status is not Status.CLOSED]:
            ticket = self.dice.choice(open_)
            self.desk.act(self.agent, ticket, replies.answer, "Which block?", purpose=Purpose.QUESTION)

    def answer(self) -> None:
        if open_ := [one for one in self._tickets() if one.compartment is None and one.status is not Status.CLOSED]:
            self.desk.act(self.agent, self.dice.choice(open_), replies.answer, "The tap is mended.")

    def wall(self) -> None:
        if open_ := [one for one in self._tickets() if one.compartment is None]:
            ticket = self.dice.choice(open_)
            self.desk.act(self.agent, ticket, screening.raise_, self.dice.choice(("T3-G", "T2-C")))

    def check(self) -> None:
        """Nothing of the two sides is in one place, and every joining has a reason."""
        tickets = {one.id: one for one in self.desk.rows(Ticket)}
        for message in self.desk.rows(Message):
            opened, stands = tickets[self.said_on[message.id]], tickets[message.ticket_id]
            if opened is not stands:
                assert opened.outcome is Outcome.JOINED
                assert opened.may_answer == stands.id
                assert opened.compartment in (None, stands.compartment)  # raised later, its shell goes along
        for ticket in tickets.values():
            texts = self.desk.rows(Message, Message.ticket_id == ticket.id)
            grave = {self.said_on[one.id] in self.grave_tickets for one in texts}
            assert len(grave) <= 1, "a disclosure and an ordinary text stand in one ticket"

    def _hear(self, words: str) -> list[Ticket]:
        with self.desk.at() as session:
            (received,) = intake.receive(
                session, [inbound(words, address=self.dice.choice(self.numbers), received_at=self.now)]
            )
        (message,) = self.desk.rows(Message, Message.ticket_id == received.ticket_id)
        self.said_on[message.id] = received.ticket_id
        return list(self.desk.rows(Ticket, Ticket.id == received.ticket_id))

    def _screen(self, ticket: Ticket, tier: str) -> None:
        if tier != "T0":
            self.grave_tickets.add(ticket.id)
        self.desk.act(self.screener, ticket, screening.screen, Coding(sector="wash", tier=tier))

    def _tickets(self) -> list[Ticket]:
        return [one for one in self.desk.rows(Ticket) if one.joined_to is None]


@pytest.mark.plan("D10")
@pytest.mark.parametrize("seed", range(trials(default=4, release=250)))
def test_no_order_of_steps_joins_two_people(desk: Desk, seed: int) -> None:
    with time_machine.travel(NOON, tick=False) as time:
        house = SharedPhone(desk, random.Random(seed), time)
        for _ in range(STEPS):
            house.step()
        house.check()
    joined = [one for one in desk.rows(Ticket) if one.outcome is Outcome.JOINED]
    assert joined or seed, "the first seed must join something, or the check above proves nothing"


def test_a_husband_who_writes_later_sees_nothing_of_his_wifes_text(desk: Desk) -> None:
    shared = phone()
    (hers,) = desk.hear(inbound("a man follows my sister", address=shared))
    (first,) = desk.rows(Ticket, Ticket.id == hers)
    desk.act(desk.screener(), first, screening.screen, Coding(sector="gbv", tier="T3-G"))
    his = desk.ticket("where is the rice", address=shared)
    assert his.may_answer is None
    agent = desk.staff(Role.AGENT)
    with desk.at(staff=True) as session:
        found = visibility.find_ticket(session, agent, his.reference)
        assert found.id == his.id
    reply = desk.act(agent, his, replies.answer, "On Sunday.")
    assert reply.state is ReplyState.QUEUED
