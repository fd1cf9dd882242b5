"""Live calls: who may wait, who is rung, what is made of every way in which a call can end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
import time_machine

from channels.contract import CallNews, CallStep, SendFailed, Wish
from feedback import clock
from feedback.desk import calling, conversations, listeners, placing
from feedback.desk.conversations import Matter
from feedback.desk.screening import Coding
from feedback.errors import Invalid, NotAllowed, NotFound, WrongState
from feedback.models.call import CallBack, CallState, LineCall, Listener
from feedback.models.contact import Contact
from feedback.models.event import Event
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket, TicketKey
from tests.factories import Desk, phone

NOON = datetime(2026, 11, 24, 6, tzinfo=UTC)
_calls = count(1)


@pytest.fixture(autouse=True)
def _in_hours() -> Iterator[None]:
    with time_machine.travel(NOON, tick=True):
        yield


def tell(desk: Desk, step: CallStep, call: str, **more: object) -> bool:
    with desk.at() as session:
        (may_wait,) = calling.record(session, [CallNews("twilio-voice", step, clock.now(), call, **more)])  # type: ignore[arg-type]
    return may_wait


def dial(desk: Desk, number: str | None = None) -> str:
    call = f"CA{next(_calls):032x}"
    tell(desk, CallStep.BEGAN, call, address=number or phone())
    return call


def listener(desk: Desk, sex: str = "woman", languages: tuple[str, ...] = ("bn", "rhg"), **more: object) -> Staff:
    staff = desk.screener(**more)
    desk.do(listeners.go_on, staff, phone=phone(), sex=sex, languages=languages)
    return staff


def asks(desk: Desk, call: str, wish: Wish = Wish.ANYONE, language: str | None = "bn") -> bool:
    return tell(desk, CallStep.WAITS, call, wish=wish, language=language)


def the(desk: Desk, call: str) -> LineCall:
    (row,) = desk.rows(LineCall, LineCall.provider_ref == call)
    return row


def work(desk: Desk) -> list[placing.Ringing]:
    with desk.at() as session:
        calling.match(session)
        return placing.claim(session, limit=10)


def settled(desk: Desk, minutes: float = 2) -> int:
    with time_machine.travel(clock.now() + timedelta(minutes=minutes)), desk.at() as session:
        return calling.settle(session)


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


def test_the_oldest_caller_is_given_to_whoever_is_free_longest(desk: Desk) -> None:
    first, second = listener(desk), listener(desk)
    calls = [dial(desk), dial(desk)]
    for call in calls:
        asks(desk, call)
    assert len(work(desk)) == 2
    assert [the(desk, call).staff_id for call in calls] == [first.id, second.id]


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


def test_a_call_whose_end_was_never_told_is_settled_all_the_same(desk: Desk) -> None:
    dial(desk)
    assert settled(desk, minutes=10) == 0
    assert settled(desk, minutes=121) == 1
    assert len(desk.rows(CallBack)) == 1


def test_the_end_of_a_call_is_kept_once(desk: Desk) -> None:
    call = dial(desk)
    for _ in range(3):
        tell(desk, CallStep.ENDED, call)
    settled(desk)
    settled(desk)
    assert desk.rows(CallBack)[0].times == 1


def test_a_missed_call_told_twice_counts_once(desk: Desk) -> None:
    number = phone()
    for _ in range(2):
        tell(desk, CallStep.MISSED, "CA" + "f" * 32, address=number)
    (row,) = desk.rows(CallBack)
    assert (row.times, row.broke_off) == (1, False)


def talking(desk: Desk, staff: Staff) -> str:
    call = dial(desk)
    asks(desk, call)
    (ringing,) = work(desk)
    tell(desk, CallStep.TALKS, call, ours=ringing.ring.reference)
    held = desk.do(conversations.in_hand, staff)
    assert held is not None
    return held.reference


def test_what_was_said_is_written_down_by_whoever_heard_it_and_they_are_free(desk: Desk) -> None:
    staff = listener(desk)
    reference = talking(desk, staff)
    matter = Matter(
        Coding("wash", "no_water", tier="T1"), "no water for three days", "bn", record=True, keep_number=True
    )
    entered = desk.do(conversations.write_down, staff, reference, matter)
    assert entered is not None
    assert len(entered.code) == 8
    (ticket,) = desk.rows(Ticket)
    assert (ticket.channel.value, ticket.sector, ticket.entered_by) == ("hotline", "wash", staff.id)
    assert desk.rows(Contact)
    assert desk.do(conversations.in_hand, staff) is None
    assert settled(desk, 200) == 1
    assert not desk.rows(CallBack)


def test_a_number_is_kept_only_where_they_agreed(desk: Desk) -> None:
    staff = listener(desk)
    reference = talking(desk, staff)
    desk.do(conversations.write_down, staff, reference, Matter(Coding("wash"), "no water", "bn", record=True))
    assert not desk.rows(Contact)


def test_without_consent_only_that_somebody_called_is_counted(desk: Desk) -> None:
    staff = listener(desk)
    reference = talking(desk, staff)
    matter = Matter(Coding("wash"), "words that must not stay", "bn", record=False, keep_number=True)
    assert desk.do(conversations.write_down, staff, reference, matter) is None
    (ticket,) = desk.rows(Ticket)
    assert (ticket.code, ticket.outcome) == (None, "declined_help")
    assert not desk.rows(Contact)


def test_what_is_grave_is_behind_its_wall_before_the_listener_could_read_it_back(desk: Desk) -> None:
    staff = listener(desk)
    reference = talking(desk, staff)
    desk.do(
        conversations.write_down, staff, reference, Matter(Coding(tier="T3-G"), "asks for a woman", "bn", record=True)
    )
    assert desk.rows(Ticket)[0].compartment == "gbv"


def test_a_form_without_words_is_mended_and_the_call_stays_in_hand(desk: Desk) -> None:
    staff = listener(desk)
    reference = talking(desk, staff)
    with pytest.raises(Invalid):
        desk.do(conversations.write_down, staff, reference, Matter(Coding(), " ", "bn", record=True))
    assert desk.do(conversations.in_hand, staff) is not None


def test_a_call_in_anothers_hands_does_not_exist(desk: Desk) -> None:
    reference = talking(desk, listener(desk))
    with pytest.raises(NotFound):
        desk.do(conversations.let_go, desk.screener(), reference)


def test_a_call_that_was_talked_with_is_called_again_only_as_agreed(desk: Desk) -> None:
    staff = listener(desk)
    reference = talking(desk, staff)
    desk.do(conversations.let_go, staff, reference)
    settled(desk, 200)
    assert not desk.rows(CallBack)
    again = talking(desk, staff)
    desk.do(conversations.call_again, staff, again)
    assert [row.broke_off for row in desk.rows(CallBack)] == [True]


def test_a_call_back_rings_the_colleague_first_and_its_number_is_gone_once_it_is_placed(desk: Desk) -> None:
    number, staff = phone(), listener(desk)
    tell(desk, CallStep.MISSED, "CA" + "e" * 32, address=number)
    desk.do(placing.call_back, staff, desk.rows(CallBack)[0].reference)
    (ringing,) = work(desk)
    assert ringing.ring.person == number
    with desk.at() as session:
        placing.placed(session, ringing.call_id, "CA" + "d" * 32)
    (call,) = desk.rows(LineCall, LineCall.outgoing)
    assert call.address is None
    assert [event.detail for event in desk.rows(Event, Event.action == "call")] == ["call back"]


@pytest.mark.parametrize(("step", "tries"), [(CallStep.NOT_REACHED, 1), (CallStep.STAFF_AWAY, 0)])
def test_a_call_back_that_reached_nobody_stays_on_the_list(desk: Desk, step: CallStep, tries: int) -> None:
    staff = listener(desk)
    tell(desk, CallStep.MISSED, "CA" + "e" * 32, address=phone())
    desk.do(placing.call_back, staff, desk.rows(CallBack)[0].reference)
    (ringing,) = work(desk)
    tell(desk, step, "CAleg", ours=ringing.ring.reference)
    (row,) = desk.rows(CallBack)
    assert (row.tries, row.ended_at) == (tries, None)
    assert desk.do(conversations.in_hand, staff) is None


def test_a_call_that_the_provider_refuses_lets_the_colleague_try_again(desk: Desk) -> None:
    staff = listener(desk)
    tell(desk, CallStep.MISSED, "CA" + "e" * 32, address=phone())
    desk.do(placing.call_back, staff, desk.rows(CallBack)[0].reference)
    (ringing,) = work(desk)
    with desk.at() as session:
        placing.not_placed(session, ringing.call_id, SendFailed("no credit", retry=False))
    assert desk.do(conversations.in_hand, staff) is None
    assert desk.rows(CallBack)[0].ended_at is None


def test_one_call_at_a_time(desk: Desk) -> None:
    staff = listener(desk)
    talking(desk, staff)
    tell(desk, CallStep.MISSED, "CA" + "e" * 32, address=phone())
    with pytest.raises(WrongState, match="call in hand"):
        desk.do(placing.call_back, staff, desk.rows(CallBack)[0].reference)


def test_who_is_not_cleared_for_screening_takes_no_calls(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        desk.do(listeners.go_on, desk.staff(Role.SCREENER), phone=phone(), sex="woman", languages=["bn"])


def test_going_on_names_what_is_to_be_mended(desk: Desk) -> None:
    with pytest.raises(Invalid) as invalid:
        desk.do(listeners.go_on, desk.screener(), phone="12", sex="", languages=["bn"])
    assert set(invalid.value.fields) == {"phone"}
    with pytest.raises(Invalid) as invalid:
        desk.do(listeners.go_on, desk.screener(), phone=phone(), sex="x", languages=[])
    assert set(invalid.value.fields) == {"sex", "languages"}
