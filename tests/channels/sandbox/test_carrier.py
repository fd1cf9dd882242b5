"""Texts in both directions, with receipts, faults and repeats."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException

from channels.sandbox.client import PhoneRefused
from channels.sandbox.faults import Fault, FaultKind
from tests.channels.sandbox.conftest import ANNA, BELA, OURS, PUBLIC, House, open_house, wait_until

INBOUND, STATUS = "/hooks/twilio-sms/inbound", "/hooks/twilio-sms/status"
CALLBACK = f"{PUBLIC}{STATUS}?reply=r1"


def _statuses(house: House, count: int) -> list[str]:
    return [fields["MessageStatus"] for fields in house.desk.wait_for(STATUS, count)]


def test_a_text_reaches_the_desk_signed_and_in_the_providers_form(house: House) -> None:
    sent = house.phone.text(ANNA, "ক্যাম্প ৯ এ পানি নেই & 50% গেছে")

    (heard,) = house.desk.heard
    assert heard.genuine
    assert heard.path == INBOUND
    assert heard.fields["Body"] == "ক্যাম্প ৯ এ পানি নেই & 50% গেছে"
    assert (heard.fields["From"], heard.fields["To"]) == (ANNA, OURS)
    assert heard.fields["MessageSid"] == sent.sid
    assert (heard.fields["NumMedia"], heard.fields["SmsStatus"]) == ("0", "received")
    assert (sent.status, sent.attempts, sent.accepted) == (200, 1, True)


def test_the_desks_answer_to_a_text_arrives_on_the_phone(house: House) -> None:
    house.desk.answers[INBOUND] = "<Response><Message>ধন্যবাদ</Message><Message><Body>Two</Body></Message></Response>"

    house.phone.text(ANNA, "hello")

    wait_until(lambda: len(house.phone.inbox(ANNA)) == 2)
    assert {text.body for text in house.phone.inbox(ANNA)} == {"ধন্যবাদ", "Two"}
    assert house.phone.inbox(BELA) == []


def test_a_text_the_desk_did_not_take_is_sent_again_under_the_same_identifier(house: House) -> None:
    house.desk.statuses = [503, 500]

    sent = house.phone.text(ANNA, "hello")

    assert (sent.status, sent.attempts) == (200, 3)
    assert {fields["MessageSid"] for fields in house.desk.at(INBOUND)} == {sent.sid}
    assert len({heard.token for heard in house.desk.heard}) == 1


def test_a_refusal_by_the_desk_is_reported_and_not_repeated(house: House) -> None:
    house.desk.statuses = [403]

    sent = house.phone.text(ANNA, "hello")

    assert (sent.status, sent.attempts, sent.accepted) == (403, 1, False)


def test_a_desk_that_is_away_is_reported_as_no_answer() -> None:
    with open_house(hook_url="http://127.0.0.1:9") as house:
        sent = house.phone.text(ANNA, "hello")

    assert (sent.status, sent.attempts, sent.accepted) == (0, 3, False)


def test_copies_of_a_text_go_out_together_under_one_identifier(house: House) -> None:
    house.phone.text(ANNA, "hello", copies=3)

    assert len(house.desk.at(INBOUND)) == 3
    assert len({fields["MessageSid"] for fields in house.desk.at(INBOUND)}) == 1


def test_many_texts_are_sent_together_and_reported_in_order(house: House) -> None:
    sent = house.phone.texts([(ANNA, f"text {i}") for i in range(200)], at_once=16)

    by_sid = {fields["MessageSid"]: fields["Body"] for fields in house.desk.at(INBOUND)}
    assert [by_sid[one.sid] for one in sent] == [f"text {i}" for i in range(200)]
    assert all(one.accepted and one.seconds > 0 for one in sent)


def test_a_reply_is_delivered_with_signed_receipts_in_order(house: House) -> None:
    taken = house.twilio.messages.create(to=ANNA, from_=OURS, body="The pump is mended.", status_callback=CALLBACK)

    assert taken.status == "queued"
    assert _statuses(house, 2) == ["sent", "delivered"]
    assert all(heard.genuine for heard in house.desk.heard)
    assert {fields["reply"] for fields in house.desk.at(STATUS)} == {"r1"}
    assert house.phone.wait_for_text(ANNA).body == "The pump is mended."
    assert house.twilio.messages(taken.sid).fetch().status == "delivered"


@pytest.mark.parametrize("code", [30003, 30005])
def test_a_phone_that_is_switched_off_leaves_the_reply_undelivered(house: House, code: int) -> None:
    house.phone.switch_off(ANNA, code=code)

    house.twilio.messages.create(to=ANNA, from_=OURS, body="hello", status_callback=CALLBACK)

    assert _statuses(house, 2) == ["sent", "undelivered"]
    assert house.desk.at(STATUS)[1]["ErrorCode"] == str(code)
    assert house.phone.inbox(ANNA) == []


def test_a_phone_that_is_switched_off_cannot_text_until_it_is_on_again(house: House) -> None:
    house.phone.switch_off(ANNA)
    with pytest.raises(PhoneRefused, match="switched off"):
        house.phone.text(ANNA, "hello")

    house.phone.switch_on(ANNA)

    assert house.phone.text(ANNA, "hello").accepted


def test_stop_closes_a_number_and_start_opens_it_again(house: House) -> None:
    house.phone.text(ANNA, " Stop ")
    with pytest.raises(TwilioRestException) as refused:
        house.twilio.messages.create(to=ANNA, from_=OURS, body="hello")

    house.phone.text(ANNA, "start")

    assert (refused.value.status, refused.value.code) == (400, 21610)
    assert house.twilio.messages.create(to=ANNA, from_=OURS, body="hello").sid


def test_receipts_can_come_backwards_twice_or_not_at_all(house: House) -> None:
    kinds = (FaultKind.RECEIPTS_BACKWARDS, FaultKind.RECEIPTS_TWICE, FaultKind.NO_RECEIPTS)
    got = []
    for kind in kinds:
        house.phone.expect([Fault(kind)])
        arrived = len(house.phone.inbox(ANNA))
        house.desk.heard.clear()
        house.twilio.messages.create(to=ANNA, from_=OURS, body="hello", status_callback=CALLBACK)
        house.phone.wait_for_text(ANNA, after=arrived)
        got.append(_statuses(house, {FaultKind.RECEIPTS_TWICE: 4, FaultKind.NO_RECEIPTS: 0}.get(kind, 2)))

    assert got == [["delivered", "sent"], ["sent", "sent", "delivered", "delivered"], []]


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Fault(FaultKind.REFUSE, code=21612), 400, 21612),
        (Fault(FaultKind.TOO_MANY), 429, 20429),
        (Fault(FaultKind.DOWN), 503, 20503),
    ],
)
def test_a_reply_can_be_refused_once(house: House, fault: Fault, status: int, code: int) -> None:
    house.phone.expect([fault])

    with pytest.raises(TwilioRestException) as refused:
        house.twilio.messages.create(to=ANNA, from_=OURS, body="hello")

    assert (refused.value.status, refused.value.code) == (status, code)
    assert house.twilio.messages.list() == []
    assert house.twilio.messages.create(to=ANNA, from_=OURS, body="hello").sid


def test_a_fault_for_one_number_leaves_the_others_alone(house: House) -> None:
    house.phone.expect([Fault(FaultKind.TOO_MANY, number=BELA)])

    assert house.twilio.messages.create(to=ANNA, from_=OURS, body="hello").sid
    with pytest.raises(TwilioRestException):
        house.twilio.messages.create(to=BELA, from_=OURS, body="hello")


def test_a_reply_whose_answer_was_lost_is_delivered_all_the_same(house: House) -> None:
    house.phone.expect([Fault(FaultKind.LOST_ANSWER)])
    house.twilio.http_client.timeout = 0.3

    with pytest.raises(Exception, match="timed out"):
        house.twilio.messages.create(to=ANNA, from_=OURS, body="once")

    assert house.phone.wait_for_text(ANNA).body == "once"
    assert [text.body for text in house.twilio.messages.list(to=ANNA)] == ["once"]


def test_nothing_is_ever_posted_outside_the_desk(house: House) -> None:
    elsewhere = "https://desk.example.org.evil.example/hooks"

    with pytest.raises(TwilioRestException) as refused:
        house.twilio.messages.create(to=ANNA, from_=OURS, body="hello", status_callback=elsewhere)

    assert refused.value.code == 21609


def test_the_oldest_texts_and_numbers_are_forgotten_first() -> None:
    with open_house(keep=3) as house:
        sent = house.phone.texts([(f"+88017000001{i:02}", "hello") for i in range(6)], at_once=1)

        kept = [text.sid for text in house.twilio.messages.list()]

    assert kept == [one.sid for one in reversed(sent[3:])]
