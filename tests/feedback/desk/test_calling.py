"""Live calls: who may wait, who is rung, what is made of every way in which a call can end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from channels.contract import CallStep, Wish
from feedback import clock
from feedback.desk import listeners
from feedback.errors import Invalid, NotAllowed
from feedback.models.call import CallBack, CallState, LineCall, Listener
from feedback.models.event import Event
from feedback.models.staff import Role, Staff
from feedback.models.ticket import TicketKey
from tests.factories import Desk, phone
from tests.feedback.desk.line import NOON, asks, dial, listener, settled, tell, the, wished, work


@pytest.fixture(autouse=True)
def _in_hours() -> Iterator[None]:
    with time_machine.travel(NOON, tick=True):
        yield


@pytest.mark.parametrize(
    ("sex", "wish", "language", "waits"),
    [
        ("woman", Wish.WOMAN, "bn", True),
        ("man", Wish.WOMAN, "bn", False),
        ("", Wish.WOMAN, "bn", False),
        ("woman", Wish.MAN, "bn", False),
        ("", Wish.ANYONE, "rhg", True),
        ("woman", Wish.WOMAN, "my", False),
        ("woman", Wish.ANYONE, None, True),
    ],
)
def test_a_caller_waits_only_for_somebody_they_asked_for_who_speaks_their_language(
    desk: Desk, sex: str, wish: Wish, language: str | None, waits: bool
) -> None:
    listener(desk, sex)
    assert asks(desk, dial(desk), wish, language) is waits


def test_a_listener_who_went_on_after_they_began_to_wait_is_rung_only_where_they_fit(desk: Desk) -> None:
    listener(desk, "woman")
    waits = dial(desk)
    assert asks(desk, waits, Wish.WOMAN)
    (ringing,) = work(desk)
    tell(desk, CallStep.STAFF_AWAY, "CAleg", ours=ringing.ring.reference)  # she is off the line now
    listener(desk, "man")
    listener(desk, "woman", languages=("my",))
    assert work(desk) == []
    she = listener(desk, "woman")
    assert len(work(desk)) == 1
    assert the(desk, waits).staff_id == she.id


def test_nobody_waits_while_nobody_is_on_the_line(desk: Desk) -> None:
    assert not asks(desk, dial(desk))


def test_nobody_waits_once_a_turn_is_over_or_the_listener_went_off(desk: Desk) -> None:
    staff = listener(desk)
    with time_machine.travel(NOON + listeners.TURN + timedelta(minutes=1)):
        assert not asks(desk, dial(desk))
    desk.do(listeners.go_off, staff)
    assert not asks(desk, dial(desk))


def test_more_than_two_waiting_callers_each_reach_the_box_at_once(desk: Desk) -> None:
    listener(desk)
    assert [asks(desk, dial(desk)) for _ in range(4)] == [True, True, False, False]


def test_those_who_wait_for_others_stand_in_nobodys_way(desk: Desk) -> None:
    listener(desk, languages=("my",))
    listener(desk, languages=("bn",))
    assert [asks(desk, dial(desk), language="my") for _ in range(3)] == [True, True, False]
    assert [asks(desk, dial(desk), language="bn") for _ in range(3)] == [True, True, False]


def test_a_caller_who_is_told_of_twice_waits_once_and_goes_on_ringing(desk: Desk) -> None:
    listener(desk)
    callers = [dial(desk), dial(desk)]
    assert [asks(desk, call) for call in callers] == [True, True]
    assert [asks(desk, call) for call in callers] == [True, True]  # the line is full, of themselves
    work(desk)
    assert asks(desk, callers[0])
    assert the(desk, callers[0]).state is CallState.RINGING


def test_the_oldest_caller_is_given_to_whoever_is_free_longest(desk: Desk) -> None:
    first, second = listener(desk), listener(desk)
    with desk.at() as session:
        session.get_one(Listener, first.id).free_since = clock.now()  # and the second has been free before
    calls = [dial(desk), dial(desk)]
    for call in calls:
        asks(desk, call)
    assert len(work(desk)) == 2
    assert [the(desk, call).staff_id for call in calls] == [second.id, first.id]


def test_who_has_a_call_in_hand_is_rung_no_second_time(desk: Desk) -> None:
    listener(desk)
    asks(desk, dial(desk))
    asks(desk, dial(desk))
    assert (len(work(desk)), len(work(desk))) == (1, 0)


def test_a_phone_that_is_not_answered_takes_its_owner_off_and_the_caller_goes_on_waiting(desk: Desk) -> None:
    staff = listener(desk)
    call = dial(desk)
    asks(desk, call)
    (ringing,) = work(desk)
    tell(desk, CallStep.STAFF_AWAY, "CAleg", ours=ringing.ring.reference)
    (row,) = desk.rows(Listener, Listener.staff_id == staff.id)
    assert (row.on_until, row.call_id) == (None, None)
    assert the(desk, call).state is CallState.WAITING


def test_whoever_was_first_in_the_line_is_the_call_in_hand(desk: Desk) -> None:
    staff = listener(desk)
    gone, there = dial(desk), dial(desk)
    asks(desk, gone)
    asks(desk, there)
    (ringing,) = work(desk)
    tell(desk, CallStep.ENDED, gone)
    (row,) = desk.rows(Listener)
    assert row.call_id is None  # who hung up frees the listener
    tell(desk, CallStep.TALKS, there, ours=ringing.ring.reference)
    assert (the(desk, there).state, the(desk, there).staff_id) == (CallState.TALKING, staff.id)
    assert [one.call_id for one in desk.rows(Listener)] == [the(desk, there).id]  # so that they can write it down
    assert (the(desk, gone).state, work(desk)) == (CallState.OVER, [])


def test_the_one_who_is_joined_is_the_call_in_hand_and_the_other_goes_on_waiting(desk: Desk) -> None:
    staff = listener(desk)
    meant, joined = dial(desk), dial(desk)
    for call in (meant, joined):
        asks(desk, call)
    (ringing,) = work(desk)
    tell(desk, CallStep.TALKS, joined, ours=ringing.ring.reference)
    (row,) = desk.rows(Listener)
    assert (row.call_id, the(desk, joined).staff_id) == (the(desk, joined).id, staff.id)
    assert (the(desk, meant).state, the(desk, meant).staff_id) == (CallState.WAITING, None)
    tell(desk, CallStep.GAVE_UP, joined)  # news that comes late ends no talk
    assert the(desk, joined).state is CallState.TALKING
    assert desk.rows(Listener)[0].call_id == row.call_id


def test_a_call_of_ours_that_our_own_colleague_does_not_answer_is_over(desk: Desk) -> None:
    wished(desk, listener(desk))
    (ringing,) = work(desk)
    tell(desk, CallStep.STAFF_AWAY, "CAleg", ours=ringing.ring.reference)
    assert [row.state for row in desk.rows(LineCall, LineCall.outgoing)] == [CallState.OVER]


def test_a_talk_is_an_event_and_no_wish_comes_of_it_whoever_lets_it_go(desk: Desk) -> None:
    staff = listener(desk)
    call = dial(desk)
    asks(desk, call)
    (ringing,) = work(desk)
    tell(desk, CallStep.TALKS, call, ours=ringing.ring.reference)
    (event,) = desk.rows(Event, Event.action == "talk")
    assert (event.actor, event.detail) == (f"staff:{staff.id}", "in bn")
    tell(desk, CallStep.STAFF_AWAY, "CAleg", ours=ringing.ring.reference)  # late word of the other leg
    assert the(desk, call).state is CallState.TALKING
    tell(desk, CallStep.ENDED, call)
    with desk.at() as session:
        listeners.release(session, ringing.call_id)
    assert settled(desk) == 1
    assert not desk.rows(CallBack)


def test_a_colleague_who_picks_up_and_presses_no_key_is_off_and_the_caller_waits_on(desk: Desk) -> None:
    listener(desk)
    call = dial(desk)
    asks(desk, call)
    (ringing,) = work(desk)
    tell(desk, CallStep.ENDED, "CAleg", ours=ringing.ring.reference)
    assert (the(desk, call).state, the(desk, call).ended_at) == (CallState.WAITING, None)
    assert [one.on_until for one in desk.rows(Listener)] == [None]


def test_a_talk_of_a_call_that_we_do_not_know_is_no_news(desk: Desk) -> None:
    assert not tell(desk, CallStep.TALKS, "CAleg", ours="nobody")


def test_a_caller_who_leaves_the_line_for_the_box_frees_the_listener(desk: Desk) -> None:
    listener(desk)
    call = dial(desk)
    asks(desk, call)
    work(desk)
    tell(desk, CallStep.GAVE_UP, call)
    assert desk.rows(Listener)[0].call_id is None
    assert the(desk, call).state is CallState.BOX


@pytest.mark.parametrize("upto", ["menu", "waiting", "box"])
def test_a_call_that_leaves_nothing_becomes_one_wish_to_be_called_back(desk: Desk, upto: str) -> None:
    number = phone()
    for _ in range(2):
        call = dial(desk, number)
        if upto != "menu":
            listener(desk)
            asks(desk, call)
        if upto == "box":
            tell(desk, CallStep.GAVE_UP, call)
        tell(desk, CallStep.ENDED, call)
    assert settled(desk) == 2
    (row,) = desk.rows(CallBack)
    assert (row.times, row.broke_off) == (2, True)
    assert {key.ticket_id for key in desk.rows(TicketKey)} == {row.id}


def test_a_call_that_left_a_message_leaves_no_wish_whichever_was_told_first(desk: Desk) -> None:
    one, other = dial(desk), dial(desk)
    tell(desk, CallStep.LEFT, one)
    tell(desk, CallStep.ENDED, one)
    tell(desk, CallStep.ENDED, other)
    tell(desk, CallStep.LEFT, other)
    assert settled(desk) == 2
    assert not desk.rows(CallBack)


def test_a_call_is_settled_only_once_all_of_it_was_told_and_nobody_has_it_in_hand(desk: Desk) -> None:
    one = dial(desk)
    tell(desk, CallStep.ENDED, one)
    assert settled(desk, minutes=0.5) == 0
    listener(desk)
    asks(desk, held := dial(desk))
    (ringing,) = work(desk)
    tell(desk, CallStep.TALKS, held, ours=ringing.ring.reference)
    tell(desk, CallStep.ENDED, held)
    assert settled(desk) == 1  # the first one
    assert the(desk, held).address is not None  # it is still being written down


def test_a_call_whose_end_was_never_told_is_settled_all_the_same(desk: Desk) -> None:
    dial(desk)
    assert settled(desk, minutes=10) == 0
    assert settled(desk, minutes=121) == 1
    assert len(desk.rows(CallBack)) == 1


def test_the_end_of_a_call_is_kept_once(desk: Desk) -> None:
    call = dial(desk)
    tell(desk, CallStep.ENDED, call)
    ended = the(desk, call).ended_at
    for _ in range(2):
        tell(desk, CallStep.ENDED, call)
    assert the(desk, call).ended_at == ended
    settled(desk)
    settled(desk)
    assert desk.rows(CallBack)[0].times == 1


def test_a_missed_call_told_twice_counts_once(desk: Desk) -> None:
    number = phone()
    for _ in range(2):
        tell(desk, CallStep.MISSED, "CA" + "f" * 32, address=number)
    (row,) = desk.rows(CallBack)
    assert (row.times, row.broke_off) == (1, False)
    assert {key.ticket_id for key in desk.rows(TicketKey)} == {row.id}  # the call itself keeps no number


def test_who_is_not_cleared_for_screening_takes_no_calls(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        desk.do(listeners.go_on, desk.staff(Role.SCREENER), phone=phone(), sex="woman", languages=["bn"])


@pytest.mark.parametrize("now", [{"active": False}, {"clearances": []}, {"role": Role.AGENT}], ids=str)
def test_who_may_take_no_calls_any_more_is_rung_for_nobody(desk: Desk, now: dict[str, object]) -> None:
    staff = listener(desk)
    with desk.at() as session:
        for name, value in now.items():
            setattr(session.get_one(Staff, staff.id), name, value)
    assert not asks(desk, dial(desk))


def test_a_phone_that_was_not_answered_for_one_call_leaves_the_next_in_hand(desk: Desk) -> None:
    staff = listener(desk)
    first, second = dial(desk), dial(desk)
    asks(desk, first)
    (ringing,) = work(desk)
    with desk.at() as session:
        listeners.release(session, ringing.call_id)
    asks(desk, second)
    work(desk)
    tell(desk, CallStep.STAFF_AWAY, "CAleg", ours=ringing.ring.reference)
    (row,) = desk.rows(Listener, Listener.staff_id == staff.id)
    assert row.call_id is not None
    assert row.on_until is not None


def test_going_on_names_what_is_to_be_mended(desk: Desk) -> None:
    with pytest.raises(Invalid) as invalid:
        desk.do(listeners.go_on, desk.screener(), phone="12", sex="", languages=["bn"])
    assert set(invalid.value.fields) == {"phone"}
    with pytest.raises(Invalid) as invalid:
        desk.do(listeners.go_on, desk.screener(), phone=phone(), sex="x", languages=[])
    assert set(invalid.value.fields) == {"sex", "languages"}
    with pytest.raises(Invalid) as invalid:
        desk.do(listeners.go_on, desk.screener(), phone=phone(), sex="", languages=["bn", "xx"])
    assert set(invalid.value.fields) == {"languages"}
