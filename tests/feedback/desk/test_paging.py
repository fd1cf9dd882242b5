"""Somebody is woken: who is called when, and how it climbs (I23, decision 12, story 5)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from feedback import clock
from feedback.desk import danger, emergency, excluding, handling, lowering, paging, screening
from feedback.desk.visibility import seen
from feedback.models.event import Event
from feedback.models.review import Review, Verdict
from feedback.models.rota import Alarm
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from tests.feedback.desk.nights import Night, look_at, screeners


def test_what_is_unseen_at_one_hour_calls_the_next_in_the_chain_though_the_first_confirmed(
    night: Night, psea: list[Staff]
):
    """Story 5: in clock hours, over Friday and Saturday."""
    night.desk.ticket(tier="T3-S")
    assert night.now() == ["first"]
    night.passes(4)
    night.desk.do(paging.confirm, psea[0])
    assert night.passes(54) == []
    assert night.passes(3) == ["second"]


def test_what_has_been_looked_at_calls_nobody_any_more(night: Night, psea: list[Staff]):
    ticket = night.desk.ticket(tier="T3-S")
    night.now()
    look_at(night, psea[0], ticket)
    assert night.passes(120) == []
    assert night.desk.rows(Alarm) == []


def test_what_its_first_reader_passed_on_calls_somebody_else(night: Night, psea: list[Staff]):
    ticket = night.desk.ticket(tier="T3-S")
    look_at(night, psea[0], ticket)
    night.desk.act(psea[0], ticket, excluding.pass_on)
    assert night.now() == ["second"]


def test_who_does_not_confirm_is_followed_by_the_next_rung_and_at_last_by_somebody_outside(
    night: Night, psea: list[Staff]
):
    night.desk.ticket(tier="T3-S")
    assert night.now() == ["first"]
    assert night.passes(14) == []
    assert night.passes(1) == ["second"]
    assert night.passes(15) == ["outside"]
    assert night.passes(15) == ["outside"]


def test_danger_to_life_climbs_after_five_minutes(night: Night):
    officers = [night.desk.staff(Role.DUTY_OFFICER, clearances=["protection"]) for _ in range(2)]
    for rung, officer in enumerate(officers, start=1):
        night.on_duty("protection", rung, f"officer {rung}", officer)
    night.desk.ticket(tier="T3-L")
    assert night.now() == ["officer 1"]
    assert night.passes(4) == []
    assert night.passes(1) == ["officer 2"]


def test_what_is_sensitive_and_not_urgent_calls_when_its_first_look_is_past_due(night: Night):
    night.on_duty("conduct", 1, "lead", night.desk.staff(Role.FOCAL_POINT, clearances=["conduct"]))
    night.desk.ticket(tier="T2-C")
    assert night.passes(4 * 60 - 1, every=10) == []
    assert night.passes(1) == ["lead"]


def test_danger_in_screening_calls_at_once_what_is_read_after_its_deadline_what_is_unread_after_a_quarter(night: Night):
    screener = screeners(night)
    night.desk.ticket("read and waiting", tier=None)
    with night.desk.at() as session:
        session.execute(sa.update(Ticket).values(read_at=clock.now()))
    night.desk.ticket("unread", tier=None)
    assert night.passes(14) == []
    assert night.passes(1) == ["screener"]
    night.desk.do(paging.confirm, screener)
    unread = night.desk.rows(Ticket, Ticket.read_at.is_(None))[0]
    night.desk.act(screener, unread, screening.screen, screening.Coding(sector="wash", tier="T0"))
    assert night.passes(4 * 60 - 16, every=10) == []
    assert night.passes(1) == ["screener"]


@pytest.mark.parametrize(("sector", "subcategory"), [("health", "outbreak"), ("shelter_nfi", "loss")])
def test_one_sign_of_an_outbreak_fire_or_flood_calls_somebody_at_once_until_it_is_taken(
    night: Night, sector: str, subcategory: str
):
    """R25: these alert at one."""
    screeners(night)
    night.on_duty("screening", 2, "outside", None)
    ticket = night.desk.ticket("many are ill", tier="T1", sector=sector, subcategory=subcategory)
    assert night.now() == ["screener"]
    assert night.passes(15) == ["outside"]
    agent = night.desk.staff(Role.AGENT)
    night.desk.act(agent, ticket, handling.assign, to=agent)
    assert night.passes(90) == []
    assert night.desk.rows(Alarm) == []


def test_what_is_urgent_and_no_such_sign_calls_nobody(night: Night):
    screeners(night)
    night.desk.ticket(tier="T1", sector="health", subcategory="medicine")
    assert night.passes(90) == []


@pytest.mark.parametrize("tier", ["T0", "T1"])
def test_what_is_open_or_closed_calls_nobody(night: Night, psea: list[Staff], tier: str):
    night.desk.ticket(tier=tier)
    screeners(night)
    closed, put_away = night.desk.ticket(tier="T3-S"), night.desk.ticket(tier=None)
    with night.desk.at() as session:
        both = Ticket.id.in_((closed.id, put_away.id))
        session.execute(sa.update(Ticket).where(both).values(status="closed", danger_first=True))
    assert night.passes(90) == []


@pytest.mark.parametrize(("status", "called"), [("triaged", ["first"]), ("closed", [])])
def test_a_wish_to_be_let_in_calls_somebody_unless_the_ticket_is_closed(
    night: Night, psea: list[Staff], status: str, called: list[str]
):
    ticket = night.desk.ticket(tier="T3-S")
    look_at(night, psea[0], ticket)
    night.desk.do(emergency.ask, night.desk.staff(Role.DUTY_OFFICER), ticket.code, "She is in the hospital.")
    with night.desk.at() as session:
        session.execute(sa.update(Ticket).where(Ticket.id == ticket.id).values(status=status))
    assert night.now() == called


def test_the_accused_and_their_agency_are_never_called(night: Night, psea: list[Staff]):
    night.desk.ticket(tier="T3-S", subject=psea[0].agency)
    assert night.now() == ["second"]
    night.desk.ticket(tier="T3-S", subject_staff=psea[1].id)
    assert night.now() == ["first"]


def test_a_key_of_the_accused_stops_no_call_for_the_ticket_about_them(night: Night, psea: list[Staff]):
    night.desk.ticket(tier="T3-S", subject=psea[0].agency)
    night.desk.ticket(tier="T3-S")
    assert sorted(night.now()) == ["first", "second"]
    night.desk.do(paging.confirm, psea[0])
    assert night.passes(15) == ["outside"]


def test_ten_things_at_once_are_one_call(night: Night, psea: list[Staff]):
    for _ in range(10):
        night.desk.ticket(tier="T3-S")
    assert night.now() == ["first"]
    night.desk.ticket(tier="T3-S")
    assert night.passes(10) == []
    assert len(night.desk.rows(Event, Event.action == "page")) == 11


def test_who_has_just_confirmed_is_called_again_only_after_a_while(night: Night, psea: list[Staff]):
    night.desk.ticket(tier="T3-S")
    night.now()
    night.passes(1)
    night.desk.do(paging.confirm, psea[0])
    night.desk.ticket(tier="T3-S")
    assert night.passes(3) == []
    assert night.passes(2) == ["first"]


def test_where_nobody_is_on_duty_that_is_written_down(night: Night):
    night.desk.ticket(tier="T3-S")
    assert night.passes(5) == []
    assert len(night.desk.rows(Event, Event.action == "page nobody")) == 1


def test_a_ticket_that_is_raised_again_is_unseen_behind_its_new_wall(night: Night, psea: list[Staff]):
    lead = night.desk.staff(Role.FOCAL_POINT, clearances=["conduct"])
    ticket = night.desk.ticket(tier="T2-C")
    look_at(night, lead, ticket)
    assert night.now() == []
    night.desk.act(lead, ticket, screening.raise_, "T3-S")
    assert night.now() == ["first"]


def test_what_was_done_without_consent_and_nobody_else_looked_at_in_a_day_calls_the_second_person(night: Night):
    officers = [night.desk.holder("protection", role=Role.DUTY_OFFICER) for _ in range(2)]
    for rung, officer in enumerate(officers, start=1):
        night.on_duty("protection", rung, f"officer {rung}", officer)
    night.on_duty("protection", 3, "outside", None)
    ticket = night.desk.ticket(tier="T3-L")
    look_at(night, officers[0], ticket)
    night.desk.act(officers[0], ticket, danger.place, "visit", "It is tonight.")
    assert night.passes(24 * 60 - 1, every=30) == []
    assert night.passes(1) == ["officer 2"]  # never the one whose doing it is
    assert night.passes(14) == []
    assert night.passes(1) == ["outside"]
    with night.desk.at(staff=True) as session:
        review = session.scalars(seen(sa.select(Review))).one()
        lowering.decide(session, officers[1], review.reference, Verdict.RIGHT)
    assert night.passes(60) == []


@pytest.mark.parametrize("written", ["rhg-Latn", "rhg"])
def test_of_those_on_the_same_rung_who_speaks_the_language_is_called_first(night: Night, written: str):
    first, second = (night.desk.staff(Role.FOCAL_POINT, clearances=["protection"]) for _ in range(2))
    night.on_duty("protection", 1, "first", first, "bn")
    night.on_duty("protection", 1, "second", second, written, "bn")
    night.desk.ticket("he will kill me", tier="T3-L", sector="protection", language="rhg-Latn")
    assert night.passes(1) == ["second"]
