"""What tests of sending share: an answer that may go now, and each step that a worker or a provider takes."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from channels.contract import Delivery, Receipt, SendFailed
from feedback import clock
from feedback.desk import delivery, replies
from feedback.models.reply import Purpose, Reply
from feedback.models.ticket import Ticket
from tests.factories import Desk, phone

SID = "SM" + "a" * 32
TROUBLE = SendFailed("the provider has trouble", retry=True)
REFUSED = SendFailed("not a phone", retry=False)
SILENCE = SendFailed("no answer from the provider", retry=True, unknown=True)


def answered(desk: Desk, *, purpose: Purpose = Purpose.ANSWER, address: str | None = None) -> Ticket:
    """A ticket whose answer may go now."""
    ticket = desk.ticket(address=address or phone())
    desk.act(desk.staff(), ticket, replies.answer, "The tap is mended.", purpose=purpose)
    alter(desk, not_before=clock.now() - timedelta(seconds=1))
    return ticket


def alter(desk: Desk, **columns: object) -> None:
    with desk.at() as session:
        session.execute(sa.update(Reply).values(**columns))


def claim(desk: Desk) -> list[delivery.Claimed]:
    with desk.at() as session:
        return delivery.claim(session)


def the_reply(desk: Desk) -> Reply:
    (reply,) = desk.rows(Reply)
    return reply


def receive(
    desk: Desk, *deliveries: Delivery, ref: str = SID, reply: str | None = None, code: str | None = None
) -> None:
    with desk.at() as session:
        receipts = [Receipt("twilio-sms", ref, one, clock.now(), reply=reply, code=code) for one in deliveries]
        delivery.record_receipts(session, receipts)


def hand_over(desk: Desk, ref: str = SID) -> None:
    with desk.at() as session:
        delivery.handed_over(session, the_reply(desk).id, ref)


def fail(desk: Desk, failure: SendFailed) -> None:
    with desk.at() as session:
        delivery.failed(session, the_reply(desk).id, failure)
