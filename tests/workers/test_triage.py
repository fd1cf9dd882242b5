"""The triage job: reads what waits with the shipped classifier, in every lane, until nothing waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from feedback import clock, wiring
from feedback.desk import triage, visibility
from feedback.models.ticket import Status, Ticket
from feedback.queue import EVERY, Kind
from tests.factories import Desk, inbound
from workers.triage import triage_lane


def test_what_waits_is_read_and_what_tells_of_violence_is_behind_a_wall(desk: Desk, parts: wiring.Parts) -> None:
    """Story 3: nothing of it is left for who works on water."""
    grave, unclear = desk.hear(
        inbound("latrine no light, a man follows my sister and raped her"), inbound("camp 9 block C pani nai 3 din")
    )
    triage_lane(parts, 0)
    tickets = {ticket.id: ticket for ticket in desk.rows(Ticket)}
    assert tickets[grave].compartment == "gbv"
    assert tickets[unclear].compartment == "screening"  # no claim for romanised Rohingya
    assert all(ticket.read_at for ticket in tickets.values())
    assert desk.do(visibility.count, desk.staff()) == 0


def test_a_lane_leaves_the_others_their_share(desk: Desk, parts: wiring.Parts) -> None:
    ids = desk.hear(*[inbound(f"text {number}") for number in range(12)])
    shared = replace(parts, settings=replace(parts.settings, lanes=2))
    triage_lane(shared, 0)
    assert {t.id for t in desk.rows(Ticket, Ticket.read_at.is_not(None))} == {id_ for id_ in ids if id_ % 2 == 0}
    triage_lane(shared, 1)
    assert desk.rows(Ticket, Ticket.read_at.is_(None)) == []


def test_what_a_killed_worker_had_in_hand_is_read_within_the_minute(desk: Desk, parts: wiring.Parts) -> None:
    """I23. Without another nudge the lane is asked for each half minute: the last such round before the minute is over."""
    desk.hear(*[inbound(f"text {number}") for number in range(3)])
    with desk.at() as session:
        assert len(triage.claim(session, 0, 1)) == 3  # and then it was killed
    last_round = timedelta(seconds=59) - EVERY[Kind.TRIAGE]
    with time_machine.travel(clock.now() + last_round, tick=False):
        triage_lane(parts, 0)
    assert desk.rows(Ticket, Ticket.read_at.is_(None)) == []


def test_where_nothing_waits_nothing_happens(desk: Desk, parts: wiring.Parts) -> None:
    triage_lane(parts, 0)
    assert desk.rows(Ticket) == []


def test_when_the_classifier_can_not_read_people_do(
    desk: Desk, parts: wiring.Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I22: a fault of the classifier lets nothing through."""

    def broken(*_: object) -> object:
        raise RuntimeError

    monkeypatch.setattr("classifier.suggest.load", broken)
    desk.hear(inbound("no water in camp 9"))
    triage_lane(parts, 0)
    (ticket,) = desk.rows(Ticket)
    assert (ticket.status, ticket.compartment) == (Status.NEW, "screening")
