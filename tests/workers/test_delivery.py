"""Sending through the sandbox carrier over real HTTP: at most once, and to an end (I5, story 16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from channels.sandbox.faults import Fault, FaultKind
from feedback import clock
from feedback.desk import delivery, outbound, replies, screening
from feedback.models.reply import Reply, ReplyState
from feedback.models.ticket import Outcome, Status, Ticket
from feedback.queue import Kind
from feedback.wiring import Parts
from tests.factories import Desk, phone
from tests.feedback.desk.plans import TERMS, act, agreed, holders
from tests.workers.conftest import House, impatient, until
from workers import delivery as worker
from workers import job
from workers.sweep import sweep

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _answered(house: House, number: str, text: str = "The tap is mended.") -> Ticket:
    ticket = house.desk.ticket("no water", address=number)
    house.desk.act(house.desk.staff(), ticket, replies.answer, text)
    with house.desk.at() as session:
        session.execute(sa.update(Reply).values(not_before=clock.now()))
    return ticket


def _state(house: House) -> ReplyState:
    (reply,) = house.desk.rows(Reply)
    return reply.state


def test_an_answer_reaches_the_phone_and_its_receipt_closes_the_loop(house: House) -> None:
    ticket = _answered(house, number := phone())
    job.run(Kind.DELIVER, 0)
    assert house.phone.wait_for_text(number).body == "The tap is mended."
    until(lambda: house.desk.again(ticket).outcome is Outcome.TOLD)
    assert _state(house) is ReplyState.DELIVERED


def test_a_reply_that_may_still_be_taken_back_is_waited_for(house: House) -> None:
    _answered(house, number := phone())
    with house.desk.at() as session:
        session.execute(sa.update(Reply).values(not_before=clock.now() + timedelta(seconds=0.5)))
    job.run(Kind.DELIVER, 0)
    assert house.phone.wait_for_text(number).body


def test_a_phone_that_is_off_becomes_work_for_a_person(house: House) -> None:
    ticket = _answered(house, number := phone())
    house.phone.switch_off(number, code=30005)
    job.run(Kind.DELIVER, 0)
    until(lambda: _state(house) is ReplyState.FAILED)
    assert house.desk.again(ticket).status is Status.ASSIGNED


@pytest.mark.parametrize("fault", [FaultKind.TOO_MANY])
def test_trouble_is_tried_again(house: House, fault: FaultKind) -> None:
    _answered(house, number := phone())
    house.phone.expect([Fault(fault)])
    job.run(Kind.DELIVER, 0)
    assert _state(house) is ReplyState.QUEUED
    with house.desk.at() as session:
        session.execute(sa.update(Reply).values(not_before=clock.now()))
    job.run(Kind.DELIVER, 0)
    assert house.phone.wait_for_text(number).body
    assert len(house.phone.inbox(number)) == 1


def test_an_answer_that_was_lost_is_looked_up_and_never_sent_again(house: House) -> None:
    _answered(house, number := phone())
    house.phone.expect([Fault(FaultKind.LOST_ANSWER), Fault(FaultKind.NO_RECEIPTS)])
    job.use(impatient(house.parts))
    job.run(Kind.DELIVER, 0)
    job.use(house.parts)
    assert _state(house) is ReplyState.UNKNOWN
    job.run(Kind.DELIVER, 0)
    sweep(house.parts, 0)
    assert _state(house) is ReplyState.SENT
    assert len(house.phone.inbox(number)) == 1


def test_what_the_provider_never_took_is_not_sent_again_by_a_machine(house: House) -> None:
    ticket = _answered(house, number := phone())
    with house.desk.at() as session:
        delivery.claim(session)
        ago = clock.now() - timedelta(minutes=6)
        session.execute(sa.update(Reply).values(claimed_until=ago, first_try_at=ago))
    sweep(house.parts, 0)
    job.run(Kind.DELIVER, 0)
    assert (_state(house), house.desk.again(ticket).status) == (ReplyState.FAILED, Status.ASSIGNED)
    assert house.phone.inbox(number) == []


def test_nothing_is_sent_on_a_ticket_that_became_sensitive(house: House) -> None:
    ticket = _answered(house, number := phone())
    house.desk.act(house.desk.staff(), ticket, screening.raise_, "T3-G")
    job.run(Kind.DELIVER, 0)
    assert house.phone.inbox(number) == []


def test_english_goes_to_nobody_who_agreed_to_be_written_to_in_rohingya(house: House) -> None:
    focal, number = holders(house.desk)[0], phone()
    ticket = house.desk.ticket("he follows me", tier="T3-G", sector="gbv", address=number)
    agreed(house.desk, focal, ticket, TERMS, language="rhg-Latn")
    act(house.desk, focal, ticket, outbound.say, "Can you come on Sunday at ten?")
    with house.desk.at() as session:
        session.execute(sa.update(Reply).values(not_before=clock.now()))
    job.run(Kind.DELIVER, 0)
    assert house.phone.inbox(number) == []
    assert house.desk.rows(Reply)[0].why == "held: another language"


def test_a_claim_that_grew_old_is_made_again_before_anything_is_sent(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule 9: a provider that is slow with the first must not let the second go out on an old look at consent."""
    monkeypatch.setattr(delivery, "CLAIM_FOR", timedelta(seconds=1))
    for _ in range(2):
        _answered(house, phone())
    house.phone.expect([Fault(FaultKind.SLOW, seconds=1.5)])
    worker.reply(house.parts)
    replies_ = sorted(house.desk.rows(Reply), key=lambda reply: reply.tries)
    assert [(reply.state is ReplyState.QUEUED, reply.tries) for reply in replies_] == [(True, 0), (False, 1)]


def test_an_answer_for_a_channel_that_was_taken_out_of_the_settings_is_work_for_a_person(
    desk: Desk, parts: Parts
) -> None:
    """And what else waits does not wait behind it."""
    queued, doubted = (desk.ticket("no water", address=phone()) for _ in range(2))
    for ticket in (doubted, queued):
        desk.act(desk.staff(), ticket, replies.answer, "The tap is mended.")
    with desk.at() as session:
        session.execute(sa.update(Reply).values(not_before=clock.now()))
        long_ago = clock.now() - timedelta(minutes=11)
        left = {"state": ReplyState.SENDING, "claimed_until": long_ago, "first_try_at": long_ago}
        session.execute(sa.update(Reply).where(Reply.ticket_id == doubted.id).values(**left))
    without = replace(parts, channels={})
    assert worker.reply(without) == 1
    sweep(without, 0)
    assert {row.ticket_id: row.state for row in desk.rows(Reply)} == {
        queued.id: ReplyState.FAILED,
        doubted.id: ReplyState.FAILED,
    }
