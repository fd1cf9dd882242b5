"""Delivery: claimed with a second look, sent at most once, and forward only (I5, I6, I19; D09)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from channels.contract import Delivery
from feedback import clock
from feedback.desk import delivery, replies, screening
from feedback.models.contact import Silent
from feedback.models.reply import Purpose, ReplyState
from feedback.models.ticket import Outcome, Status, Ticket
from tests.factories import Desk, phone
from tests.feedback.desk.deliveries import (
    REFUSED,
    SID,
    SILENCE,
    TROUBLE,
    alter,
    answered,
    claim,
    fail,
    hand_over,
    receive,
    the_reply,
)


class TestClaiming:
    """The second look, just before it goes out."""

    def test_what_is_due_is_taken_in_hand_with_number_and_words(self, desk: Desk) -> None:
        answered(desk, address=(sender := phone()))
        (claimed,) = claim(desk)
        assert (claimed.adapter, claimed.envelope.address, claimed.envelope.text) == (
            "twilio-sms", sender, "The tap is mended.",
        )  # fmt: skip
        assert claimed.envelope.reply == the_reply(desk).reference
        assert the_reply(desk).state is ReplyState.SENDING

    def test_what_may_still_be_taken_back_is_left(self, desk: Desk) -> None:
        desk.act(desk.staff(), desk.ticket(), replies.answer, "The tap is mended.")
        assert claim(desk) == []
        with desk.at() as session:
            assert delivery.next_due(session) == the_reply(desk).not_before

    def test_what_one_has_in_hand_no_other_takes(self, desk: Desk) -> None:
        answered(desk)
        assert (len(claim(desk)), claim(desk)) == (1, [])

    @pytest.mark.parametrize("compartment", ["screening", "conduct", "protection", "gbv", "psea", "child_protection"])
    def test_nothing_goes_out_on_what_has_become_sensitive_however_it_became_so(
        self, desk: Desk, compartment: str
    ) -> None:
        ticket = answered(desk)
        with desk.at() as session:  # not through the verb, which holds replies itself
            session.execute(sa.update(Ticket).where(Ticket.id == ticket.id).values(compartment=compartment))
        assert claim(desk) == []
        assert the_reply(desk).state is ReplyState.RECALLED

    def test_nothing_goes_out_on_a_closed_ticket(self, desk: Desk) -> None:
        ticket = answered(desk)
        with desk.at() as session:
            session.execute(sa.update(Ticket).where(Ticket.id == ticket.id).values(status=Status.CLOSED))
        assert claim(desk) == []
        assert the_reply(desk).state is ReplyState.RECALLED

    def test_a_number_that_fell_silent_meanwhile_is_told_by_a_person(self, desk: Desk) -> None:
        answered(desk, address=(sender := phone()))
        with desk.at() as session:
            session.add(Silent(address_index=desk.parts.vault.silent_index(sender), at=clock.now()))
        assert claim(desk) == []
        assert the_reply(desk).state is ReplyState.BY_HAND

    def test_a_reply_is_recalled_or_claimed_but_never_both(self, desk: Desk) -> None:
        from feedback.desk import visibility
        from feedback.errors import WrongState

        ticket, agent = answered(desk), desk.staff()
        claim(desk)

        def take_back(session: sa.orm.Session) -> None:
            replies.recall(session, agent, *visibility.find_reply(session, agent, the_reply(desk).reference))

        with pytest.raises(WrongState):
            desk.do(take_back)
        assert (the_reply(desk).state, desk.again(ticket).status) == (ReplyState.SENDING, Status.ANSWERED)


class TestOutcomes:
    """What came of sending."""

    def test_taken_is_sent_and_delivered_closes_the_loop(self, desk: Desk) -> None:
        ticket = answered(desk)
        claim(desk)
        hand_over(desk)
        assert (the_reply(desk).state, the_reply(desk).provider_ref) == (ReplyState.SENT, SID)
        assert desk.again(ticket).status is Status.ANSWERED
        receive(desk, Delivery.DELIVERED)
        told = desk.again(ticket)
        assert (the_reply(desk).state, told.status, told.outcome) == (ReplyState.DELIVERED, Status.CLOSED, Outcome.TOLD)

    def test_a_question_that_arrived_leaves_the_ticket_open(self, desk: Desk) -> None:
        ticket = answered(desk, purpose=Purpose.QUESTION)
        claim(desk)
        hand_over(desk)
        receive(desk, Delivery.DELIVERED)
        assert desk.again(ticket).status is Status.ANSWERED

    def test_an_answer_that_arrives_does_not_close_what_became_sensitive_under_way(self, desk: Desk) -> None:
        """The disclosure came while the answer to the plain half was in the air: somebody has to look at it."""
        ticket = answered(desk)
        claim(desk)
        desk.act(desk.staff(), ticket, screening.raise_, "T3-G")
        hand_over(desk)
        receive(desk, Delivery.DELIVERED)
        assert the_reply(desk).state is ReplyState.DELIVERED
        assert desk.again(ticket).status is not Status.CLOSED

    def test_what_did_not_arrive_is_work_for_a_person_and_never_told(self, desk: Desk) -> None:
        """Story 16."""
        ticket = answered(desk)
        claim(desk)
        hand_over(desk)
        receive(desk, Delivery.FAILED, code="30003")
        assert (the_reply(desk).state, the_reply(desk).why) == (ReplyState.FAILED, "not delivered (30003)")
        assert desk.again(ticket).status is Status.ASSIGNED

    def test_a_refusal_for_good_fails_at_once(self, desk: Desk) -> None:
        ticket = answered(desk)
        claim(desk)
        fail(desk, REFUSED)
        assert (the_reply(desk).state, the_reply(desk).why) == (ReplyState.FAILED, "not a phone")
        assert desk.again(ticket).status is Status.ASSIGNED

    def test_trouble_is_tried_again_and_ends_within_ten_minutes(self, desk: Desk) -> None:
        start, tries = clock.now(), 0
        with time_machine.travel(start, tick=False) as now:
            ticket = answered(desk)
            while the_reply(desk).state is ReplyState.QUEUED:
                now.move_to(max(the_reply(desk).not_before, clock.now()))
                tries += len(claim(desk))
                fail(desk, TROUBLE)
            assert tries == 4
            assert clock.now() - start < timedelta(minutes=10)
        assert the_reply(desk).state is ReplyState.FAILED
        assert desk.again(ticket).status is Status.ASSIGNED

    def test_a_second_try_goes_out_once_it_succeeds(self, desk: Desk) -> None:
        answered(desk)
        claim(desk)
        fail(desk, TROUBLE)
        assert the_reply(desk).not_before > clock.now()
        alter(desk, not_before=clock.now() - timedelta(seconds=1))
        first_try = the_reply(desk).first_try_at
        (again,) = claim(desk)
        hand_over(desk)
        assert (the_reply(desk).state, the_reply(desk).tries) == (ReplyState.SENT, 2)
        assert again.envelope.since == first_try

    def test_a_failure_that_comes_late_changes_nothing(self, desk: Desk) -> None:
        answered(desk)
        claim(desk)
        hand_over(desk)
        fail(desk, TROUBLE)
        assert the_reply(desk).state is ReplyState.SENT


class TestDoubt:
    """An unknown result is looked up before anyone tries again, and never resent by a machine."""

    def _doubtful(self, desk: Desk) -> list[delivery.Claimed]:
        with desk.at() as session:
            return delivery.doubtful(session)

    def _not_found(self, desk: Desk) -> None:
        with desk.at() as session:
            delivery.not_found(session, the_reply(desk).id)

    def test_silence_is_never_resent(self, desk: Desk) -> None:
        answered(desk)
        claim(desk)
        fail(desk, SILENCE)
        alter(desk, not_before=clock.now() - timedelta(hours=1))
        assert the_reply(desk).state is ReplyState.UNKNOWN
        assert claim(desk) == []

    def test_a_crash_between_sending_and_recording_is_doubt(self, desk: Desk) -> None:
        answered(desk)
        claim(desk)
        assert self._doubtful(desk) == []  # it may still be on its way
        alter(desk, claimed_until=clock.now() - timedelta(minutes=2))
        (one,) = self._doubtful(desk)
        assert one.envelope.text == "The tap is mended."
        assert the_reply(desk).state is ReplyState.UNKNOWN

    def test_what_the_provider_has_is_sent(self, desk: Desk) -> None:
        answered(desk)
        claim(desk)
        fail(desk, SILENCE)
        hand_over(desk)
        assert (the_reply(desk).state, self._doubtful(desk)) == (ReplyState.SENT, [])

    def test_what_the_provider_never_took_is_for_a_person_to_decide(self, desk: Desk) -> None:
        ticket = answered(desk)
        claim(desk)
        fail(desk, SILENCE)
        self._not_found(desk)
        assert the_reply(desk).state is ReplyState.UNKNOWN  # it may show up yet
        alter(desk, first_try_at=clock.now() - timedelta(minutes=3))
        self._not_found(desk)
        assert (the_reply(desk).state, desk.again(ticket).status) == (ReplyState.FAILED, Status.ASSIGNED)

    def test_a_receipt_that_names_our_own_reference_ends_the_doubt(self, desk: Desk) -> None:
        """The answer to our call was lost, the receipt was not."""
        ticket = answered(desk)
        claim(desk)
        fail(desk, SILENCE)
        receive(desk, Delivery.DELIVERED, reply=the_reply(desk).reference)
        assert (the_reply(desk).state, the_reply(desk).provider_ref) == (ReplyState.DELIVERED, SID)
        assert desk.again(ticket).outcome is Outcome.TOLD

    def test_a_number_that_fell_silent_is_still_looked_up(self, desk: Desk) -> None:
        answered(desk, address=(sender := phone()))
        claim(desk)
        fail(desk, SILENCE)
        with desk.at() as session:
            session.add(Silent(address_index=desk.parts.vault.silent_index(sender), at=clock.now()))
        assert len(self._doubtful(desk)) == 1
