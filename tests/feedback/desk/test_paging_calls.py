"""A call says nothing, is answered by its link or on the page, and a carrier that is away wakes the next (I23, decision 12)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from channels.contract import SendFailed
from feedback.desk import paging
from feedback.models.event import Event
from feedback.models.rota import Call
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from tests.feedback.desk.nights import LINK, Night, screeners


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
