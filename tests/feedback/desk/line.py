"""What tests of live calls share: a line that rings, and people who take its calls."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import time_machine

from channels.contract import CallNews, CallStep, Wish
from feedback import clock
from feedback.desk import calling, conversations, listeners, placing
from feedback.models.call import CallBack, LineCall
from feedback.models.staff import Staff
from tests.factories import Desk, phone

NOON = datetime(2026, 11, 24, 6, tzinfo=UTC)
_calls = count(1)


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


def talking(desk: Desk, staff: Staff) -> str:
    call = dial(desk)
    asks(desk, call)
    (ringing,) = work(desk)
    tell(desk, CallStep.TALKS, call, ours=ringing.ring.reference)
    held = desk.do(conversations.in_hand, staff)
    assert held is not None
    return held.reference


def reached(desk: Desk, staff: Staff) -> Staff:
    """The same person, with a phone on which the exchange reaches them."""
    desk.do(listeners.give_phone, staff, phone())
    return staff


def wished(desk: Desk, staff: Staff) -> None:
    """Somebody missed-called, and this person calls them back."""
    tell(desk, CallStep.MISSED, "CA" + "e" * 32, address=phone())
    desk.do(placing.call_back, staff, desk.rows(CallBack, CallBack.ended_at.is_(None))[0].reference)
