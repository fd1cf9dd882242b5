"""A reply that failed: again for ten minutes where that can help, then a task; never again where it may have gone out (story 16)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from channels.contract import Delivery, Fate, Receipt, SendFailed
from feedback.desk import delivery, replies, tasks
from feedback.desk.delivery import AGAIN_FOR, TRIES, Claimed
from feedback.models.reply import Reply, ReplyState
from feedback.models.ticket import Status, Ticket
from tests.factories import Desk

NOON = datetime(2026, 3, 4, 6, 0, tzinfo=UTC)


class Line:
    """One reply on its way, on a clock that we hold."""

    def __init__(self, desk: Desk, time: time_machine.Coordinates) -> None:
        self.desk, self.time, self.now = desk, time, NOON
        ticket, self.agent = desk.ticket(), desk.staff()
        desk.act(self.agent, ticket, replies.answer, "The tap is mended.")
        self.after(replies.RECALL_FOR.total_seconds())

    def after(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.time.move_to(self.now)

    def claim(self) -> Claimed | None:
        with self.desk.at() as session:
            return next(iter(delivery.claim(session)), None)

    def taken(self, ref: str) -> Claimed:
        claimed = self.claim()
        assert claimed is not None
        with self.desk.at() as session:
            delivery.handed_over(session, claimed.reply_id, ref)
        return claimed

    def receipt(self, claimed: Claimed, ref: str, news: Delivery, fate: Fate | None = None) -> None:
        receipt = Receipt("twilio-sms", ref, news, self.now, claimed.envelope.reply, fate=fate)
        with self.desk.at() as session:
            delivery.record_receipts(session, [receipt])

    @property
    def reply(self) -> Reply:
        (reply,) = self.desk.rows(Reply)
        return reply

    @property
    def state(self) -> ReplyState:
        return self.reply.state


@pytest.fixture
def line(desk: Desk) -> Iterator[Line]:
    with time_machine.travel(NOON, tick=False) as time:
        yield Line(desk, time)


@pytest.mark.parametrize(
    ("fate", "tries"),
    [(Fate.LATER, 4), (Fate.ONCE_MORE, 2), (Fate.FINAL, 1), (Fate.SETUP, 1), (Fate.OPTED_OUT, 1), (None, 1)],
)
def test_a_failed_receipt_is_tried_as_often_as_it_can_help_then_a_person_is_asked(
    line: Line, fate: Fate | None, tries: int
) -> None:
    sent = []
    while (claimed := line.claim()) is not None:
        sent.append(claimed.envelope.reply)
        ref = f"SM{len(sent)}"
        with line.desk.at() as session:
            delivery.handed_over(session, claimed.reply_id, ref)
        line.after(2)
        line.receipt(claimed, ref, Delivery.FAILED, fate)
        line.after(TRIES[min(len(sent), len(TRIES)) - 1].total_seconds())
    assert len(sent) == len(set(sent)) == tries
    assert line.state is ReplyState.FAILED
    assert line.now - NOON < AGAIN_FOR
    assert line.desk.rows(Ticket)[0].status is Status.ASSIGNED
    assert len(line.desk.do(tasks.waiting, line.agent)) == 1


def test_a_failure_that_is_told_after_ten_minutes_is_a_task_at_once(line: Line) -> None:
    claimed = line.taken("SM1")
    line.after(AGAIN_FOR.total_seconds())
    line.receipt(claimed, "SM1", Delivery.FAILED, Fate.LATER)
    assert line.state is ReplyState.FAILED


def test_a_second_try_that_arrives_closes_the_ticket(line: Line) -> None:
    first = line.taken("SM1")
    line.receipt(first, "SM1", Delivery.FAILED, Fate.LATER)
    line.after(30)
    second = line.taken("SM2")
    line.receipt(second, "SM2", Delivery.DELIVERED)
    assert line.state is ReplyState.DELIVERED
    assert line.desk.rows(Ticket)[0].status is Status.CLOSED


def test_late_news_of_an_earlier_try_is_not_taken_for_the_new_one(line: Line) -> None:
    first = line.taken("SM1")
    line.receipt(first, "SM1", Delivery.FAILED, Fate.LATER)
    line.after(30)
    assert line.claim() is not None
    line.receipt(first, "SM1", Delivery.SENT)
    assert (line.state, line.reply.provider_ref) == (ReplyState.SENDING, None)


def test_a_failure_that_came_before_we_knew_its_name_counts_with_its_fate(line: Line) -> None:
    claimed = line.claim()
    assert claimed is not None
    early = Receipt("twilio-sms", "SM1", Delivery.FAILED, line.now, fate=Fate.LATER)
    with line.desk.at() as session:
        delivery.record_receipts(session, [early])
        delivery.handed_over(session, claimed.reply_id, "SM1")
    assert line.state is ReplyState.QUEUED


def test_a_provider_that_names_nothing_itself_can_fail_twice(line: Line) -> None:
    for expected in (ReplyState.QUEUED, ReplyState.FAILED):
        claimed = line.claim()
        assert claimed is not None
        ours = claimed.envelope.reply
        with line.desk.at() as session:
            delivery.handed_over(session, claimed.reply_id, ours)
        line.receipt(claimed, ours, Delivery.FAILED, Fate.ONCE_MORE)
        assert line.state is expected
        line.after(30)


class TestUnknownEnd:
    """The answer to our call was lost: the provider is asked, and nothing ever goes out again by itself."""

    @pytest.fixture
    def lost(self, line: Line) -> Line:
        claimed = line.claim()
        assert claimed is not None
        with line.desk.at() as session:
            delivery.failed(session, claimed.reply_id, SendFailed("no answer", retry=True, unknown=True))
        return line

    def doubted(self, line: Line) -> Claimed:
        with line.desk.at() as session:
            (one,) = delivery.doubtful(session)
        return one

    def test_it_is_never_sent_again(self, lost: Line) -> None:
        for _ in range(30):
            lost.after(30)
            assert lost.claim() is None

    def test_found_at_the_provider_it_is_sent(self, lost: Line) -> None:
        one = self.doubted(lost)
        with lost.desk.at() as session:
            delivery.handed_over(session, one.reply_id, "SM1")
        assert lost.state is ReplyState.SENT

    def test_it_is_looked_for_from_the_moment_of_this_try(self, lost: Line) -> None:
        assert self.doubted(lost).envelope.since == lost.now

    @pytest.mark.parametrize(("seconds", "state"), [(119, ReplyState.UNKNOWN), (121, ReplyState.FAILED)])
    def test_not_listed_for_two_minutes_it_is_a_task(self, lost: Line, seconds: int, state: ReplyState) -> None:
        one = self.doubted(lost)
        lost.after(seconds)
        with lost.desk.at() as session:
            delivery.not_found(session, one.reply_id)
        assert lost.state is state

    @pytest.mark.parametrize(
        ("retry", "seconds", "state"),
        [
            (True, 300, ReplyState.UNKNOWN),  # the provider is away: it is asked again
            (True, 601, ReplyState.FAILED),
            (False, 1, ReplyState.FAILED),  # this one can never tell
        ],
    )
    def test_a_provider_that_can_not_say_is_asked_for_ten_minutes(
        self, lost: Line, seconds: int, state: ReplyState, *, retry: bool
    ) -> None:
        one = self.doubted(lost)
        lost.after(seconds)
        with lost.desk.at() as session:
            delivery.not_told(session, one.reply_id, SendFailed("cannot say", retry=retry))
        assert lost.state is state
        assert lost.reply.why == ("not known whether it went out" if state is ReplyState.FAILED else "no answer")
