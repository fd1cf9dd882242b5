"""The kinds of work for later, their queues, and the nudge that wakes a worker. The table is the truth (decision 5)."""

from __future__ import annotations

import threading
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redis import Redis
    from sqlalchemy.orm import Session


class Kind(StrEnum):
    """A kind of job. Each looks for its own work in the tables, may run twice, late or never."""

    TRIAGE = "triage"
    DELIVER = "deliver"
    RECORDINGS = "recordings"
    SWEEP = "sweep"
    RECONCILE = "reconcile"
    COPIES = "copies"
    RETENTION = "retention"
    FORGOTTEN = "forgotten"
    RENEWAL = "renewal"


QUEUES = {
    Kind.TRIAGE: "triage",
    Kind.DELIVER: "send",
    Kind.RECORDINGS: "upkeep",
    Kind.SWEEP: "upkeep",
    Kind.RECONCILE: "upkeep",
    Kind.COPIES: "upkeep",
    Kind.RETENTION: "upkeep",
    Kind.FORGOTTEN: "upkeep",
    Kind.RENEWAL: "upkeep",
}
"""Which worker process does which kind: one process listens to one queue, or a death between two can lose a job."""

EVERY = {
    Kind.TRIAGE: timedelta(seconds=30),
    Kind.DELIVER: timedelta(seconds=30),
    Kind.RECORDINGS: timedelta(seconds=30),
    Kind.SWEEP: timedelta(seconds=60),
    Kind.RECONCILE: timedelta(minutes=5),  # a gap is filled within fifteen (I3)
    Kind.COPIES: timedelta(minutes=30),
    Kind.RETENTION: timedelta(hours=1),
    Kind.FORGOTTEN: timedelta(minutes=30),
    Kind.RENEWAL: timedelta(minutes=5),
}
"""How often each kind is asked for."""


def nudge(session: Session, kind: Kind) -> None:
    """Ask for a kind of job once this transaction has committed."""
    session.info["nudges"].add(kind)


class Queue:
    """Pushes jobs to Valkey, or does nothing where there is none and workers poll."""

    def __init__(self, url: str = "", *, lanes: int = 1) -> None:
        self._url, self._lanes = url, lanes
        self._connection: Redis | None = None
        self._news, self._wanted, self._ends = threading.Condition(), set[Kind](), False
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """From now on a thread of its own pushes: who asks does not wait, however slow Valkey is (decision 5b, I4)."""
        self._thread = threading.Thread(target=self._push_what_is_wanted, name="queue", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Push what waits, if Valkey takes it soon, and let the thread go."""
        with self._news:
            self._ends = True
            self._news.notify()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def push(self, kind: Kind) -> None:
        """Ask for one job of this kind a lane. Valkey away is no error: the scheduler asks again each half minute (I4)."""
        if self._thread is None:
            self._push_now(kind)
            return
        with self._news:
            self._wanted.add(kind)
            self._news.notify()

    def _push_what_is_wanted(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._wanted or self._ends)
                if not self._wanted:
                    return
                kind = self._wanted.pop()
            self._push_now(kind)

    def _push_now(self, kind: Kind) -> None:
        if not self._url:
            return
        from redis.exceptions import RedisError  # heavy, and not needed where there is no Valkey

        for lane in self._lanes_of(kind):
            try:
                self._ask(kind, lane)
            except RedisError:
                return

    def mend(self) -> None:
        """Forget jobs that neither wait nor run: their id would be refused for as long as Valkey remembers them."""
        for queue in dict.fromkeys(QUEUES.values()):
            self._forget(queue, running=False)

    def take_over(self, queue: str) -> None:
        """A worker begins on this queue: what a dead one left running is forgotten, for the table knows what is open.

        Where another worker still runs it, it may run twice, which no job minds.
        """
        self._forget(queue, running=True)

    def _forget(self, queue: str, *, running: bool) -> None:
        if not self._url:
            return
        from redis.exceptions import RedisError
        from rq import Queue as Line
        from rq.exceptions import NoSuchJobError
        from rq.job import Job

        connection = self.connection()
        line = Line(queue, connection=connection, serializer="json")
        ids = [f"{kind.value}-{lane}" for kind in Kind if QUEUES[kind] == queue for lane in self._lanes_of(kind)]
        try:
            for job_id in ids:
                key = Job.key_for(job_id)
                waits = job_id in line.job_ids or (not running and job_id in line.intermediate_queue.get_job_ids())
                status = connection.hget(key, "status")  # last: what has left the lists by now has begun
                if waits or (status == b"started" and not running):
                    continue
                try:
                    Job.fetch(job_id, connection=connection, serializer="json").delete()
                except NoSuchJobError:
                    connection.delete(key)  # nothing, or what a worker wrote of it after it had gone
        except RedisError:
            return

    def _lanes_of(self, kind: Kind) -> range:
        return range(self._lanes if kind is Kind.TRIAGE else 1)

    def connection(self) -> Redis:
        """The client of Valkey, made at first use."""
        if self._connection is None:
            import redis

            self._connection = redis.Redis.from_url(self._url, socket_timeout=5, socket_connect_timeout=2)
        return self._connection

    def _ask(self, kind: Kind, lane: int) -> None:
        from rq import Queue as Line
        from rq.exceptions import DuplicateJobError

        connection = self.connection()
        line = Line(QUEUES[kind], connection=connection, serializer="json")
        try:
            line.enqueue(
                "workers.job.run",
                kwargs={"kind": kind.value, "lane": lane},
                job_id=f"{kind.value}-{lane}",
                description=kind.value,
                unique=True,
                result_ttl=0,
                failure_ttl=86_400,
                job_timeout=300,
            )
        except DuplicateJobError:
            return  # it is asked for already, or runs and will look once more
