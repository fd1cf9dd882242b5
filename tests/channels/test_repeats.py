"""A message told many times, at once, in two processes or a month later, has one effect (D07, I2)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from channels.contract import Inbound
from feedback import clock, wiring
from feedback.models.event import Event
from feedback.models.message import Message
from feedback.models.ticket import Ticket
from feedback.web.writer import Parcel, Writer
from tests.factories import Desk, inbound


def tell(writers: list[Writer], one: Inbound, times: int, at_once: int) -> list[bool]:
    """Whether each telling was the first, as the writers found."""
    with ThreadPoolExecutor(at_once) as threads:
        told = threads.map(lambda n: writers[n % len(writers)].submit(Parcel([one])).result(timeout=60), range(times))
        return [received.acknowledge for (received,) in told]


@pytest.mark.parametrize("times", [2, 5, 50])
@pytest.mark.parametrize("at_once", [1, 16])
@pytest.mark.parametrize("processes", [1, 2])
def test_one_message_told_many_times_is_one_ticket_thanked_once(
    desk: Desk, times: int, at_once: int, processes: int
) -> None:
    parts = [desk.parts, *(wiring.live(desk.parts.settings) for _ in range(processes - 1))]
    writers = [Writer(one.database) for one in parts]
    for writer in writers:
        writer.start()
    thanked = tell(writers, inbound("no water"), times, at_once)
    for writer in writers:
        writer.stop()
    for other in parts[1:]:
        other.close()
    assert sum(thanked) == 1
    assert (len(desk.rows(Message)), len(desk.rows(Ticket)), len(desk.rows(Event))) == (1, 1, 1)


def test_a_month_later_it_is_still_the_same(desk: Desk) -> None:
    one = inbound("no water")
    desk.hear(one)
    with time_machine.travel(clock.now() + timedelta(days=31), tick=False):
        desk.hear(one)
    assert len(desk.rows(Ticket)) == 1
