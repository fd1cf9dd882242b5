"""The exchange's loop: calls go one by one at their pace, and none more once it is told to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from channels.contract import ChannelName, Ring, SendFailed
from feedback.desk import listeners, placing
from feedback.models.call import CallState, LineCall
from feedback.wiring import Parts
from tests.factories import Desk, phone
from workers import calls

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Exchange:
    """Takes every call, and keeps when it was asked to place it."""

    name, channel, hooks = "twilio-voice", ChannelName.HOTLINE, frozenset[str]()

    def __init__(self) -> None:
        self.at: list[float] = []
        self.then: Callable[[], None] = lambda: None

    def ring(self, ring: Ring) -> str:
        self.at.append(time.monotonic())
        self.then()
        return f"CA{len(self.at)}"


@pytest.fixture
def exchange() -> Exchange:
    return Exchange()


@pytest.fixture
def wired(desk: Desk, exchange: Exchange) -> Parts:
    """Three calls that are to be placed, at ten a second."""
    for _ in range(3):
        staff = desk.staff()
        desk.do(listeners.give_phone, staff, phone())
        desk.act(staff, desk.ticket(), placing.call_about)
    settings = replace(desk.parts.settings, calls_a_second=10.0)
    return replace(desk.parts, settings=settings, channels={"twilio-voice": exchange})  # type: ignore[dict-item]


def test_calls_go_at_their_pace(wired: Parts, exchange: Exchange) -> None:
    began = time.monotonic()
    assert calls.look(wired) == 3
    _, second, third = exchange.at
    assert second - began >= 0.1
    assert third - began >= 0.2


def test_none_more_is_placed_once_it_is_told_to_stop(wired: Parts, exchange: Exchange) -> None:
    stop = threading.Event()
    exchange.then = stop.set
    assert calls.look(wired, stop) == 1
    assert len(exchange.at) == 1


def test_what_the_exchange_refuses_holds_up_no_other(desk: Desk, wired: Parts, exchange: Exchange) -> None:
    def refuse() -> None:
        raise SendFailed("no credit", retry=False)

    exchange.then = refuse
    assert calls.look(wired) == 3
    assert {row.state for row in desk.rows(LineCall)} == {CallState.OVER}


def test_by_default_it_is_one_a_second(desk: Desk) -> None:
    assert desk.parts.settings.calls_a_second == 1.0
