"""Delivery: claimed with a second look, sent at most once, and forward only (I5, I6, I19; D09)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.contract import Delivery, Receipt, SendFailed
from feedback import clock
from feedback.desk import delivery, handling, replies, screening
from feedback.models.contact import Silent
from feedback.models.event import Event
from feedback.models.reply import Purpose, ReceiptRow, Reply, ReplyState
from feedback.models.ticket import Outcome, Status, Ticket
from tests.factories import Desk, phone

SID = "SM" + "a" * 32
TROUBLE = SendFailed("the provider has trouble", retry=True)
REFUSED = SendFailed("not a phone", retry=False)
SILENCE = SendFailed("no answer from the provider", retry=True, unknown=True)


def _answered(desk: Desk, *, purpose: Purpose = Purpose.ANSWER, address: str | None = None) -> Ticket:
    """A ticket whose answer may go now."""
    ticket = desk.ticket(address=address or phone())
    desk.act(desk.staff(), ticket, replies.answer, "The tap is mended.", purpose=purpose)
    _set(desk, not_before=clock.now() - timedelta(seconds=1))
    return ticket


def _set(desk: Desk, **columns: object) -> None:
    with desk.at() as session:
        session.execute(sa.update(Reply).values(**columns))


def _claim(desk: Desk) -> list[delivery.Claimed]:
    with desk.at() as session:
        return delivery.claim(session)


def _reply(desk: Desk) -> Reply:
    (reply,) = desk.rows(Reply)
    return reply


def _receive(
    desk: Desk, *deliveries: Delivery, ref: str = SID, reply: str | None = None, code: str | None = None
) -> None:
    with desk.at() as session:
        receipts = [Receipt("twilio-sms", ref, one, clock.now(), reply=reply, code=code) for one in deliveries]
        delivery.record_receipts(session, receipts)


def _hand_over(desk: Desk, ref: str = SID) -> None:
    with desk.at() as session:
        delivery.handed_over(session, _reply(desk).id, ref)


def _fail(desk: Desk, failure: SendFailed) -> None:
    with desk.at() as session:
        delivery.failed(session, _reply(desk).id, failure)


class TestClaiming:
    """The second look, just before it goes out."""

    def test_what_is_due_is_taken_in_hand_with_number_and_words(self, desk: Desk) -> None:
        _answered(desk, address=(sender := phone()))
        (claimed,) = _claim(desk)
        assert (claimed.adapter, claimed.envelope.address, claimed.envelope.text) == (
            "twilio-sms", sender, "The tap is mended.",
        )  # fmt: skip
        assert claimed.envelope.reply == _reply(desk).reference
        assert _reply(desk).state is ReplyState.SENDING

    def test_what_may_still_be_taken_back_is_left(self, desk: Desk) -> None:
        desk.act(desk.staff(), desk.ticket(), replies.answer, "The tap is mended.")
        assert _claim(desk) == []
        with desk.at() as session:
            assert delivery.next_due(session) == _reply(desk).not_before

    def test_what_one_has_in_hand_no_other_takes(self, desk: Desk) -> None:
        _answered(desk)
        assert (len(_claim(desk)), _claim(desk)) == (1, [])

    @pytest.mark.parametrize("compartment", ["screening", "conduct", "protection", "gbv", "psea", "child_protection"])
    def test_nothing_goes_out_on_what_has_become_sensitive_however_it_became_so(
        self, desk: Desk, compartment: str
    ) -> None:
        ticket = _answered(desk)
        with desk.at() as session:  # not through the verb, which holds replies itself
            session.execute(sa.update(Ticket).where(Ticket.id == ticket.id).values(compartment=compartment))
        assert _claim(desk) == []
        assert _reply(desk).state is ReplyState.RECALLED

    def test_nothing_goes_out_on_a_closed_ticket(self, desk: Desk) -> None:
        ticket = _answered(desk)
        with desk.at() as session:
            session.execute(sa.update(Ticket).where(Ticket.id == ticket.id).values(status=Status.CLOSED))
        assert _claim(desk) == []
        assert _reply(desk).state is ReplyState.RECALLED

    def test_a_number_that_fell_silent_meanwhile_is_told_by_a_person(self, desk: Desk) -> None:
        _answered(desk, address=(sender := phone()))
        with desk.at() as session:
            session.add(Silent(address_index=desk.parts.vault.silent_index(sender), at=clock.now()))
        assert _claim(desk) == []
        assert _reply(desk).state is ReplyState.BY_HAND

    def test_a_reply_is_recalled_or_claimed_but_never_both(self, desk: Desk) -> None:
        from feedback.desk import visibility
        from feedback.errors import WrongState

        ticket, agent = _answered(desk), desk.staff()
        _claim(desk)

        def take_back(session: sa.orm.Session) -> None:
            replies.recall(session, agent, *visibility.find_reply(session, agent, _reply(desk).reference))

        with pytest.raises(WrongState):
            desk.do(take_back)
        assert (_reply(desk).state, desk.again(ticket).status) == (ReplyState.SENDING, Status.ANSWERED)


class TestOutcomes:
    """What came of sending."""

    def test_taken_is_sent_and_delivered_closes_the_loop(self, desk: Desk) -> None:
        ticket = _answered(desk)
        _claim(desk)
        _hand_over(desk)
        assert (_reply(desk).state, _reply(desk).provider_ref) == (ReplyState.SENT, SID)
        assert desk.again(ticket).status is Status.ANSWERED
        _receive(desk, Delivery.DELIVERED)
        told = desk.again(ticket)
        assert (_reply(desk).state, told.status, told.outcome) == (ReplyState.DELIVERED, Status.CLOSED, Outcome.TOLD)

    def test_a_question_that_arrived_leaves_the_ticket_open(self, desk: Desk) -> None:
        ticket = _answered(desk, purpose=Purpose.QUESTION)
        _claim(desk)
        _hand_over(desk)
        _receive(desk, Delivery.DELIVERED)
        assert desk.again(ticket).status is Status.ANSWERED

    def test_an_answer_that_arrives_does_not_close_what_became_sensitive_under_way(self, desk: Desk) -> None:
        """The disclosure came while the answer to the plain half was in the air: somebody has to look at it."""
        ticket = _answered(desk)
        _claim(desk)
        desk.act(desk.staff(), ticket, screening.raise_, "T3-G")
        _hand_over(desk)
        _receive(desk, Delivery.DELIVERED)
        assert _reply(desk).state is ReplyState.DELIVERED
        assert desk.again(ticket).status is not Status.CLOSED

    def test_what_did_not_arrive_is_work_for_a_person_and_never_told(self, desk: Desk) -> None:
        """Story 16."""
        ticket = _answered(desk)
        _claim(desk)
        _hand_over(desk)
        _receive(desk, Delivery.FAILED, code="30003")
        assert (_reply(desk).state, _reply(desk).why) == (ReplyState.FAILED, "not delivered (30003)")
        assert desk.again(ticket).status is Status.ASSIGNED

    def test_a_refusal_for_good_fails_at_once(self, desk: Desk) -> None:
        ticket = _answered(desk)
        _claim(desk)
        _fail(desk, REFUSED)
        assert (_reply(desk).state, _reply(desk).why) == (ReplyState.FAILED, "not a phone")
        assert desk.again(ticket).status is Status.ASSIGNED

    def test_trouble_is_tried_again_and_ends_within_ten_minutes(self, desk: Desk) -> None:
        start, tries = clock.now(), 0
        with time_machine.travel(start, tick=False) as now:
            ticket = _answered(desk)
            while _reply(desk).state is ReplyState.QUEUED:
                now.move_to(max(_reply(desk).not_before, clock.now()))
                tries += len(_claim(desk))
                _fail(desk, TROUBLE)
            assert tries == 4
            assert clock.now() - start < timedelta(minutes=10)
        assert _reply(desk).state is ReplyState.FAILED
        assert desk.again(ticket).status is Status.ASSIGNED

    def test_a_second_try_goes_out_once_it_succeeds(self, desk: Desk) -> None:
        _answered(desk)
        _claim(desk)
        _fail(desk, TROUBLE)
        assert _reply(desk).not_before > clock.now()
        _set(desk, not_before=clock.now() - timedelta(seconds=1))
        first_try = _reply(desk).first_try_at
        (again,) = _claim(desk)
        _hand_over(desk)
        assert (_reply(desk).state, _reply(desk).tries) == (ReplyState.SENT, 2)
        assert again.envelope.since == first_try

    def test_a_failure_that_comes_late_changes_nothing(self, desk: Desk) -> None:
        _answered(desk)
        _claim(desk)
        _hand_over(desk)
        _fail(desk, TROUBLE)
        assert _reply(desk).state is ReplyState.SENT


class TestDoubt:
    """An unknown result is looked up before anyone tries again, and never resent by a machine."""

    def _doubtful(self, desk: Desk) -> list[delivery.Claimed]:
        with desk.at() as session:
            return delivery.doubtful(session)

    def _not_found(self, desk: Desk) -> None:
        with desk.at() as session:
            delivery.not_found(session, _reply(desk).id)

    def test_silence_is_never_resent(self, desk: Desk) -> None:
        _answered(desk)
        _claim(desk)
        _fail(desk, SILENCE)
        _set(desk, not_before=clock.now() - timedelta(hours=1))
        assert _reply(desk).state is ReplyState.UNKNOWN
        assert _claim(desk) == []

    def test_a_crash_between_sending_and_recording_is_doubt(self, desk: Desk) -> None:
        _answered(desk)
        _claim(desk)
        assert self._doubtful(desk) == []  # it may still be on its way
        _set(desk, claimed_until=clock.now() - timedelta(minutes=2))
        (one,) = self._doubtful(desk)
        assert one.envelope.text == "The tap is mended."
        assert _reply(desk).state is ReplyState.UNKNOWN

    def test_what_the_provider_has_is_sent(self, desk: Desk) -> None:
        _answered(desk)
        _claim(desk)
        _fail(desk, SILENCE)
        _hand_over(desk)
        assert (_reply(desk).state, self._doubtful(desk)) == (ReplyState.SENT, [])

    def test_what_the_provider_never_took_is_for_a_person_to_decide(self, desk: Desk) -> None:
        ticket = _answered(desk)
        _claim(desk)
        _fail(desk, SILENCE)
        self._not_found(desk)
        assert _reply(desk).state is ReplyState.UNKNOWN  # it may show up yet
        _set(desk, first_try_at=clock.now() - timedelta(minutes=3))
        self._not_found(desk)
        assert (_reply(desk).state, desk.again(ticket).status) == (ReplyState.FAILED, Status.ASSIGNED)

    def test_a_receipt_that_names_our_own_reference_ends_the_doubt(self, desk: Desk) -> None:
        """The answer to our call was lost, the receipt was not."""
        ticket = _answered(desk)
        _claim(desk)
        _fail(desk, SILENCE)
        _receive(desk, Delivery.DELIVERED, reply=_reply(desk).reference)
        assert (_reply(desk).state, _reply(desk).provider_ref) == (ReplyState.DELIVERED, SID)
        assert desk.again(ticket).outcome is Outcome.TOLD

    def test_a_number_that_fell_silent_is_still_looked_up(self, desk: Desk) -> None:
        _answered(desk, address=(sender := phone()))
        _claim(desk)
        _fail(desk, SILENCE)
        with desk.at() as session:
            session.add(Silent(address_index=desk.parts.vault.silent_index(sender), at=clock.now()))
        assert len(self._doubtful(desk)) == 1


class TestReceipts:
    """In any order, often, early or never."""

    def test_one_that_comes_before_the_answer_to_our_call_waits(self, desk: Desk) -> None:
        ticket = _answered(desk)
        _claim(desk)
        _receive(desk, Delivery.DELIVERED)
        assert _reply(desk).state is ReplyState.SENDING
        _hand_over(desk)
        assert _reply(desk).state is ReplyState.DELIVERED
        assert desk.again(ticket).outcome is Outcome.TOLD

    def test_a_second_one_changes_nothing(self, desk: Desk) -> None:
        _answered(desk)
        _claim(desk)
        _hand_over(desk)
        for _ in range(3):
            _receive(desk, Delivery.DELIVERED, Delivery.DELIVERED)
        assert len(desk.rows(ReceiptRow)) == 1
        assert len(desk.rows(Event, Event.action == "close")) == 1

    def test_one_of_another_message_or_another_provider_changes_nothing(self, desk: Desk) -> None:
        _answered(desk)
        _claim(desk)
        _hand_over(desk)
        _receive(desk, Delivery.DELIVERED, ref="SM" + "b" * 32)
        with desk.at() as session:
            delivery.record_receipts(session, [Receipt("relay", SID, Delivery.DELIVERED, clock.now())])
        assert _reply(desk).state is ReplyState.SENT

    def test_one_for_a_reply_that_was_taken_back_does_not_bring_it_back(self, desk: Desk) -> None:
        ticket = _answered(desk)
        _set(desk, state=ReplyState.RECALLED, provider_ref=SID)
        _receive(desk, Delivery.DELIVERED)
        assert (_reply(desk).state, desk.again(ticket).status) == (ReplyState.RECALLED, Status.ANSWERED)

    def test_one_that_comes_after_the_ticket_was_closed_opens_nothing(self, desk: Desk) -> None:
        ticket = _answered(desk)
        _claim(desk)
        _hand_over(desk)
        desk.act(desk.staff(), ticket, handling.close, "unreachable")
        _receive(desk, Delivery.DELIVERED)
        assert (desk.again(ticket).status, desk.again(ticket).outcome) == (Status.CLOSED, Outcome.UNREACHABLE)


RANK = {state: rank for rank, state in enumerate(
    [ReplyState.QUEUED, ReplyState.SENDING, ReplyState.SENT, ReplyState.DELIVERED]
)} | {ReplyState.UNKNOWN: 1, ReplyState.FAILED: 3}  # fmt: skip
STEPS = st.lists(
    st.sampled_from(["claim", "hand over", "trouble", "refused", "silence", *Delivery]), min_size=1, max_size=12
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(
    max_examples=60, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(steps=STEPS)
def test_delivery_only_moves_forward_whatever_comes_in_whatever_order(desk: Desk, steps: list[str]) -> None:
    """A try that failed goes back to the queue, and that is the only way back; what has an end keeps it."""
    ticket = _answered(desk)
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
