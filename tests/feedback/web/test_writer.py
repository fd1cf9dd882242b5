"""The writer: everything handed over is committed once, together, and answered only then (I1, I2, decision 5b)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, wait

import pytest
import sqlalchemy as sa

from channels.contract import Delivery, Inbound, Receipt
from feedback import clock, wiring
from feedback.desk import sync
from feedback.desk.intake import Received
from feedback.models.message import Message, Quarantine
from feedback.models.reply import ReceiptRow
from feedback.models.staff import Role
from feedback.models.ticket import Ticket
from feedback.web.writer import MOST_TOGETHER, Busy, Parcel, Sent, Unread, Writer
from tests.factories import Desk, inbound
from tests.feedback.desk import forms


@pytest.fixture
def writer(parts: wiring.Parts) -> Iterator[Writer]:
    writer = Writer(parts.database)
    writer.start()
    yield writer
    writer.stop()


def _written(future: Future[list[Received]]) -> list[Received]:
    return future.result(timeout=60)


def test_what_was_handed_over_is_committed_when_the_future_ends(writer: Writer, desk: Desk) -> None:
    (received,) = _written(writer.submit(Parcel([inbound("no water")])))
    assert [ticket.id for ticket in desk.rows(Ticket)] == [received.ticket_id]


def test_each_parcel_hears_of_its_own_messages(writer: Writer, desk: Desk) -> None:
    parcels = [Parcel([inbound(f"{number}.{part}") for part in range(number % 3)]) for number in range(30)]
    futures = [writer.submit(parcel) for parcel in parcels]
    for parcel, future in zip(parcels, futures, strict=True):
        ids = [received.ticket_id for received in _written(future)]
        kept = {message.ticket_id: message.provider_ref for message in desk.rows(Message, Message.ticket_id.in_(ids))}
        assert [kept[id_] for id_ in ids] == [message.provider_ref for message in parcel.messages]


def test_what_waits_is_committed_together(parts: wiring.Parts, desk: Desk) -> None:
    writer, commits = Writer(parts.database), []
    sa.event.listen(parts.database.engine, "commit", lambda _: commits.append(1))
    futures = [writer.submit(Parcel([inbound()])) for _ in range(MOST_TOGETHER + 1)]
    writer.start()
    wait(futures, timeout=20)
    writer.stop()
    assert len(commits) == 2
    assert len(desk.rows(Message)) == MOST_TOGETHER + 1


def test_one_that_can_not_be_written_harms_no_other(parts: wiring.Parts, desk: Desk) -> None:
    writer = Writer(parts.database)
    bad = _unwritable()
    futures = [writer.submit(Parcel([message])) for message in (inbound("one"), bad, inbound("two"))]
    writer.start()
    assert [_written(futures[place])[0].new for place in (0, 2)] == [True, True]
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the engine says of it
        _written(futures[1])
    assert _written(writer.submit(Parcel([inbound("three")])))
    writer.stop()
    assert len(desk.rows(Message)) == 3


def test_who_goes_away_does_not_stop_the_writer_and_loses_nothing(parts: wiring.Parts, desk: Desk) -> None:
    """A provider that hangs up cancels its future; an error from that would end the thread, and with it all intake."""
    writer = Writer(parts.database)
    gone, staying = (writer.submit(Parcel([inbound()])) for _ in range(2))
    assert gone.cancel()
    writer.start()
    assert _written(staying)
    assert _written(writer.submit(Parcel([inbound()])))
    writer.stop()
    assert len(desk.rows(Message)) == 3


def test_receipts_and_unreadable_bodies_go_the_same_way(writer: Writer, desk: Desk) -> None:
    receipt = Receipt("twilio-sms", "SM" + "1" * 32, Delivery.SENT, clock.now())
    futures = [
        writer.submit(Parcel(receipts=[receipt])),
        writer.submit(Parcel(unread=Unread("twilio-sms", "inbound", b"odd", "no body"))),
        writer.submit(Parcel([inbound()], receipts=[receipt])),
    ]
    assert [len(_written(future)) for future in futures] == [0, 0, 1]
    assert [len(desk.rows(table)) for table in (ReceiptRow, Quarantine, Message)] == [1, 1, 1]


@pytest.mark.parametrize("processes", [2, 4])
def test_processes_that_race_for_one_message_keep_it_once_and_all_answer(
    parts: wiring.Parts, desk: Desk, processes: int
) -> None:
    """Story 2: one MessageSid, delivered to several processes at the same instant, ten times over."""
    others = [wiring.live(parts.settings) for _ in range(processes)]
    writers = [Writer(other.database) for other in others]
    for writer in writers:
        writer.start()
    for round_ in range(10):
        message, barrier, results = inbound(f"round {round_}"), threading.Barrier(processes), []
        threads = [threading.Thread(target=_race, args=(writer, message, barrier, results)) for writer in writers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert sorted(received.new for received in results) == [False] * (processes - 1) + [True]
        assert len({received.ticket_id for received in results}) == 1
    for writer, other in zip(writers, others, strict=True):
        writer.stop()
        other.close()
    assert len(desk.rows(Message)) == len(desk.rows(Ticket)) == 10


def test_when_too_much_waits_the_provider_is_asked_to_come_again(
    parts: wiring.Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedback.web.writer.MOST_WAITING", 3)
    writer = Writer(parts.database)
    futures = [writer.submit(Parcel([inbound()])) for _ in range(3)]
    with pytest.raises(Busy):
        writer.submit(Parcel([inbound()]))
    writer.start()
    assert all(_written(future) for future in futures)
    writer.stop()


def test_stopping_writes_what_waits(parts: wiring.Parts, desk: Desk) -> None:
    writer = Writer(parts.database)
    for _ in range(5):
        writer.submit(Parcel([inbound()]))
    writer.start()
    writer.stop()
    assert len(desk.rows(Message)) == 5


def _race(writer: Writer, message: Inbound, barrier: threading.Barrier, results: list[Received]) -> None:
    barrier.wait()
    results += _written(writer.submit(Parcel([message])))


def _unwritable() -> Inbound:
    """A message that no engine takes: its reference is no text."""
    return inbound("bad", provider_ref=object())


def test_forms_that_wait_are_committed_together_and_each_hears_what_became_of_it(
    parts: wiring.Parts, desk: Desk
) -> None:
    writer, commits, staff = Writer(parts.database), [], desk.staff(Role.VOLUNTEER)
    filled = [forms.filled() for _ in range(3)]
    opened = [sync.open_form(parts.vault, forms.sealed(parts, one)) for one in (*filled, filled[0])]
    parcels = [Parcel(sent=Sent(staff, forms.TABLET, one)) for one in opened]
    futures = [writer.submit(parcel) for parcel in parcels]
    sa.event.listen(parts.database.engine, "commit", lambda _: commits.append(1))
    writer.start()
    wait(futures, timeout=20)
    writer.stop()
    assert [parcel.states for parcel in parcels] == [[sync.State.KEPT]] * 3 + [[sync.State.REPEAT]]
    assert len(commits) == 1
    assert len(desk.rows(Ticket)) == 3
