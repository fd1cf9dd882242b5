"""What providers keep: gaps filled from their lists (D11), their copies deleted within a day (D27)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from channels.contract import ChannelName, Copy, Inbound, Kept, Media, SendFailed
from channels.twilio_sms import TwilioSms
from feedback import clock
from feedback.desk import copies, intake
from feedback.models.lately import Thanks
from feedback.models.message import Message, Recording, RecordingState
from feedback.models.reply import Reply, ReplyState
from feedback.models.ticket import Ticket
from feedback.wiring import Parts
from tests.factories import Desk, inbound
from workers import copies as job

NOON = datetime(2026, 3, 4, 6, 0, tzinfo=UTC)


@dataclass
class Provider:
    """A provider's own records, beside the adapter: what it took, and whether it lets go today."""

    name: str = "twilio-sms"
    took: list[Inbound] = field(default_factory=list)
    keeps: dict[str, Copy] = field(default_factory=dict)
    refuses: set[str] = field(default_factory=set)
    away: bool = False

    def list_inbound(self, since: datetime) -> Iterator[Inbound]:
        self._answer()
        return iter([one for one in self.took if one.received_at >= since])

    def list_copies(self, before: datetime) -> Iterator[Copy]:
        self._answer()
        return iter([copy for copy in self.keeps.values() if copy.at < before])

    def delete(self, copy: Copy) -> None:
        if copy.ref in self.refuses:
            raise SendFailed("refused by the provider (20009)", retry=True)
        del self.keeps[copy.ref]

    def keep(self, kind: Kept, ref: str, at: datetime) -> None:
        self.keeps[ref] = Copy(kind, ref, at)

    def _answer(self) -> None:
        if self.away:
            raise SendFailed("no answer from the provider", retry=True, unknown=True)


def texts(many: int, at: datetime) -> list[Inbound]:
    return [inbound(f"text {number}", received_at=at + timedelta(seconds=number)) for number in range(many)]


def with_provider(parts: Parts, provider: Provider) -> Parts:
    return replace(parts, channels={**parts.channels, provider.name: provider})  # type: ignore[dict-item]


@pytest.mark.plan("D11")
@pytest.mark.parametrize("trial", range(10))
def test_ten_of_a_hundred_that_are_missing_here_are_found_and_none_comes_twice(desk: Desk, trial: int) -> None:
    dice = random.Random(trial)
    with time_machine.travel(NOON, tick=False):
        took = texts(100, NOON - timedelta(minutes=10))
        lost = dice.sample(took, 10)
        desk.hear(*[one for one in took if one not in lost])
        parts = with_provider(desk.parts, Provider(took=dice.sample(took, len(took))))
        job.reconcile(parts, 0)
        job.reconcile(parts, 0)
    assert sorted(one.provider_ref for one in desk.rows(Message)) == sorted(one.provider_ref for one in took)
    assert len(desk.rows(Ticket)) == 100


def test_a_message_that_may_still_be_on_its_way_is_left_to_its_hook(desk: Desk) -> None:
    with time_machine.travel(NOON, tick=False):
        provider = Provider(took=texts(1, NOON - timedelta(seconds=30)))
        job.reconcile(with_provider(desk.parts, provider), 0)
        assert not desk.rows(Message)
    with time_machine.travel(NOON + timedelta(minutes=5), tick=False):
        job.reconcile(with_provider(desk.parts, provider), 0)
    assert len(desk.rows(Message)) == 1


def test_whoever_was_heard_late_is_thanked_by_a_text_of_its_own(desk: Desk) -> None:
    with time_machine.travel(NOON, tick=False):
        job.reconcile(with_provider(desk.parts, Provider(took=texts(1, NOON - timedelta(minutes=5)))), 0)
    assert len(desk.rows(Thanks)) == 1


def test_a_provider_that_is_away_stops_nothing_of_the_others(desk: Desk) -> None:
    with time_machine.travel(NOON, tick=False):
        other = Provider(name="other", took=texts(1, NOON - timedelta(minutes=5)))
        parts = with_provider(with_provider(desk.parts, Provider(away=True)), other)
        job.reconcile(parts, 0)
        job.delete_copies(parts, 0)
    assert len(desk.rows(Message)) == 1


