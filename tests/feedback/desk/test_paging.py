"""Somebody is woken: who is called when, how it climbs, and that a call says nothing (I23, decision 12, story 5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from channels.contract import SendFailed
from feedback import clock
from feedback.desk import danger, handling, lowering, openings, paging, screening
from feedback.desk.visibility import seen
from feedback.models.event import Event
from feedback.models.review import Review, Verdict
from feedback.models.rota import Alarm, Call
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from tests.factories import Desk
from tests.feedback.desk.nights import LINK, Line, Night


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def night(desk: Desk, line: Line):
    with time_machine.travel("2026-11-27T23:40:00Z", tick=False) as clock_:  # a Friday night: clock hours count
        yield Night(desk, line, clock_)


@pytest.fixture
def psea(night: Night) -> list[Staff]:
    """Two focal points for psea, and somebody outside the office."""
    people = [night.desk.staff(Role.FOCAL_POINT, clearances=["psea"], agency=f"agency-{one}") for one in "ab"]
    for rung, (name, staff) in enumerate(zip(("first", "second"), people, strict=True), start=1):
        night.on_duty("psea", rung, name, staff)
    night.on_duty("psea", 3, "outside", None)
    return people


def screeners(night: Night) -> Staff:
    screener = night.desk.screener()
    night.on_duty("screening", 1, "screener", screener)
    return screener


def look_at(night: Night, staff: Staff, ticket: Ticket) -> None:
    """Open a sealed ticket, as its page does first."""
    night.desk.act(staff, ticket, lambda session, who, found: openings.opened(session, who, found))


def test_a_call_holds_the_same_words_for_everything_and_a_link_that_says_nothing(night: Night, psea: list[Staff]):
    screeners(night)
    night.desk.ticket("the guard asked for my daughter", tier="T3-S")
    night.desk.ticket("jolly pangolin wants to kill me", tier=None)
    with night.desk.at() as session:
        session.execute(sa.update(Ticket).where(Ticket.tier.is_(None)).values(danger_first=True))
    assert sorted(night.now()) == ["first", "screener"]
    texts = {one.text.split(LINK)[0] for one in night.line.texts}
    assert texts == {"1 item needs you. "}
    assert all(len(one.text.split(LINK)[1]) == 22 for one in night.line.texts)


@pytest.mark.parametrize("language", ["en", "bn", "my"])
def test_a_call_is_in_the_language_of_whoever_is_called(night: Night, language: str):
    focal = night.desk.staff(Role.FOCAL_POINT, clearances=["gbv"], language=language)
    night.on_duty("gbv", 1, "focal", focal)
    night.desk.ticket(tier="T3-G")
    night.now()
    assert night.line.texts[0].text.startswith(paging.TEXT[language].split(" {link}")[0])


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
    assert night.passes(4 * 60 - 1) == []
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
    assert night.passes(4 * 60 - 16) == []
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
    closed = night.desk.ticket(tier="T3-S")
    with night.desk.at() as session:
        session.execute(sa.update(Ticket).where(Ticket.id == closed.id).values(status="closed"))
    assert night.passes(90) == []


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


def test_what_can_not_be_sent_calls_the_next_rung_at_once(night: Night, psea: list[Staff]):
    night.desk.ticket(tier="T3-S")
    night.line.refuses = SendFailed("no credit", retry=False)
    assert night.now() == []
    night.line.refuses = None
    assert night.now() == ["second"]


def test_a_carrier_that_is_away_for_a_moment_is_tried_again(night: Night, psea: list[Staff]):
    night.desk.ticket(tier="T3-S")
    night.line.refuses = SendFailed("busy", retry=True)
    night.now()
    night.line.refuses = None
    assert night.passes(1) == ["first"]


def test_a_carrier_that_stays_away_does_not_fill_the_tables(night: Night, psea: list[Staff]):
    night.desk.ticket(tier="T3-S")
    night.line.refuses = SendFailed("no credit", retry=False)
    for _ in range(30):
        night.now()
    assert len(night.desk.rows(Call)) == 3


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


def test_the_word_of_a_link_confirms_once_and_only_for_a_day(night: Night, psea: list[Staff]):
    night.desk.ticket(tier="T3-S")
    night.now()
    word = night.line.texts[0].text.split(LINK)[1]
    confirm: Callable[[str], bool] = lambda said: night.desk.do(paging.confirm_by_word, said)  # noqa: E731
    assert not confirm("")
    assert not confirm(word[:-1])
    assert confirm(word)
    assert not confirm(word)
    assert night.passes(54) == []
    night.passes(20)
    late = night.line.texts[-1].text.split(LINK)[1]
    night._clock.shift(timedelta(hours=25))
    assert not confirm(late)


def test_the_database_holds_no_word_of_a_link(night: Night, psea: list[Staff]):
    night.desk.ticket(tier="T3-S")
    night.now()
    word = night.line.texts[0].text.split(LINK)[1]
    (kept,) = night.desk.rows(Call)
    assert word.encode() not in (kept.word or b"")
    assert len(kept.word or b"") == 32


def test_each_call_and_each_key_is_an_event_without_words(night: Night, psea: list[Staff]):
    night.desk.ticket(tier="T3-S")
    night.now()
    night.passes(1)
    night.desk.do(paging.confirm, psea[0])
    found = night.desk.rows(Event, Event.action.in_(("page", "page confirmed")))
    assert sorted((row.action, row.detail, row.actor) for row in found) == [
        ("page", "rung 1", "part:rota"),
        ("page confirmed", "rung 1", f"staff:{psea[0].id}"),
    ]


def test_what_was_done_without_consent_and_nobody_else_looked_at_in_a_day_calls_the_second_person(night: Night):
    officers = [night.desk.holder("protection", role=Role.DUTY_OFFICER) for _ in range(2)]
    for rung, officer in enumerate(officers, start=1):
        night.on_duty("protection", rung, f"officer {rung}", officer)
    night.on_duty("protection", 3, "outside", None)
    ticket = night.desk.ticket(tier="T3-L")
    look_at(night, officers[0], ticket)
    night.desk.act(officers[0], ticket, danger.place, "visit", "It is tonight.")
    assert night.passes(24 * 60 - 1) == []
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


def test_who_looks_already_before_the_call_went_out_is_not_called(night: Night, psea: list[Staff]):
    night.desk.ticket(tier="T3-S", sector="conduct")
    with night.desk.at() as session:
        assert paging.call(session) == 1
        assert paging.confirm(session, psea[0]) == 1
    with night.desk.at() as session:
        assert paging.claim(session, LINK) == []
        assert not session.scalars(sa.select(Call).where(Call.confirmed_at.is_(None))).all()


def test_a_carrier_that_stays_away_is_asked_three_times_for_each_call_then_the_next_rung_is_called(
    night: Night, psea: list[Staff]
):
    night.line.refuses = SendFailed("away", retry=True)
    night.desk.ticket(tier="T3-S", sector="conduct")
    night.passes(6)
    calls = {call.rung: call for call in night.desk.rows(Call)}
    assert (calls[1].tries, calls[1].failed_at is None) == (paging.TRIES, False)
    assert 2 in calls, "sooner than after the quarter of an hour of a rung"


def test_a_call_that_fails_after_they_said_that_they_look_calls_nobody_else(night: Night, psea: list[Staff]):
    night.desk.ticket(tier="T3-S", sector="conduct")
    with night.desk.at() as session:
        paging.call(session)
        (outgoing,) = paging.claim(session, LINK)
        paging.confirm(session, psea[0])
    with night.desk.at() as session:
        paging.failed(session, outgoing.call_id, retry=False)
    assert night.now() == []


def test_each_sees_and_answers_their_own_calls_alone(night: Night, psea: list[Staff]):
    night.desk.ticket(tier="T3-S", sector="conduct")
    assert night.now() == ["first"]
    with night.desk.at() as session:
        assert (len(paging.mine(session, psea[0])), paging.mine(session, psea[1])) == (1, [])
        assert paging.confirm(session, psea[1]) == 0


def test_somebody_outside_without_an_account_answers_by_the_link(night: Night, psea: list[Staff]):
    night.desk.ticket(tier="T3-S", sector="conduct")
    assert night.passes(31)[-1] == "outside"
    with night.desk.at() as session:
        assert paging.confirm_by_word(session, night.line.texts[-1].text.rpartition("/w/")[2])
    assert night.passes(10) == []
