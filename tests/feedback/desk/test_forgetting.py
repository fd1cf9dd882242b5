"""Forgetting: what has had its time goes, what is open or held stays, and a wrong clock does no harm."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from feedback import clock
from feedback.desk import forgetting, handling, search, visibility
from feedback.errors import NotFound
from feedback.models.contact import Contact
from feedback.models.event import Event
from feedback.models.message import Message
from feedback.models.reply import Note
from feedback.models.staff import Role
from feedback.models.ticket import Outcome, Term, Ticket, TicketKey
from tests.factories import Desk


def closed(desk: Desk, *, tier: str = "T0", sector: str = "wash", days_ago: int = 0, held: bool = False) -> Ticket:
    """A ticket that was closed so many days ago."""
    ticket = desk.ticket("canary words", tier=tier, sector=sector)
    agent = desk.staff(Role.FOCAL_POINT, clearances=[ticket.compartment] if ticket.compartment else [])
    desk.act(agent, ticket, handling.note, "canary note")
    desk.act(agent, ticket, handling.close, Outcome.INFORMED)
    with desk.at() as session:
        row = session.scalars(sa.select(Ticket).where(Ticket.id == ticket.id)).one()
        row.closed_at, row.held = clock.now() - timedelta(days=days_ago), held
    return ticket


def run(desk: Desk) -> int:
    with desk.at() as session:
        return forgetting.run(session)


@pytest.mark.parametrize(
    ("tier", "sector", "days", "stripped", "forgotten"),
    [
        ("T0", "wash", 179, False, False),
        ("T0", "wash", 181, True, False),
        ("T2-C", "conduct", 364, False, False),
        ("T2-C", "conduct", 366, True, True),
        ("T3-G", "gbv", 29, False, False),
        ("T3-G", "gbv", 31, True, True),
        ("T3-S", "conduct", 2000, False, False),
    ],
)
def test_each_tier_has_its_time(desk: Desk, tier: str, sector: str, days: int, stripped: bool, forgotten: bool) -> None:
    ticket = closed(desk, tier=tier, sector=sector, days_ago=days)
    run(desk)
    row = desk.again(ticket)
    assert (row.stripped_at is not None, row.forgotten_at is not None) == (stripped, forgotten)


def test_a_forgotten_ticket_keeps_its_codes_and_nothing_else(desk: Desk) -> None:
    ticket = closed(desk, tier="T3-G", sector="gbv", days_ago=31)
    run(desk)
    row = desk.again(ticket)
    assert (row.sector, row.tier, row.outcome) == ("gbv", "T3-G", Outcome.INFORMED)
    assert (row.code, row.title, row.facts, row.suggestion) == (None, None, None, None)
    for table in (Contact, Note, TicketKey, Term):
        assert desk.rows(table) == []
    (message,) = desk.rows(Message)
    assert (message.words, message.raw) == (None, None)


def test_a_stripped_ticket_keeps_its_words_but_not_who_said_them(desk: Desk) -> None:
    closed(desk, days_ago=181)
    run(desk)
    (message,) = desk.rows(Message)
    assert (message.words is not None, message.raw, desk.rows(Contact)) == (True, None, [])


def test_a_forgotten_ticket_is_not_found_any_more(desk: Desk) -> None:
    ticket = closed(desk, tier="T2-C", sector="conduct", days_ago=366)
    focal = desk.staff(Role.FOCAL_POINT, clearances=["conduct"])
    run(desk)
    with desk.at(staff=True) as session:
        assert search.find(session, focal, "canary") == []
        with pytest.raises(NotFound):
            visibility.find_ticket(session, focal, ticket.reference)


def test_what_is_held_or_open_stays(desk: Desk) -> None:
    held = closed(desk, tier="T3-G", sector="gbv", days_ago=400, held=True)
    open_ = desk.ticket("canary", tier="T3-G", sector="gbv")
    with time_machine.travel(clock.now() + timedelta(days=400), tick=False):
        desk.ticket("newest")
        run(desk)
    assert desk.again(held).forgotten_at is None
    assert desk.again(open_).forgotten_at is None


def test_a_clock_that_stands_before_what_it_has_seen_forgets_nothing(desk: Desk) -> None:
    ticket = closed(desk, tier="T3-G", sector="gbv", days_ago=31)
    with time_machine.travel(clock.now() - timedelta(hours=2), tick=False):
        assert run(desk) == 0
    assert desk.again(ticket).forgotten_at is None


def test_a_clock_that_runs_away_forgets_no_more_than_a_bounded_number(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "FEWEST", 2)
    for _ in range(4):
        closed(desk, tier="T3-G", sector="gbv", days_ago=31)
    assert run(desk) == 2


def test_forgetting_is_an_event_without_words(desk: Desk) -> None:
    ticket = closed(desk, tier="T3-G", sector="gbv", days_ago=31)
    run(desk)
    actions = [event.action for event in desk.rows(Event, Event.ticket_id == ticket.id)]
    assert actions[-2:] == ["strip", "forget"]
