"""What a sweep puts away, each through its own verb: what was lent, who was let in, which numbers were asked something."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from feedback import clock
from feedback.desk import emergency, excluding, lendable, lending, outbound, referring
from feedback.models.asked import Asked, Perhaps
from feedback.models.lent import Lent
from feedback.models.referral import Referral
from feedback.models.reply import Purpose
from feedback.models.review import Access
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket, TicketKey
from feedback.wiring import Parts
from tests.factories import Desk, inbound, phone
from tests.feedback.desk.plans import act, agreed, holders
from workers.sweep import sweep


@pytest.fixture
def focal(desk: Desk) -> Staff:
    return holders(desk)[0]


def _lent(desk: Desk, focal: Staff, ticket: Ticket) -> None:
    person = desk.holder("none", role=Role.INTERPRETER)

    def lend(session, staff, found):
        return lending.lend(session, staff, found, lendable.items(session, staff, found)[0].key, person.reference)

    act(desk, focal, ticket, lend)


def _asked(desk: Desk, focal: Staff, ticket: Ticket, number: str) -> None:
    agreed(desk, focal, ticket)
    act(desk, focal, ticket, outbound.say, "Can you come on Sunday?", purpose=Purpose.QUESTION)
    desk.hear(inbound("yes", address=number))


def test_what_has_had_its_time_is_put_away(desk: Desk, parts: Parts, focal: Staff) -> None:
    ticket = desk.ticket("he follows me", tier="T3-G", sector="gbv", address=(number := phone()), language="en")
    _lent(desk, focal, ticket)
    _asked(desk, focal, ticket, number)
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=True):
        sweep(parts, 0)
    assert (len(desk.rows(Asked)), len(desk.rows(Perhaps)), desk.rows(Lent)[0].ended_at) == (1, 1, None)
    with time_machine.travel(clock.now() + timedelta(days=16), tick=True):
        sweep(parts, 0)
    assert (desk.rows(Asked), desk.rows(Perhaps)) == ([], [])
    assert desk.rows(Lent)[0].words is None


def test_who_was_let_in_for_a_while_holds_no_key_afterwards(desk: Desk, parts: Parts, focal: Staff) -> None:
    ticket = desk.ticket("he follows me", tier="T3-G", sector="gbv")
    officer = desk.holder("none", role=Role.DUTY_OFFICER)
    desk.do(emergency.ask, officer, ticket.code, "she stands outside")
    (asked,) = desk.rows(Access)
    act(desk, focal, ticket, lambda session, staff, _: emergency.grant(session, staff, asked.reference, hours=4))
    assert desk.rows(TicketKey, TicketKey.recipient == f"s:{officer.id}")
    with time_machine.travel(clock.now() + timedelta(days=2), tick=True):
        sweep(parts, 0)
    assert desk.rows(TicketKey, TicketKey.recipient == f"s:{officer.id}") == []


def test_what_an_investigation_unit_did_not_open_in_time_is_deleted(desk: Desk, parts: Parts) -> None:
    lead = holders(desk, "psea", agency="myna")[0]
    ticket = desk.ticket("he asks for favours", tier="T3-S", sector="conduct")
    act(desk, lead, ticket, excluding.name, agency="heron")
    act(desk, lead, ticket, referring.address, "A distributor is accused.", to="heron", shows="nobody")
    sweep(parts, 0)
    assert len(desk.rows(Referral)) == 1
    with time_machine.travel(clock.now() + referring.FOR, tick=True):
        sweep(parts, 0)
    assert desk.rows(Referral) == []
