"""Jobs: a registered kind and a lane; anything else in the queue is refused, and failures keep no words (I17, I34; D26)."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import pytest
import redis
from rq import Queue as Line
from rq import SimpleWorker
from rq.job import Job, JobStatus

from feedback import wiring
from feedback.models.ticket import Ticket
from feedback.queue import QUEUES, Kind, Queue
from tests.factories import Desk, inbound
from tests.worlds.scanner import spellings
from workers import __main__ as main
from workers import job

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CANARY = "canary-9f3b-man-follows"


@pytest.fixture
def queue(valkey_url: str, parts: wiring.Parts) -> Iterator[Queue]:
    for name in sorted(set(QUEUES.values())):
        main._prepare(name)
    job.use(parts)
    queue = Queue(valkey_url)
    yield queue
    queue.connection().close()


def _work(valkey: redis.Redis, name: str) -> None:
    line = Line(name, connection=valkey, serializer="json")
    SimpleWorker([line], connection=valkey, serializer="json").work(burst=True, logging_level="CRITICAL")


@pytest.mark.plan("D55")
def test_each_kind_has_exactly_one_job(queue: Queue) -> None:
    assert set(job.JOBS) == set(Kind) == set(QUEUES)
    assert len({function.__module__ + function.__name__ for function in job.JOBS.values()}) == len(Kind)
    with pytest.raises(ValueError, match="two jobs"):
        job.job(Kind.TRIAGE)(lambda parts, lane: None)


def test_a_nudge_wakes_a_worker_that_does_what_the_table_says(queue: Queue, valkey: redis.Redis, desk: Desk) -> None:
    desk.hear(inbound("no water"))
    queue.push(Kind.TRIAGE)
    _work(valkey, "triage")
    assert desk.rows(Ticket)[0].read_at is not None


def test_a_job_can_be_asked_for_again_once_it_is_done(queue: Queue, valkey: redis.Redis) -> None:
    for _ in range(2):
        queue.push(Kind.SWEEP)
        assert Line("upkeep", connection=valkey, serializer="json").job_ids == ["sweep-0"]
        _work(valkey, "upkeep")
    assert not Job.exists("sweep-0", connection=valkey)


@pytest.mark.plan("D55")
def test_a_job_of_an_unknown_kind_is_refused(queue: Queue, valkey: redis.Redis) -> None:
    line = Line("send", connection=valkey, serializer="json")
    line.enqueue("workers.job.run", kwargs={"kind": "shell", "lane": 0}, job_id="odd", failure_ttl=60)
    _work(valkey, "send")
    assert Job.fetch("odd", connection=valkey, serializer="json").get_status() is JobStatus.FAILED
    with pytest.raises(ValueError, match="shell"):
        job.run("shell", 0)


class _Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (__import__, ("tests.workers.bomb",))


def test_a_pickled_payload_is_refused_and_never_run(queue: Queue, valkey: redis.Redis) -> None:
    import sys

    queue.push(Kind.DELIVER)
    valkey.hset("rq:job:deliver-0", "data", pickle.dumps(_Bomb()))
    _work(valkey, "send")
    assert "tests.workers.bomb" not in sys.modules


@pytest.mark.plan("D26", trials=200)
def test_a_failing_job_leaves_no_words_in_valkey_or_the_log(
    queue: Queue, valkey: redis.Redis, desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """D26: two hundred jobs, half of which fail with words in their exception."""

    def fail(parts: wiring.Parts, lane: int) -> None:
        raise RuntimeError(f"could not read {CANARY}")

    from feedback import logs

    logs.start("debug")
    for round_ in range(100):
        desk.hear(inbound(f"{CANARY} {round_}")) if round_ < 3 else None
        with monkeypatch.context() as patch:
            if round_ % 2:
                patch.setitem(job.JOBS, Kind.SWEEP, fail)
            queue.push(Kind.SWEEP)
            queue.push(Kind.TRIAGE)
            job.run("sweep", 0)
    _work(valkey, "upkeep")
    _work(valkey, "triage")
    held = b" ".join(key + bytes(valkey.dump(key) or b"") for key in valkey.scan_iter())
    written = "".join(capsys.readouterr()).encode()
    assert b"job failed" in written
    assert [spelling for spelling in spellings(CANARY) if spelling in held + written] == []


def test_without_valkey_the_table_is_polled(desk: Desk, parts: wiring.Parts, queue: Queue) -> None:
    import threading

    desk.hear(inbound("no water"))
    stop = threading.Event()
    polling = threading.Thread(target=main._poll, args=(parts, "triage", stop))
    polling.start()
    from tests.workers.conftest import until

    until(lambda: desk.rows(Ticket)[0].read_at is not None)
    stop.set()
    polling.join(timeout=60)
    assert not polling.is_alive()
