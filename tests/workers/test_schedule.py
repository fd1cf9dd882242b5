"""The schedule: each kind asked for in its turn, by one of however many schedulers run (decision 5)."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import redis
import time_machine
from rq import Queue as Line

from feedback import wiring
from feedback.models.installation import Slot
from feedback.queue import Kind, Queue
from tests.factories import Desk
from workers import schedule

START = datetime(2026, 2, 1, 12, tzinfo=UTC)


def test_every_kind_has_its_turn() -> None:
    assert set(schedule.EVERY) == set(Kind)


def test_each_kind_is_asked_for_when_its_slot_has_come_and_not_before(parts: wiring.Parts) -> None:
    with time_machine.travel(START, tick=False) as now:
        assert set(schedule.ask(parts)) == set(Kind)
        assert schedule.ask(parts) == []
        now.shift(timedelta(seconds=30))
        assert set(schedule.ask(parts)) == {
            kind for kind, every in schedule.EVERY.items() if every.total_seconds() <= 30
        }
        now.shift(timedelta(days=1))
        assert set(schedule.ask(parts)) == set(Kind)


def test_of_two_schedulers_one_asks(parts: wiring.Parts) -> None:
    second, asked, barrier = wiring.live(parts.settings), [], threading.Barrier(2)

    def ask(with_: wiring.Parts) -> None:
        barrier.wait()
        asked.extend(schedule.ask(with_))

    schedule.ask(parts)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1), tick=False):
        threads = [threading.Thread(target=ask, args=(one,)) for one in (parts, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
    second.close()
    assert sorted(asked) == sorted(Kind)


def test_a_clock_that_went_backwards_only_pauses_the_asking(parts: wiring.Parts, desk: Desk) -> None:
    with time_machine.travel(START, tick=False) as now:
        schedule.ask(parts)
        now.shift(timedelta(hours=-2))
        assert schedule.ask(parts) == []
        now.shift(timedelta(hours=3))
        assert set(schedule.ask(parts)) == set(Kind)
    assert {slot.kind for slot in desk.rows(Slot)} == {kind.value for kind in Kind}


def test_asking_pushes_to_valkey_and_mends_what_got_lost(
    parts: wiring.Parts, valkey: redis.Redis, valkey_url: str
) -> None:
    from dataclasses import replace

    live = replace(parts, queue=Queue(valkey_url))
    with time_machine.travel(START, tick=False):
        schedule.ask(live)
    valkey.delete("rq:queue:send")  # the list is gone, the job still calls itself queued
    with time_machine.travel(START + timedelta(minutes=1), tick=False):
        schedule.ask(live)
    assert Line("send", connection=valkey, serializer="json").job_ids == ["deliver-0"]
    live.queue.connection().close()


def test_it_goes_on_after_a_failure_and_ends_when_told(parts: wiring.Parts) -> None:
    stop = threading.Event()
    running = threading.Thread(target=schedule.run, args=(parts, stop), kwargs={"pause": 0.01})
    running.start()
    stop.set()
    running.join(timeout=60)
    assert not running.is_alive()
