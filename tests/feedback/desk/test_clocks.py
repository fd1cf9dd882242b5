"""A clock that jumps, in either direction or by an hour of summer time, loses nothing and lets no code count twice (D12)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine

from channels.contract import Inbound
from classifier.suggestion import Verdict
from feedback.desk import replies, sessions
from feedback.models.message import Message
from feedback.models.reply import ReplyState
from feedback.models.ticket import Ticket
from tests.factories import PASSWORD, SEED, Desk, inbound
from tests.feedback.desk.deliveries import claim, the_reply
from tests.feedback.desk.readings import read, suggestion
from tests.workers.test_copies import Provider, with_provider
from workers import copies

NOON = datetime(2026, 3, 4, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
JUMPS = [timedelta(days=-1), -HOUR, timedelta(seconds=-1), HOUR, timedelta(days=400)]


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine stands where clocks are changed twice a year."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.plan("D12")
@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_texts_before_and_after_a_jump_are_kept_and_read(desk: Desk, jump: timedelta) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        first = inbound("no water")
        desk.hear(first)
        clock.move_to(NOON + jump)
        desk.hear(first, inbound("no rice"))
        read(desk, suggestion(Verdict.OPEN))
    assert len(desk.rows(Message)) == 2
    assert all(ticket.read_at is not None and ticket.compartment is None for ticket in desk.rows(Ticket))


@pytest.mark.plan("D12")
@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    "change", [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)], ids=str
)
def test_an_hour_that_comes_twice_or_never_changes_no_order_and_no_deadline(desk: Desk, change: datetime) -> None:
    heard: list[Inbound] = []
    for minutes in (-90, -30, 30, 90):
        with time_machine.travel(change + timedelta(minutes=minutes), tick=False):
            heard.append(inbound("no water", received_at=change + timedelta(minutes=minutes)))
            desk.hear(heard[-1])
    kept = sorted(desk.rows(Message), key=lambda message: message.id)
    assert [message.provider_ref for message in kept] == [one.provider_ref for one in heard]
    assert [message.at for message in kept] == [one.received_at for one in heard]


@pytest.mark.plan("D12")
@pytest.mark.parametrize("skew", [-HOUR, HOUR], ids=["behind", "ahead"])
def test_a_provider_whose_clock_is_wrong_still_has_its_gaps_filled(desk: Desk, skew: timedelta) -> None:
    provider = Provider(took=[inbound("no water", received_at=NOON + skew)])
    parts = with_provider(desk.parts, provider)
    for minutes in (5, 10, 70, 80):
        with time_machine.travel(NOON + timedelta(minutes=minutes), tick=False):
            copies.reconcile(parts, 0)
    assert len(desk.rows(Message)) == 1


@pytest.mark.plan("D12")
@pytest.mark.parametrize("jump", [timedelta(seconds=-20), timedelta(hours=-2)], ids=str)
def test_a_reply_goes_once_though_the_clock_was_set_back(desk: Desk, jump: timedelta) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        ticket = desk.ticket()
        desk.act(desk.staff(), ticket, replies.answer, "The tap is mended.")
        clock.move_to(NOON + jump)
        assert not claim(desk)
        clock.move_to(NOON + timedelta(minutes=1))
        assert len(claim(desk)) == 1
        clock.move_to(NOON + jump)
        assert not claim(desk)
    assert the_reply(desk).state is ReplyState.SENDING


@pytest.mark.plan("D12")
def test_a_code_that_was_used_stays_used_when_the_clock_is_set_back(desk: Desk) -> None:
    staff = desk.staff()
    tried = []
    for moment in (NOON, NOON - timedelta(seconds=30), NOON):
        with time_machine.travel(moment, tick=False), desk.at() as session:
            code = pyotp.TOTP(SEED).at(moment)
            tried.append(sessions.sign_in(session, staff.login, PASSWORD, code, source="127.0.0.1") is not None)
    assert tried == [True, False, False]
