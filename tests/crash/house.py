"""A whole installation whose processes can be killed, a carrier opposite, and a provider that tells until it is answered."""

from __future__ import annotations

import http.client
import multiprocessing
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode

import redis
import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from channels.sandbox.app import create
from channels.sandbox.client import SandboxPhone
from channels.sandbox.config import SandboxConfig
from feedback import clock, wiring
from feedback.desk import replies, visibility
from feedback.models.event import Event
from feedback.models.message import Message
from feedback.models.reply import Reply, ReplyState
from feedback.models.ticket import Ticket
from feedback.ops.parts import page_answers
from feedback.queue import Kind
from feedback.settings import Settings
from tests import factories
from tests.crash import doomed
from tests.crash.points import Point
from tests.ports import held_port
from tests.workers.conftest import serving, until

T = TypeVar("T")
INBOUND = "/hooks/twilio-sms/inbound"
PARTS = ("web", "triage", "send", "upkeep")
ENDED = (ReplyState.DELIVERED, ReplyState.SENT, ReplyState.FAILED, ReplyState.BY_HAND, ReplyState.RECALLED)
_FORK = multiprocessing.get_context("forkserver")
_FORK.set_forkserver_preload(["tests.crash.doomed"])


@dataclass
class House:
    """The installation, its desk as tests use it, and the phones opposite."""

    parts: wiring.Parts
    desk: factories.Desk
    phone: SandboxPhone
    folder: Path
    wanted: tuple[str, ...] = PARTS
    running: dict[str, multiprocessing.process.BaseProcess] = field(default_factory=dict)
    deaths: Counter[str] = field(default_factory=Counter)
    doomed: set[str] = field(default_factory=set)
    begun: int = 0

    @property
    def settings(self) -> Settings:
        return self.parts.settings

    def start(self, *names: str, point: Point | None = None, nth: int = 1, wait: bool = True) -> None:
        """Start these parts and wait until they are at work; one of them may be doomed to die at a point from then on."""
        if not names:
            return
        self.begun += 1
        armed = self.folder / f"armed-{self.begun}"
        for name in names:
            args = (name, self.settings, self.folder / f"{name}.log", armed, point, nth)
            self.running[name] = _FORK.Process(target=doomed.live, args=args, daemon=True)  # type: ignore[attr-defined]
            self.running[name].start()
        if wait:
            until(lambda: all(self._at_work(name) for name in names), 60)
        armed.touch()

    def kill(self, name: str) -> None:
        """As the kernel does when memory runs out. Not counted among the deaths of those that were doomed."""
        process = self.running.pop(name, None)
        if process is not None:
            process.kill()
            process.join()

    def doom(self, point: Point, nth: int) -> None:
        """Let the process of this point be one that will die there, and no other."""
        for name in {*self.doomed, point.process}:
            self.kill(name)
        self.doomed = {point.process}
        self.start(point.process, point=point, nth=nth)
        self.mend(ask=False)
        self.deaths.clear()

    def mend(self, *, ask: bool = True, wait: bool = True) -> None:
        """What supervisor and scheduler do: start again what died, and ask for every kind of work.

        Without `wait`, what dies again while it starts is started again the next time.
        """
        self.deaths.update(name for name, process in self.running.items() if process.exitcode is not None)
        gone = [one for one in self.wanted if one not in self.running or self.running[one].exitcode is not None]
        self.start(*gone, wait=wait)
        if ask:
            self.parts.queue.mend()
            for kind in (Kind.TRIAGE, Kind.DELIVER, Kind.SWEEP):
                self.parts.queue.push(kind)

    def tell(self, form: Mapping[str, str], *, seconds: float = 60.0) -> list[float]:
        """As a provider does: the same request until it is answered with 2xx. Seconds that each try took."""
        waits, end = [], time.monotonic() + seconds
        while True:
            began = time.monotonic()
            status = self.post(form)
            waits.append(time.monotonic() - began)
            if status is not None and 200 <= status < 300:
                return waits
            assert time.monotonic() < end, f"not answered in {seconds} s; the last status was {status}"
            time.sleep(0.1)

    def post(self, form: Mapping[str, str], *, path: str = INBOUND, timeout: float = 15.0) -> int | None:
        """One signed request; its status, or None where no answer came."""
        host, _, port = self.settings.bind.partition(":")
        line = http.client.HTTPConnection(host, int(port), timeout=timeout)
        headers = {**factories.signed(path, dict(form)), "Content-Type": "application/x-www-form-urlencoded"}
        try:
            line.request("POST", path, urlencode(form), headers)
            answer = line.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            line.close()

    def answer(self, number: str) -> int:
        """Somebody answers a ticket from this number; the reply's id. It may go at once."""
        ticket, staff = self._again(lambda: self.desk.ticket("no water", address=number)), self.desk.staff()

        def answer() -> int:
            with self.desk.at(staff=True) as session:
                found = visibility.find_ticket(session, staff, ticket.reference)
                reply = replies.answer(session, staff, found, "The tap is mended.")
                reply.not_before = clock.now()
            return reply.id

        return self._again(answer)

    def state(self, reply_id: int) -> ReplyState:
        """Where a reply stands."""
        (reply,) = self.desk.rows(Reply, Reply.id == reply_id)
        return reply.state

    def hurry(self, *reply_ids: int) -> None:
        """Let three minutes pass for replies that have not ended; in these nobody was in the middle of sending one."""
        waiting = [one for one in reply_ids if self.state(one) not in ENDED]
        if any(self.state(one) is ReplyState.SENDING for one in waiting) and "send" in self.running:
            self.kill("send")
        with self.desk.at() as session:
            for reply in session.scalars(sa.select(Reply).where(Reply.id.in_(waiting)).with_for_update()):
                for name in ("queued_at", "not_before", "first_try_at", "claimed_until"):
                    at = getattr(reply, name)
                    setattr(reply, name, at and at - timedelta(minutes=3))
        self.mend()

    def let_claims_run_out(self) -> None:
        """A dead worker's texts may be taken by the next one: two minutes have gone by."""
        with self.desk.at() as session:
            session.execute(sa.update(Ticket).values(claimed_until=None))

    def kept(self, refs: Sequence[str]) -> dict[str, int]:
        """How often each of these messages is kept."""
        found = Counter(one.provider_ref for one in self.desk.rows(Message, Message.provider_ref.in_(refs)))
        return {ref: found[ref] for ref in refs}

    def taken_in(self, refs: Sequence[str]) -> list[int]:
        """How often each was taken in, by the history of the ticket that it opened."""
        ids = [one.ticket_id for one in self.desk.rows(Message, Message.provider_ref.in_(refs))]
        found = Counter(one.ticket_id for one in self.desk.rows(Event, Event.action == "receive"))
        return [found[id_] for id_ in ids]

    def unread(self) -> int:
        """Tickets that no machine has read yet."""
        return len(self.desk.rows(Ticket, Ticket.read_at.is_(None)))

    def read_late(self, refs: Sequence[str], seconds: float) -> list[float]:
        """How long those of these messages waited for the machine that waited longer than so many seconds."""
        ids = [one.ticket_id for one in self.desk.rows(Message, Message.provider_ref.in_(refs))]
        tickets = [one for one in self.desk.rows(Ticket, Ticket.read_at.is_not(None)) if one.id in set(ids)]
        waited = [(one.read_at - one.created_at).total_seconds() for one in tickets if one.read_at]
        return [one for one in waited if one > seconds]

    def _again(self, work: Callable[[], T]) -> T:
        """The machine reads the same ticket meanwhile: who comes second is told so, and tries again."""
        for _ in range(9):
            try:
                return work()
            except StaleDataError:
                continue
        return work()

    def _at_work(self, name: str) -> bool:
        process = self.running[name]
        assert process.exitcode is None, (self.folder / f"{name}.log").read_text()
        if name == "web":
            return page_answers(f"http://{self.settings.bind}/sign-in")
        if name == "schedule":
            return True  # it has nobody to report to
        try:
            valkey = self.parts.queue.connection()
            names = [one.decode() for one in valkey.smembers(f"rq:workers:{name}")]
            return str(process.pid).encode() in [valkey.hget(one, "pid") for one in names]
        except redis.RedisError:
            return True  # it waits for Valkey, as we do


