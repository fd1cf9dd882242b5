"""The one writer of a web process: gathers what the hooks heard and commits it together (decision 5b)."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import structlog
from sqlalchemy.orm import Session

from channels.contract import CallNews, Inbound, Receipt
from feedback.db import Database
from feedback.desk import calling, delivery, intake, pieces, quarantine, sync
from feedback.desk.intake import Received
from feedback.models.staff import Staff

MOST_TOGETHER = 64
OF_A_FORM = 8
"""A form is coded as it is taken in: it weighs as much as so many texts, which wait behind it."""

MOST_WAITING = 2000
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Unread:
    """The body of a genuine request that could not be read."""

    adapter: str
    hook: str
    raw: bytes
    why: str


@dataclass(frozen=True, slots=True, repr=False)
class Sent:
    """One form from a tablet: opened a moment ago, and who sends it."""

    staff: Staff
    tablet: str
    form: sync.Opened


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one hook call told us, or one form; answered when it is committed and synced, or failed (I1).

    `may_wait`: for each of its calls whether the caller may wait for somebody; `states`: what became of its form. Both
    are filled before `done`.
    """

    messages: Sequence[Inbound] = ()
    receipts: Sequence[Receipt] = ()
    unread: Unread | None = None
    calls: Sequence[CallNews] = ()
    sent: Sent | None = None
    may_wait: list[bool] = field(default_factory=list)
    states: list[sync.State] = field(default_factory=list)
    done: Future[list[Received]] = field(default_factory=Future)


class Busy(Exception):  # noqa: N818
    """More waits than can be written soon: the provider is asked to come again."""


class Writer:
    """A thread that commits parcels in batches. A batch that fails is split, and each parcel tried alone."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: queue.Queue[Parcel | None] = queue.Queue(MOST_WAITING)
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self) -> None:
        """Write what waits, then end."""
        self._waiting.put(None)
        self._thread.join(timeout=30)

    def submit(self, parcel: Parcel) -> Future[list[Received]]:
        """Hand over a parcel; the future ends with what became of its messages. Raises `Busy`."""
        try:
            self._waiting.put_nowait(parcel)
        except queue.Full:
            raise Busy from None
        return parcel.done

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            batch, ends, weight = [first], False, _weight(first)
            while weight < MOST_TOGETHER and not ends:
                try:
                    more = self._waiting.get_nowait()
                except queue.Empty:
                    break
                if more is None:
                    ends = True
                else:
                    batch.append(more)
                    weight += _weight(more)
            for parcel in batch:
                parcel.done.set_running_or_notify_cancel()  # from here on nobody can go away any more
            self._write(batch)
            if ends:
                return

    def _write(self, batch: list[Parcel]) -> None:
        try:
            with self._database.transaction() as session:
                results = _write_all(session, batch)
        except Exception as failure:
            if len(batch) == 1:
                self._write_once_more(batch[0])
                return
            log.warning("batch split", parcels=len(batch), failure=type(failure).__name__)
            for parcel in batch:
                self._write([parcel])
            return
        for parcel, result in zip(batch, results, strict=True):
            _end(parcel, result)

    def _write_once_more(self, parcel: Parcel) -> None:
        """Another process may have been quicker with the same message: then the second look finds its repeat."""
        try:
            with self._database.transaction() as session:
                (result,) = _write_all(session, [parcel])
        except Exception as failure:
            log.error("parcel not written", failure=type(failure).__name__)
            if not parcel.done.cancelled():
                parcel.done.set_exception(failure)
            return
        _end(parcel, result)


def _weight(parcel: Parcel) -> int:
    return OF_A_FORM if parcel.sent is not None else 1


def _end(parcel: Parcel, result: list[Received]) -> None:
    if not parcel.done.cancelled():  # who went away before it was written gets no word; what they told us is kept
        parcel.done.set_result(result)


def _write_all(session: Session, batch: Sequence[Parcel]) -> list[list[Received]]:
    ready = [[one for message in parcel.messages for one in pieces.ready(session, message)] for parcel in batch]
    received = iter(intake.receive(session, [one for some in ready for one in some]))
    for parcel in batch:
        if parcel.calls:
            parcel.may_wait[:] = calling.record(session, parcel.calls)
        if parcel.receipts:
            delivery.record_receipts(session, parcel.receipts)
        if parcel.sent is not None:
            parcel.states[:] = [sync.receive(session, parcel.sent.staff, parcel.sent.tablet, parcel.sent.form)]
        if parcel.unread is not None:
            unread = parcel.unread
            quarantine.keep(session, adapter=unread.adapter, hook=unread.hook, raw=unread.raw, why=unread.why)
    return [[next(received) for _ in some] for some in ready]
