"""STOP and START, a number that its provider has struck off, and what that means for an answer (story 12, I21)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels.contract import Delivery, Fate, Receipt, SendFailed
from feedback import clock
from feedback.desk import delivery, intake, replies, silence, tasks
from feedback.models.contact import Silent
from feedback.models.reply import Reply, ReplyState
from feedback.models.ticket import Outcome, Status, Ticket
from tests.factories import Desk, inbound, phone

STOP, START = Outcome.OPTED_OUT, Outcome.OPTED_IN


def outcome(desk: Desk, **more: object) -> Outcome | None:
    (ticket_id,) = desk.hear(inbound(**more))  # type: ignore[arg-type]
    (ticket,) = desk.rows(Ticket, Ticket.id == ticket_id)
    return ticket.outcome


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("STOP", STOP),
        (" stop. ", STOP),
        ("মেসেজ বন্ধ করুন", STOP),
        ("sms bondho", STOP),
        ("စာမပို့ပါနဲ့", STOP),
        ("START", START),
        ("মেসেজ চালু", START),
        ("sms chalu", START),
        ("stop him", None),
        ("please stop the man who comes at night", None),
        ("stop. my ration card is blocked", None),
        ("start the pump", None),
        ("yes", None),
        ("বন্ধ", None),
    ],
)
def test_only_a_whole_message_is_a_wish(desk: Desk, text: str, wish: Outcome | None) -> None:
    assert outcome(desk, text=text) is wish
    assert len(desk.rows(Silent)) == (wish is STOP)


@pytest.mark.parametrize(("opted", "wish"), [(False, STOP), (True, START), (None, None)])
def test_what_the_provider_took_for_a_wish_is_one(desk: Desk, opted: bool | None, wish: Outcome | None) -> None:
    assert outcome(desk, text="CANCEL", opted=opted) is wish


def test_a_number_that_said_stop_is_not_thanked_and_one_that_said_start_is_again(desk: Desk) -> None:
    anna = phone()
    with desk.at() as session:
        said = [intake.receive(session, [inbound(text, address=anna)])[0].acknowledge
                for text in ("no water", "STOP", "my ration card is blocked", "START", "no light")]  # fmt: skip
    assert said == [True, False, False, True, True]


def test_a_complaint_after_stop_is_a_ticket_like_any_other_and_its_answer_a_task(desk: Desk) -> None:
    anna, agent = phone(), desk.staff()
    desk.hear(inbound("STOP", address=anna))
    ticket = desk.ticket("my ration card blocked", address=anna)
    reply = desk.act(agent, desk.again(ticket), replies.answer, "Come to the desk, your card is ready.")
    (task,) = desk.do(tasks.waiting, agent)
    assert ticket.status is Status.TRIAGED
    assert (reply.state, reply.adapter) == (ReplyState.BY_HAND, None)
    assert (task.kind, task.address) == ("visit", None)


def test_stop_while_an_answer_waits_makes_it_a_task(desk: Desk) -> None:
    anna = phone()
    ticket = desk.ticket(address=anna)
    reply = desk.act(desk.staff(), desk.again(ticket), replies.answer, "The tap is mended.")
    desk.hear(inbound("STOP", address=anna))
    with desk.at() as session:
        session.get_one(Reply, reply.id).not_before = clock.now() - timedelta(seconds=1)
        assert not delivery.claim(session)
    assert desk.rows(Reply)[0].state is ReplyState.BY_HAND


def test_a_number_that_its_provider_has_struck_off_is_silent_at_once(desk: Desk) -> None:
    anna = phone()
    ticket = desk.ticket(address=anna)
    reply = desk.act(desk.staff(), desk.again(ticket), replies.answer, "The tap is mended.")
    with desk.at() as session:
        row = session.get_one(Reply, reply.id)
        row.not_before = clock.now() - timedelta(seconds=1)
        delivery.claim(session)
        delivery.failed(session, reply.id, SendFailed("opted out (21610)", retry=False, fate=Fate.OPTED_OUT))
    with desk.at() as session:
        assert silence.among(session, [anna]) == {anna}
    assert desk.rows(Reply)[0].state is ReplyState.FAILED


def test_a_receipt_says_it_too_and_no_reason_is_kept(desk: Desk) -> None:
    anna = phone()
    gone = Receipt("twilio-sms", "SM1", Delivery.FAILED, clock.now(), code="21610", fate=Fate.OPTED_OUT, address=anna)
    with desk.at() as session:
        delivery.record_receipts(session, [gone, gone])
        assert silence.among(session, [anna, phone()]) == {anna}
    assert {column.name for column in Silent.__table__.columns} == {"address_index", "at"}


def test_a_picture_is_no_wish_whatever_stands_beside_it(desk: Desk) -> None:
    from channels.contract import Media

    picture = Media("ME1", "https://example.org/1", "image/jpeg")
    assert outcome(desk, text="STOP", media=(picture,)) is None


def test_start_lifts_what_stop_set_and_never_what_staff_set(desk: Desk) -> None:
    stopped, kept = phone(), phone()
    with desk.at() as session:
        silence.mark(session, stopped, clock.now())
        silence.mark(session, kept, clock.now(), by_staff=True)
        silence.mark(session, kept, clock.now())  # and STOP on top of it
    tickets = [desk.hear(inbound("START", address=number))[0] for number in (stopped, kept)]
    with desk.at() as session:
        silence.lift(session, kept)  # whoever calls it
        assert silence.among(session, [stopped, kept]) == {kept}
    lifted, asked = (desk.rows(Ticket, Ticket.id == ticket_id)[0] for ticket_id in tickets)
    assert lifted.outcome is START
    assert (asked.outcome, asked.status, asked.compartment) == (None, Status.NEW, "screening")  # a person's to decide


def test_who_has_the_table_alone_can_not_tell_which_marks_staff_set(desk: Desk) -> None:
    with desk.at() as session:
        silence.mark(session, phone(), clock.now(), by_staff=True)
        silence.mark(session, phone(), clock.now())
    rows = desk.rows(Silent)
    assert len(rows) == 3
    assert {len(row.address_index) for row in rows} == {16}
