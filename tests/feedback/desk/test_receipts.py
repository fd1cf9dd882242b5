"""Receipts: in any order, often, early or never, a reply only moves forward (I6; D09)."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.contract import Delivery, Receipt
from feedback import clock
from feedback.desk import delivery, handling
from feedback.models.event import Event
from feedback.models.reply import ReceiptRow, Reply, ReplyState
from feedback.models.ticket import Outcome, Status
from tests.factories import Desk
from tests.feedback.desk.deliveries import (
    REFUSED,
    SID,
    SILENCE,
    TROUBLE,
    alter,
    answered,
    claim,
    hand_over,
    receive,
    the_reply,
)
from tests.trials import trials


class TestReceipts:
    """In any order, often, early or never."""

    def test_one_that_comes_before_the_answer_to_our_call_waits(self, desk: Desk) -> None:
        ticket = answered(desk)
        claim(desk)
        receive(desk, Delivery.DELIVERED)
        assert the_reply(desk).state is ReplyState.SENDING
        hand_over(desk)
        assert the_reply(desk).state is ReplyState.DELIVERED
        assert desk.again(ticket).outcome is Outcome.TOLD

    def test_a_second_one_changes_nothing(self, desk: Desk) -> None:
        answered(desk)
        claim(desk)
        hand_over(desk)
        for _ in range(3):
            receive(desk, Delivery.DELIVERED, Delivery.DELIVERED)
        assert len(desk.rows(ReceiptRow)) == 1
        assert len(desk.rows(Event, Event.action == "close")) == 1

    def test_one_of_another_message_or_another_provider_changes_nothing(self, desk: Desk) -> None:
        answered(desk)
        claim(desk)
        hand_over(desk)
        receive(desk, Delivery.DELIVERED, ref="SM" + "b" * 32)
        with desk.at() as session:
            delivery.record_receipts(session, [Receipt("relay", SID, Delivery.DELIVERED, clock.now())])
        assert the_reply(desk).state is ReplyState.SENT

    def test_one_for_a_reply_that_was_taken_back_does_not_bring_it_back(self, desk: Desk) -> None:
        ticket = answered(desk)
        alter(desk, state=ReplyState.RECALLED, provider_ref=SID)
        receive(desk, Delivery.DELIVERED)
        assert (the_reply(desk).state, desk.again(ticket).status) == (ReplyState.RECALLED, Status.ANSWERED)

    def test_one_that_comes_after_the_ticket_was_closed_opens_nothing(self, desk: Desk) -> None:
        ticket = answered(desk)
        claim(desk)
        hand_over(desk)
        desk.act(desk.staff(), ticket, handling.close, "wrong_number")
        receive(desk, Delivery.DELIVERED)
        assert (desk.again(ticket).status, desk.again(ticket).outcome) == (Status.CLOSED, Outcome.WRONG_NUMBER)


RANK = {state: rank for rank, state in enumerate(
    [ReplyState.QUEUED, ReplyState.SENDING, ReplyState.SENT, ReplyState.DELIVERED]
)} | {ReplyState.UNKNOWN: 1, ReplyState.FAILED: 3}  # fmt: skip
STEPS = st.lists(
    st.sampled_from(["claim", "hand over", "trouble", "refused", "silence", *Delivery]), min_size=1, max_size=12
)


ORDERS = trials(default=60, release=500)


@pytest.mark.plan("D09", trials=ORDERS)
@pytest.mark.timeout(600)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(
    max_examples=ORDERS, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(steps=STEPS)
def test_delivery_only_moves_forward_whatever_comes_in_whatever_order(desk: Desk, steps: list[str]) -> None:
    """A try that failed goes back to the queue, and that is the only way back; what has an end keeps it."""
    ticket = answered(desk)
    (reply_id,) = [reply.id for reply in desk.rows(Reply) if reply.ticket_id == ticket.id]
    ref = f"SM{reply_id:032x}"
    failures = {"trouble": TROUBLE, "refused": REFUSED, "silence": SILENCE}
    before = ReplyState.QUEUED
    for step in steps:
        with desk.at() as session:
            if step == "claim":
                delivery.claim(session)
            elif step == "hand over":
                delivery.handed_over(session, reply_id, ref)
            elif step in failures:
                delivery.failed(session, reply_id, failures[step])
            else:
                delivery.record_receipts(session, [Receipt("twilio-sms", ref, Delivery(step), clock.now())])
        (now,) = desk.rows(Reply, Reply.id == reply_id)
        queued_again = step == "trouble" and before in (ReplyState.SENDING, ReplyState.UNKNOWN)
        assert RANK[now.state] >= RANK[before] or (queued_again and now.state is ReplyState.QUEUED)
        if before in (ReplyState.DELIVERED, ReplyState.FAILED):
            assert now.state is before
        told = desk.again(ticket).outcome is Outcome.TOLD
        assert told == (now.state is ReplyState.DELIVERED)
        before = now.state