@pytest.mark.plan("D27")
@pytest.mark.parametrize(
    ("database_url", "trial"),
    [("postgresql" if trial % 5 == 0 else "sqlite", trial) for trial in range(50)],
    indirect=["database_url"],
)
def test_every_copy_is_gone_within_a_day_however_often_the_provider_refuses(desk: Desk, trial: int) -> None:
    dice, provider = random.Random(trial), Provider()
    with time_machine.travel(NOON, tick=False) as time:
        for one in texts(dice.randrange(1, 6), NOON):
            desk.hear(one)
            provider.keep(Kept.INBOUND, one.provider_ref, NOON)
        provider.keep(Kept.OUTBOUND, "SM-thanks", NOON)
        provider.keep(Kept.CALL, "CA1", NOON)
        stubborn = {ref: dice.randrange(40) for ref in provider.keeps}
        parts = with_provider(desk.parts, provider)
        for half_hour in range(47):
            time.move_to(NOON + timedelta(minutes=30 * half_hour + dice.randrange(15)))
            provider.away = dice.random() < 0.2 and half_hour < 40
            provider.refuses = {ref for ref, until in stubborn.items() if half_hour < until}
            job.delete_copies(parts, 0)
    assert not provider.keeps


def test_what_we_lack_stays_until_it_is_here(desk: Desk) -> None:
    provider = Provider(took=texts(1, NOON - timedelta(hours=2)))
    (lost,) = provider.took
    provider.keep(Kept.INBOUND, lost.provider_ref, lost.received_at)
    parts = with_provider(desk.parts, provider)
    with time_machine.travel(NOON, tick=False):
        job.delete_copies(parts, 0)
        assert provider.keeps
        job.reconcile(parts, 0)
        job.delete_copies(parts, 0)
    assert not provider.keeps


@pytest.mark.parametrize(
    ("state", "hours", "goes"),
    [
        (ReplyState.SENT, 2, False),  # its receipt may still come
        (ReplyState.SENT, 13, True),
        (ReplyState.DELIVERED, 2, True),
        (ReplyState.FAILED, 2, True),
        (ReplyState.UNKNOWN, 2, False),
    ],
)
def test_a_copy_of_a_reply_goes_when_the_reply_has_ended(
    desk: Desk, state: ReplyState, hours: int, *, goes: bool
) -> None:
    ticket = desk.ticket()
    with desk.at() as session:
        session.add(
            Reply(ticket_id=ticket.id, channel=ChannelName.SMS, adapter="twilio-sms", state=state, words=b"x",
                  queued_at=clock.now(), not_before=clock.now(), provider_ref="SM1", tries=1)
        )  # fmt: skip
    copy = Copy(Kept.OUTBOUND, "SM1", clock.now() - timedelta(hours=hours))
    with desk.at() as session:
        assert (copies.deletable(session, "twilio-sms", [copy]) == [copy]) is goes


@pytest.mark.parametrize("kind", [Kept.INBOUND, Kept.RECORDING])
def test_a_copy_of_sound_or_a_picture_goes_when_it_is_here(desk: Desk, kind: Kept) -> None:
    picture = Media("ME1", "https://example.org/ME1", "image/jpeg")
    one = inbound("", media=(picture,))
    desk.hear(one)
    copy = Copy(kind, one.provider_ref if kind is Kept.INBOUND else "ME1", clock.now())
    with desk.at() as session:
        assert not copies.deletable(session, "twilio-sms", [copy])
        session.query(Recording).update({"state": RecordingState.STORED})
        assert copies.deletable(session, "twilio-sms", [copy]) == [copy]


def test_twilio_keeps_a_list_and_an_aggregator_does_not(parts: Parts) -> None:
    assert {keeper.name for keeper in job.keepers(parts)} == {"twilio-sms", "twilio-voice"}
    assert isinstance(parts.channels["twilio-sms"], TwilioSms)


def test_messages_heard_twice_by_hook_and_list_are_one(desk: Desk) -> None:
    one = inbound(received_at=NOON)
    with desk.at() as session:
        intake.receive(session, [one], late=True)
        (again,) = intake.receive(session, [one])
    assert not again.new
