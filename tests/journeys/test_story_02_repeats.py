"""Story 2: the carrier repeats itself, a stranger forges, receipts come as they like."""

from __future__ import annotations

from channels.sandbox.faults import Fault, FaultKind
from feedback.models.message import Message, Quarantine
from feedback.models.reply import ReceiptRow
from feedback.models.staff import Role
from feedback.models.ticket import Status, Ticket
from tests import factories
from tests.journeys.conftest import Town, until

NUMBER = "+8801711000002"


def test_one_message_that_comes_four_times_is_one_ticket_with_one_acknowledgement(town: Town) -> None:
    town.phone.text(NUMBER, "When does the learning centre open?", copies=4)
    assert len(town.desk.rows(Message)) == len(town.desk.rows(Ticket)) == 1
    until(lambda: town.phone.inbox(NUMBER))
    town.read()
    assert len(town.phone.inbox(NUMBER)) == 1


def test_a_forged_text_is_refused_and_nothing_of_it_is_stored(town: Town) -> None:
    client = town.person(Role.AGENT).client
    form = factories.text_form("forged")
    answer = client.post("/hooks/twilio-sms/inbound", data=form, headers={"X-Twilio-Signature": "forged"})
    assert answer.status_code == 403
    assert town.desk.rows(Message) == town.desk.rows(Ticket) == town.desk.rows(Quarantine) == []


def test_a_delivered_that_overtakes_its_sent_is_kept_with_it_and_the_ticket_is_told(town: Town) -> None:
    town.phone.expect([Fault(FaultKind.RECEIPTS_BACKWARDS)])
    ticket = town.desk.ticket("no water in camp 9", address=NUMBER)
    agent = town.person(Role.AGENT)
    agent.press(f"/tickets/{ticket.reference}/answer", text="It is mended.")
    town.send()
    until(lambda: town.desk.again(ticket).status is Status.CLOSED)
    until(lambda: {row.delivery.value for row in town.desk.rows(ReceiptRow)} == {"sent", "delivered"})
