"""Wishes to be called back: one a number, in hours, never for a number that wants nothing from us."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine

from feedback import clock, wiring
from feedback.desk import callbacks, placing, silence
from feedback.errors import NotAllowed, WrongState
from feedback.models.call import BackOutcome, CallBack, LineCall
from feedback.models.event import Event
from feedback.models.staff import Role
from feedback.models.ticket import Ticket, TicketKey
from feedback.seal.keyfile import DeskKeys
from tests import factories
from tests.factories import Desk, phone

NOON = datetime(2026, 11, 24, 6, tzinfo=UTC)  # twelve in Dhaka, in hours


@pytest.fixture(autouse=True)
def _in_hours() -> Iterator[None]:
    with time_machine.travel(NOON, tick=True):
        yield


def ask(desk: Desk, number: str | None, **more: object) -> None:
    with desk.at() as session:
        callbacks.ask(session, adapter="twilio-voice", address=number, call="ref", **more)  # type: ignore[arg-type]


def test_five_calls_of_one_number_are_one_wish(desk: Desk) -> None:
    number = phone()
    for _ in range(5):
        ask(desk, number)
    (row,) = desk.rows(CallBack)
    assert row.times == 5


def test_a_number_stands_nowhere_in_the_open_and_its_key_goes_when_the_wish_ends(desk: Desk) -> None:
    number, screener = phone(), desk.screener()
    ask(desk, number)
    (row,) = desk.rows(CallBack)
    assert number.encode() not in (row.address or b"")
    assert number not in [one.address for one in desk.do(callbacks.waiting, screener)]
    with desk.at() as session:
        callbacks.talked(session, screener, row.id)
    (row,) = desk.rows(CallBack)
    assert (row.outcome, row.address) == (BackOutcome.TALKED, None)
    assert not desk.rows(TicketKey)


def test_a_number_that_rang_before_the_desks_key_was_renewed_has_one_wish(
    database_url: str, tmp_path: Path, token_file: Path
) -> None:
    """Its index of before counts until all of them have followed."""
    path, number = tmp_path / "own.keys", phone()
    DeskKeys.create(path)
    parts = wiring.live(factories.settings(database_url, path, token_file))
    desk = Desk(parts)
    ask(desk, number)
    DeskKeys.renew_desk(path)
    parts.vault._read_at = float("-inf")
    ask(desk, number)
    assert [row.times for row in desk.rows(CallBack)] == [2]
    parts.close()


def test_a_silent_number_goes_to_screening_once_and_is_never_called(desk: Desk) -> None:
    number, screener = phone(), desk.screener()
    with desk.at() as session:
        silence.mark(session, number, clock.now())
    for _ in range(5):
        ask(desk, number)
    (ticket,) = desk.rows(Ticket)
    assert ticket.compartment == "screening"
    assert not desk.do(callbacks.waiting, screener)


def test_a_number_that_went_silent_after_we_talked_that_day_is_not_heard_of_twice(desk: Desk) -> None:
    number, screener = phone(), desk.screener()
    ask(desk, number)
    desk.do(callbacks.unwished, screener, desk.rows(CallBack)[0].reference)
    ask(desk, number)
    assert desk.rows(Ticket) == []
    with time_machine.travel(NOON + timedelta(days=2)):
        ask(desk, number)
        ask(desk, number)
    assert [ticket.compartment for ticket in desk.rows(Ticket)] == ["screening"]


def test_the_language_of_a_later_call_is_learned_and_the_first_one_kept(desk: Desk) -> None:
    number = phone()
    for language in (None, "bn", "my"):
        ask(desk, number, language=language)
    assert [row.language for row in desk.rows(CallBack)] == ["bn"]


def test_a_number_that_goes_silent_later_is_not_called(desk: Desk) -> None:
    number, screener = phone(), desk.screener()
    ask(desk, number)
    with desk.at() as session:
        silence.mark(session, number, clock.now())
    with pytest.raises(WrongState, match="nothing from us"):
        desk.do(placing.call_back, screener, desk.rows(CallBack)[0].reference)


def test_a_withheld_number_leaves_no_wish(desk: Desk) -> None:
    ask(desk, None)
    assert not desk.rows(CallBack)


def test_nobody_is_called_out_of_hours(desk: Desk) -> None:
    screener = desk.screener()
    ask(desk, phone())
    reference = desk.rows(CallBack)[0].reference
    with time_machine.travel(NOON + timedelta(hours=8)), pytest.raises(WrongState, match="in hours"):
        desk.do(placing.call_back, screener, reference)
    assert not desk.rows(LineCall)


def test_at_night_none_is_offered_to_be_called(desk: Desk) -> None:
    screener = desk.screener()
    ask(desk, phone())
    assert [one.ready for one in desk.do(callbacks.waiting, screener)] == [True]
    with time_machine.travel(NOON + timedelta(hours=8)):
        assert [one.ready for one in desk.do(callbacks.waiting, screener)] == [False]


def test_a_wish_whose_number_was_forgotten_hides_no_other(desk: Desk) -> None:
    ask(desk, phone())
    gone = desk.rows(CallBack)[0].id
    ask(desk, phone())
    with desk.at() as session:
        session.execute(sa.delete(TicketKey).where(TicketKey.ticket_id == gone))
    assert len(desk.do(callbacks.waiting, desk.screener())) == 1


def test_a_wish_of_the_night_waits_for_the_morning(desk: Desk) -> None:
    with time_machine.travel(NOON + timedelta(hours=8)):
        ask(desk, phone())
    assert desk.rows(CallBack)[0].not_before == datetime(2026, 11, 25, 3, tzinfo=UTC)


def test_who_hung_up_on_us_is_not_called_at_once_unless_they_ring_again(desk: Desk) -> None:
    number, screener = phone(), desk.screener()
    ask(desk, number, broke_off=True)
    assert [one.ready for one in desk.do(callbacks.waiting, screener)] == [False]
    ask(desk, number)
    (row,) = desk.rows(CallBack)
    assert (row.broke_off, row.not_before) == (False, row.asked_at + callbacks.AFTER_BREAKING_OFF)


def test_it_is_neither_counted_nor_called_before_its_time(desk: Desk) -> None:
    screener = desk.screener()
    ask(desk, phone(), broke_off=True)
    assert desk.do(callbacks.count) == 0
    with pytest.raises(WrongState, match="Try again later"):
        desk.do(placing.call_back, screener, desk.rows(CallBack)[0].reference)
    with time_machine.travel(NOON + callbacks.AFTER_BREAKING_OFF + timedelta(minutes=1)):
        assert desk.do(callbacks.count) == 1


def test_three_tries_at_different_hours_and_the_number_is_let_go(desk: Desk) -> None:
    ask(desk, phone())
    (row,) = desk.rows(CallBack)
    with desk.at() as session:
        callbacks.not_reached(session, row.id)
    assert desk.rows(CallBack)[0].not_before >= NOON + callbacks.LATER
    for _ in range(callbacks.TRIES - 1):
        with desk.at() as session:
            callbacks.not_reached(session, row.id)
    (row,) = desk.rows(CallBack)
    assert (row.tries, row.outcome, row.address) == (3, BackOutcome.UNREACHABLE, None)


def test_word_of_a_try_that_comes_after_they_were_talked_with_changes_nothing(desk: Desk) -> None:
    screener = desk.screener()
    ask(desk, phone())
    (row,) = desk.rows(CallBack)
    with desk.at() as session:
        for _ in range(2):
            callbacks.talked(session, screener, row.id)
            callbacks.not_reached(session, row.id)
    (row,) = desk.rows(CallBack)
    assert (row.tries, row.outcome) == (0, BackOutcome.TALKED)
    assert len(desk.rows(Event, Event.action == "call back", Event.detail == "talked")) == 1


def test_a_number_that_rings_all_day_is_called_back_three_times_at_most(desk: Desk) -> None:
    number, screener = phone(), desk.screener()
    for _ in range(10):
        ask(desk, number)
        for row in desk.rows(CallBack, CallBack.ended_at.is_(None)):
            with desk.at() as session:
                callbacks.talked(session, screener, row.id)
    assert len(desk.rows(CallBack)) == callbacks.A_DAY


def test_who_wants_no_call_is_never_called_again(desk: Desk) -> None:
    number, screener = phone(), desk.screener()
    ask(desk, number)
    desk.do(callbacks.unwished, screener, desk.rows(CallBack)[0].reference)
    with desk.at() as session:
        assert silence.among(session, [number]) == {number}
        assert silence.is_kept(session, number)  # no text lifts it


def test_a_number_that_nobody_called_in_a_week_is_let_go(desk: Desk) -> None:
    ask(desk, phone())
    with desk.at() as session:
        assert callbacks.expire(session, clock.now() + timedelta(days=6)) == 0
        assert callbacks.expire(session, clock.now() + timedelta(days=8)) == 1
    assert not desk.rows(TicketKey)


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.AGENT, Role.COORDINATOR, Role.AUDITOR, Role.OPERATOR])
def test_the_list_is_for_those_who_take_calls(desk: Desk, role: Role) -> None:
    for clearances in ([], ["screening"]):
        with pytest.raises(NotAllowed):
            desk.do(callbacks.waiting, desk.staff(role, clearances=clearances))


def test_a_screener_who_lost_the_clearance_hears_of_nobody(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        desk.do(callbacks.waiting, desk.staff(Role.SCREENER))


def test_every_wish_and_its_end_is_an_event_without_a_number(desk: Desk) -> None:
    screener = desk.screener()
    ask(desk, phone())
    with desk.at() as session:
        callbacks.talked(session, screener, session.scalars(sa.select(CallBack.id)).one())
    events = desk.rows(Event, Event.action == "call back")
    assert [event.detail for event in events] == ["asked", "talked"]
