"""Triage: what the machine says is applied once, raises only, and gives way to people (decisions 5, 6, 12)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from channels.contract import ChannelName
from classifier.suggestion import UNREAD, Verdict
from feedback import clock
from feedback.desk import handling, inbox, reading, screening, search, triage, visibility
from feedback.desk.screening import Coding
from feedback.models.contact import Contact
from feedback.models.event import Event
from feedback.models.staff import Role
from feedback.models.ticket import RaisedBy, Status, Term, Ticket
from tests.factories import Desk, inbound, phone
from tests.feedback.desk.readings import read, suggestion


def _ticket(desk: Desk, id_: int) -> Ticket:
    (ticket,) = desk.rows(Ticket, Ticket.id == id_)
    return ticket


def test_what_is_surely_open_is_coded_routed_and_out_of_screening(desk: Desk) -> None:
    (id_,) = desk.hear(inbound("no water in camp 9"))
    read(desk, suggestion(tier="T1"))
    ticket = _ticket(desk, id_)
    assert (ticket.status, ticket.compartment, ticket.raised_by) == (Status.TRIAGED, None, None)
    assert (ticket.sector, ticket.subcategory, ticket.kind, ticket.tier) == ("wash", "no_water", "complaint", "T1")
    assert ticket.agency
    assert ticket.due_at == desk.parts.response.due("T1", ticket.created_at)


def test_what_is_surely_open_can_be_found_by_its_words_and_its_number_in_the_open(desk: Desk) -> None:
    sender = phone()
    (id_,) = desk.hear(inbound("the tubewell is broken", address=sender))
    read(desk, suggestion())
    (contact,) = desk.rows(Contact)
    assert contact.address_index == desk.parts.vault.address_index(None, sender)
    assert [one.id for one in desk.do(search.find, desk.staff(), "Tubewell BROKEN")] == [id_]


def test_what_is_open_but_of_unsure_sector_goes_to_everybody(desk: Desk) -> None:
    (id_,) = desk.hear(inbound("please help"))
    read(desk, suggestion(sector=None, subcategory=None))
    assert (_ticket(desk, id_).sector, _ticket(desk, id_).status) == (None, Status.TRIAGED)


@pytest.mark.parametrize("opinion", [suggestion(Verdict.UNSURE), UNREAD], ids=["unsure", "nothing at all"])
def test_what_is_unsure_waits_for_a_screener_as_it_came(desk: Desk, opinion: object) -> None:
    (id_,) = desk.hear(inbound("pani nai 3 din"))
    due = _ticket(desk, id_).due_at
    read(desk, opinion)  # type: ignore[arg-type]
    ticket = _ticket(desk, id_)
    assert (ticket.status, ticket.compartment, ticket.due_at) == (Status.NEW, "screening", due)
    assert (ticket.sector, ticket.tier, ticket.screened_at) == (None, None, None)
    assert ticket.read_at is not None
    assert desk.rows(Term) == []


def test_words_of_danger_put_an_unsure_one_before_the_others(desk: Desk) -> None:
    (id_,) = desk.hear(inbound("something"))
    read(desk, suggestion(Verdict.UNSURE, danger=("something",)))
    assert _ticket(desk, id_).danger_first


@pytest.mark.parametrize(
    ("tier", "compartment"),
    [
        ("T2-C", "conduct"), ("T2-P", "protection"), ("T3-G", "gbv"), ("T3-S", "psea"),
        ("T3-C", "child_protection"), ("T3-L", "protection"),
    ],
)  # fmt: skip
def test_what_is_sensitive_goes_behind_the_wall_of_its_tier(desk: Desk, tier: str, compartment: str) -> None:
    sender = phone()
    (id_,) = desk.hear(inbound("no light at the latrine, a man follows my sister", address=sender))
    read(desk, suggestion(Verdict.SENSITIVE, tier=tier, compartment=compartment, sector="wash"))
    ticket, (contact,) = _ticket(desk, id_), desk.rows(Contact)
    assert (ticket.compartment, ticket.tier, ticket.raised_by) == (compartment, tier, RaisedBy.MACHINE)
    assert ticket.status is Status.TRIAGED
    assert contact.address_index == desk.parts.vault.address_index(compartment, sender)
    assert desk.rows(Term) == []


def test_the_tier_decides_the_wall_and_not_the_classifier(desk: Desk) -> None:
    (id_,) = desk.hear(inbound("something"))
    read(desk, suggestion(Verdict.SENSITIVE, tier="T3-S", compartment="conduct"))
    assert _ticket(desk, id_).compartment == "psea"


def test_what_a_screener_did_meanwhile_stands(desk: Desk) -> None:
    calm, grave = desk.hear(inbound("one"), inbound("two"))
    with desk.at() as session:
        batch = triage.claim(session, 0, 1)
    screener = desk.screener()
    for id_, coding in ((calm, Coding(sector="health", tier="T0")), (grave, Coding(sector="gbv", tier="T3-G"))):
        desk.act(screener, _ticket(desk, id_), screening.screen, coding)
    opposite = {calm: suggestion(Verdict.SENSITIVE, tier="T3-S"), grave: suggestion(Verdict.OPEN)}
    with desk.at() as session:
        readings = triage.prepare(desk.parts.vault, batch, [opposite[one.ticket_id] for one in batch])
        triage.apply_many(session, readings)
    assert [(t.compartment, t.tier, t.sector) for t in (_ticket(desk, calm), _ticket(desk, grave))] == [
        (None, "T0", "health"), ("gbv", "T3-G", "gbv"),
    ]  # fmt: skip
    assert {ticket.read_at is None for ticket in desk.rows(Ticket)} == {False}


def test_what_staff_entered_as_open_is_raised_by_the_machine(desk: Desk) -> None:
    """Decision 12: staff code it, a machine may only raise it."""
    author = desk.staff(Role.VOLUNTEER)
    ticket = _entered(desk, author)
    read(desk, suggestion(Verdict.SENSITIVE))
    raised = desk.again(ticket)
    assert (raised.compartment, raised.raised_by, raised.tier) == ("gbv", RaisedBy.MACHINE, "T3-G")
    assert desk.rows(Term) == []


def test_what_staff_entered_is_not_coded_anew_when_the_machine_calls_it_open(desk: Desk) -> None:
    ticket = _entered(desk, desk.staff(Role.VOLUNTEER))
    read(desk, suggestion(Verdict.OPEN, sector="health", tier="T1"))
    assert (desk.again(ticket).sector, desk.again(ticket).tier) == ("wash", "T0")


def test_an_entered_ticket_that_was_closed_on_the_spot_is_opened_again_when_it_is_raised(desk: Desk) -> None:
    """Behind a wall and closed, nobody would ever look at it."""
    author = desk.staff(Role.VOLUNTEER)
    ticket = _entered(desk, author, answered="We will look at it.")
    assert desk.again(ticket).status is Status.CLOSED
    read(desk, suggestion(Verdict.SENSITIVE))
    focal = desk.staff(Role.FOCAL_POINT, clearances=["gbv"])
    rows, _ = desk.do(inbox.listed, focal, inbox.Which.SEALED)
    assert [row.reference for row in rows] == [ticket.reference]


def test_a_text_is_read_once(desk: Desk) -> None:
    desk.hear(inbound("one"))
    assert len(read(desk, suggestion(Verdict.UNSURE))) == 1
    assert read(desk, suggestion(Verdict.OPEN)) == []


def test_an_opinion_that_comes_twice_changes_nothing_the_second_time(desk: Desk) -> None:
    (id_,) = desk.hear(inbound("one"))
    with desk.at() as session:
        readings = triage.prepare(desk.parts.vault, triage.claim(session, 0, 1), [suggestion(Verdict.SENSITIVE)])
    for _ in range(2):
        with desk.at() as session:
            triage.apply_many(session, readings)
    assert len(desk.rows(Event, Event.ticket_id == id_)) == 2  # received, triaged


def test_what_one_lane_has_in_hand_no_other_takes_until_its_claim_runs_out(desk: Desk) -> None:
    desk.hear(inbound("one"))
    with desk.at() as session:
        assert len(triage.claim(session, 0, 1)) == 1
    with desk.at() as session:
        assert triage.claim(session, 0, 1) == []
        session.execute(sa.update(Ticket).values(claimed_until=clock.now() - timedelta(seconds=1)))
    with desk.at() as session:
        assert len(triage.claim(session, 0, 1)) == 1


def test_lanes_share_the_work_without_overlap(desk: Desk) -> None:
    ids = desk.hear(*[inbound(f"text {number}") for number in range(30)])
    taken = []
    for lane in range(3):
        with desk.at() as session:
            taken.append({one.ticket_id for one in triage.claim(session, lane, 3)})
    assert set().union(*taken) == set(ids)
    assert sum(map(len, taken)) == 30
    assert all(taken)


def test_danger_is_read_first_then_the_oldest(desk: Desk) -> None:
    now = clock.now()
    newer, older, danger = desk.hear(
        inbound("no water", received_at=now - timedelta(hours=1)),
        inbound("no lamp", received_at=now - timedelta(hours=2)),
        inbound("he raped my sister", received_at=now),
    )
    order = []
    for _ in range(3):
        with desk.at() as session:
            order += [one.ticket_id for one in triage.claim(session, 0, 1, limit=1)]
    assert order == [danger, older, newer]


def test_a_lane_reads_the_very_words_and_the_language_that_was_chosen(desk: Desk) -> None:
    desk.hear(inbound("পানি নাই", language="bn"))
    with desk.at() as session:
        (one,) = triage.claim(session, 0, 1)
    assert (one.text, one.language) == ("পানি নাই", "bn")
    assert "পানি" not in repr(one)


def test_what_was_chosen_is_not_overwritten_by_what_the_machine_thinks(desk: Desk) -> None:
    chosen, unknown = desk.hear(inbound("one", language="my"), inbound("two"))
    read(desk, suggestion(language="en"))
    assert (_ticket(desk, chosen).language, _ticket(desk, unknown).language) == ("my", "en")


def test_a_large_batch_is_written_in_short_transactions(desk: Desk) -> None:
    readings = list(range(triage.SLICE * 2 + 1))
    pieces = list(triage.slices(readings))  # type: ignore[arg-type]
    assert [len(piece) for piece in pieces] == [triage.SLICE, triage.SLICE, 1]
    assert [one for piece in pieces for one in piece] == readings


def test_an_opinion_is_kept_sealed_and_opens_for_who_may_see(desk: Desk) -> None:
    (id_,) = desk.hear(inbound("the tubewell is broken"))
    read(desk, suggestion(signals=("tubewell",)))
    ticket, agent = _ticket(desk, id_), desk.staff()
    assert b"tubewell" not in (ticket.suggestion or b"")
    suggested = desk.act(agent, ticket, reading.view).suggestion
    assert suggested is not None
    assert (suggested.sector, suggested.signals) == ("wash", ("tubewell",))


def test_each_opinion_leaves_one_event_of_codes(desk: Desk) -> None:
    opinions = {
        desk.hear(inbound("one"))[0]: suggestion(),
        desk.hear(inbound("two"))[0]: suggestion(Verdict.UNSURE),
        desk.hear(inbound("three"))[0]: suggestion(Verdict.SENSITIVE),
    }
    read(desk, opinions)
    events = desk.rows(Event, Event.actor == "part:triage")
    assert {(one.action, one.detail, one.wall) for one in events} == {
        ("triage", "wash T0", None), ("read", "en", "screening"), ("triage", "T3-G", "gbv"),
    }  # fmt: skip


def test_one_sensitive_text_of_a_batch_does_not_touch_the_others(desk: Desk) -> None:
    ids = desk.hear(*[inbound(f"text {number}") for number in range(5)])
    read(desk, {id_: suggestion(Verdict.SENSITIVE if id_ == ids[2] else Verdict.OPEN) for id_ in ids})
    assert desk.do(visibility.count, desk.staff()) == 4


def test_a_raised_ticket_is_out_of_the_sight_of_who_works_on_it(desk: Desk) -> None:
    ticket = _entered(desk, desk.staff(Role.VOLUNTEER))
    agent = desk.staff(Role.AGENT)
    desk.act(agent, ticket, handling.assign, to=agent)
    read(desk, suggestion(Verdict.SENSITIVE))
    with desk.at(staff=True) as session:
        assert visibility.count(session, agent) == 0


def _entered(desk: Desk, author: object, *, answered: str = "") -> Ticket:
    from feedback.desk import entry

    form = inbound("no light at the latrine", channel=ChannelName.IN_PERSON, adapter="in-person", address=None)
    desk.do(entry.enter, author, form, Coding(sector="wash", tier="T0"), answered=answered)
    (ticket,) = desk.rows(Ticket)
    return ticket
