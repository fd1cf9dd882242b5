"""The queue: one job a kind and lane, without words, and no trouble when Valkey is away (decision 5)."""

from __future__ import annotations

import json
import os
import re
import signal
import time
import zlib
from collections.abc import Iterator

import pytest
import redis
from rq import Queue as Line
from rq.job import Job, JobStatus

from feedback.queue import QUEUES, Kind, Queue


@pytest.fixture
def queue(valkey_url: str) -> Iterator[Queue]:
    queue = Queue(valkey_url, lanes=3)
    yield queue
    queue.connection().close()


def _listed(valkey: redis.Redis, name: str) -> list[str]:
    return Line(name, connection=valkey, serializer="json").job_ids


def test_a_kind_is_asked_for_once_however_often_it_is_pushed(queue: Queue, valkey: redis.Redis) -> None:
    for _ in range(5):
        queue.push(Kind.DELIVER)
    assert _listed(valkey, "send") == ["deliver-0"]


def test_triage_is_asked_for_once_a_lane(queue: Queue, valkey: redis.Redis) -> None:
    queue.push(Kind.TRIAGE)
    queue.push(Kind.TRIAGE)
    assert _listed(valkey, "triage") == ["triage-0", "triage-1", "triage-2"]


def test_each_kind_goes_to_the_queue_of_its_worker(queue: Queue, valkey: redis.Redis) -> None:
    for kind in Kind:
        queue.push(kind)
        assert f"{kind.value}-0" in _listed(valkey, QUEUES[kind])
    assert set(QUEUES) == set(Kind)


def test_a_job_is_a_kind_and_a_lane_and_nothing_else(queue: Queue, valkey: redis.Redis) -> None:
    queue.push(Kind.TRIAGE)
    found = Job.fetch("triage-1", connection=valkey, serializer="json")
    assert (found.func_name, list(found.args), found.kwargs) == ("workers.job.run", [], {"kind": "triage", "lane": 1})
    assert found.description == "triage"
    assert json.loads(zlib.decompress(valkey.hget("rq:job:triage-1", "data")))[3] == {
        "kind": "triage",
        "lane": 1,
    }  # no pickle


def test_valkey_away_is_no_error() -> None:
    gone = Queue("unix:///nowhere/at/all.sock")
    gone.push(Kind.TRIAGE)
    gone.mend()


def test_without_an_address_nothing_is_asked() -> None:
    Queue("").push(Kind.TRIAGE)
    Queue("").mend()


def test_a_job_that_stands_in_no_list_is_forgotten_so_that_it_can_be_asked_for_again(
    queue: Queue, valkey: redis.Redis
) -> None:
    """A flushed list, or a worker that died between taking and starting."""
    queue.push(Kind.DELIVER)
    valkey.delete("rq:queue:send")
    queue.push(Kind.DELIVER)
    assert _listed(valkey, "send") == []
    queue.mend()
    queue.push(Kind.DELIVER)
    assert _listed(valkey, "send") == ["deliver-0"]


def test_a_job_that_waits_is_left_in_its_place(queue: Queue, valkey: redis.Redis) -> None:
    queue.push(Kind.DELIVER)
    queue.mend()
    assert _listed(valkey, "send") == ["deliver-0"]
    assert Job.exists("deliver-0", connection=valkey)


@pytest.mark.parametrize("rest", [{"last_heartbeat": "2026-03-04T06:00:00Z"}, {"status": "failed"}])
def test_what_a_worker_wrote_of_a_job_that_had_gone_does_not_stop_its_kind(
    queue: Queue, valkey: redis.Redis, rest: dict[str, str]
) -> None:
    """No job can be read out of it, and its id would be refused for good."""
    valkey.hset("rq:job:deliver-0", mapping=rest)
    queue.mend()
    queue.push(Kind.DELIVER)
    assert _listed(valkey, "send") == ["deliver-0"]


def test_nor_does_it_when_its_worker_died(queue: Queue, valkey: redis.Redis) -> None:
    valkey.hset("rq:job:deliver-0", mapping={"status": "started", "last_heartbeat": "2026-03-04T06:00:00Z"})
    queue.take_over("send")
    queue.push(Kind.DELIVER)
    assert _listed(valkey, "send") == ["deliver-0"]


def test_a_job_that_was_taken_and_has_not_begun_is_left_alone(queue: Queue, valkey: redis.Redis) -> None:
    queue.push(Kind.DELIVER)
    valkey.lmove("rq:queue:send", "rq:queue:send:intermediate")
    queue.mend()
    assert Job.exists("deliver-0", connection=valkey)
    queue.take_over("send")
    assert not Job.exists("deliver-0", connection=valkey)


def test_a_job_that_runs_is_left_alone(queue: Queue, valkey: redis.Redis) -> None:
    queue.push(Kind.DELIVER)
    valkey.delete("rq:queue:send")
    Job.fetch("deliver-0", connection=valkey, serializer="json").set_status(JobStatus.STARTED)
    queue.mend()
    assert Job.exists("deliver-0", connection=valkey)


def test_what_a_dead_worker_left_running_does_not_stop_the_next_one(queue: Queue, valkey: redis.Redis) -> None:
    for kind in (Kind.DELIVER, Kind.SWEEP):
        queue.push(kind)
        valkey.delete(f"rq:queue:{QUEUES[kind]}")
        Job.fetch(f"{kind.value}-0", connection=valkey, serializer="json").set_status(JobStatus.STARTED)
    queue.take_over("send")
    assert not Job.exists("deliver-0", connection=valkey)
    assert Job.exists("sweep-0", connection=valkey)  # another worker's


def test_a_worker_that_begins_leaves_what_waits_for_it(queue: Queue, valkey: redis.Redis) -> None:
    queue.push(Kind.DELIVER)
    queue.take_over("send")
    assert _listed(valkey, "send") == ["deliver-0"]


@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.STOPPED, JobStatus.CANCELED, JobStatus.FINISHED])
def test_a_job_that_ended_badly_does_not_stop_its_kind_for_a_day(
    queue: Queue, valkey: redis.Redis, status: JobStatus
) -> None:
    """A worker that was killed leaves its job behind as failed, and its id would be refused until that is forgotten."""
    queue.push(Kind.DELIVER)
    valkey.delete("rq:queue:send")
    Job.fetch("deliver-0", connection=valkey, serializer="json").set_status(status)
    queue.mend()
    queue.push(Kind.DELIVER)
    assert _listed(valkey, "send") == ["deliver-0"]


def test_what_stands_in_valkey_holds_kinds_and_no_ids_of_rows(queue: Queue, valkey: redis.Redis) -> None:
    for kind in Kind:
        queue.push(kind)
    held = b" ".join(key + b" " + bytes(valkey.dump(key) or b"") for key in valkey.scan_iter())
    assert re.findall(rb"\d{17,}", held) == []


def test_who_asks_does_not_wait_for_a_valkey_that_hangs(valkey: redis.Redis, valkey_url: str) -> None:
    """Nudges stand on the way from commit to answer; a frozen Valkey must not (decision 5b)."""
    queue = Queue(valkey_url)
    queue.begin()
    process = int(valkey.info("server")["process_id"])
    os.kill(process, signal.SIGSTOP)
    try:
        began = time.monotonic()
        for _ in range(50):
            queue.push(Kind.TRIAGE)
        assert time.monotonic() - began < 4  # it would wait five seconds for a single answer
    finally:
        os.kill(process, signal.SIGCONT)
    queue.end()
    assert _listed(valkey, "triage") == ["triage-0"]
    queue.connection().close()