@contextmanager
def open_house(settings: Settings, valkey_url: str, folder: Path, *parts: str) -> Iterator[House]:
    """An installation on this database, with these parts running."""
    with ExitStack() as stack:
        door = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        carrier, port = f"http://127.0.0.1:{door.getsockname()[1]}", stack.enter_context(held_port())
        settings = replace(
            settings, bind=f"127.0.0.1:{port}", twilio_api_base=carrier, redis_url=valkey_url, texts_a_second=1000.0
        )
        config = SandboxConfig(
            factories.ACCOUNT_SID, factories.AUTH_TOKEN, sender=factories.OUR_NUMBER, hook_url=f"http://{settings.bind}",
            public_url=factories.PUBLIC_URL, own_url=carrier, receipt_delay=0.02, retry_after=(0.2, 0.4, 0.8, 1.6, 3.2, 6.4),
        )  # fmt: skip
        stack.enter_context(serving(create(config), door))
        phone = stack.enter_context(SandboxPhone(carrier))
        with redis.Redis.from_url(valkey_url) as valkey:
            valkey.flushall()
        shared = wiring.live(settings)
        stack.callback(shared.close)
        stack.callback(shared.queue.connection().close)
        house = House(shared, factories.Desk(shared), phone, folder, parts)
        stack.callback(lambda: [house.kill(name) for name in list(house.running)])
        house.start(*parts)
        yield house


def again_until(work: Callable[[], object], holds: Callable[[], bool], *, every: float, seconds: float = 60.0) -> None:
    """Do something again and again until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        work()
        pause = time.monotonic() + every
        while time.monotonic() < pause and not holds():
            time.sleep(0.03)
