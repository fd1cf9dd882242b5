"""Texts through an Android phone: what it reports, what we hear, what goes out."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from channels.contract import (
    Answer,
    ChannelName,
    Delivery,
    Envelope,
    Fate,
    Heard,
    HookRequest,
    Inbound,
    Media,
    Receipt,
    SendFailed,
    Unreadable,
    Untrusted,
)
from channels.relay import Relay
from tests.channels.cases import AT, Case, run, table
from tests.channels.twilio_wire import Api, serving
from tests.trials import trials

NAME, KEY, NEXT_KEY, DEVICE = "android-relay", "key-of-today", "key-of-tomorrow", "ffffffffceb0b1db0000018e937c815b"
DONE = Answer("", "text/plain")
PAYLOAD = {
    "messageId": "abc123",
    "message": "pani nai",
    "phoneNumber": "01712345417",
    "simNumber": 1,
    "receivedAt": "2026-03-04T11:05:58.123+06:00",
}
EVENT = {
    "deviceId": DEVICE,
    "event": "sms:received",
    "id": "Ey6ECgOkVVFjz3CL48B8C",
    "payload": PAYLOAD,
    "webhookId": "w",
}
ENVELOPE = Envelope("q3v8Zt1LrYk", "+8801712345417", "The tap is mended.", AT)


def adapter(base: str = "http://127.0.0.1:9", *, keys: tuple[str, ...] = (KEY,), timeout: float = 5.0) -> Relay:
    return Relay(signing_keys=keys, devices=(DEVICE,), send_url=f"{base}/messages", login=("desk", "secret"),
                 region="BD", timeout=timeout)  # fmt: skip


@pytest.fixture
def api() -> Iterator[Api]:
    with serving() as api:
        yield api


def post(body: bytes, *, key: str = KEY, age: timedelta = timedelta()) -> HookRequest:
    stamp = str(int((AT - age).timestamp()))
    signature = hmac.new(key.encode(), body + stamp.encode(), hashlib.sha256).hexdigest()
    headers = {"x-signature": signature, "x-timestamp": stamp}
    return HookRequest("events", f"https://desk.example.org/hooks/{NAME}/events", headers, body, AT)


def event(kind: str = "sms:received", **payload: Any) -> HookRequest:
    return post(json.dumps({**EVENT, "event": kind, "payload": {**PAYLOAD, **payload}}).encode())


def reference(arrives: HookRequest, key: str = KEY) -> str:
    (message,) = adapter(keys=(key,)).hear(arrives).messages
    return message.provider_ref


def heard(name: str, arrives: HookRequest, **changes: Any) -> Case:
    message = Inbound(NAME, reference(arrives), ChannelName.SMS, AT, "+8801712345417", "pani nai", raw=arrives.body)
    return Case(name, arrives, Heard((replace(message, **changes),), answer=DONE))


def receipt(delivery: Delivery, code: str | None = None, retry: bool = False) -> Heard:
    fate = (Fate.LATER if retry else Fate.FINAL) if delivery is Delivery.FAILED else None
    return Heard(receipts=(Receipt(NAME, "q3v8Zt1LrYk", delivery, AT, "q3v8Zt1LrYk", code, fate),), answer=DONE)


def outcome(kind: str, **payload: Any) -> HookRequest:
    return event(kind, messageId="q3v8Zt1LrYk", **payload)


CASES = [
    heard("a text, its number completed", event()),
    heard("Bangla and an emoji", event(message="পানি নাই 🚰"), text="পানি নাই 🚰"),
    heard("an empty text is still someone", event(message=""), text=""),
    heard("a short code has no address", event(phoneNumber="16247"), address=None, facts={"sender": "16247"}),
    heard("a phone that does not say which SIM", event(simNumber=None)),
    heard("a text that waited two days in the phone", post(json.dumps(EVENT).encode(), age=timedelta(days=2))),
    Case("sent", outcome("sms:sent"), receipt(Delivery.SENT)),
    Case("delivered", outcome("sms:delivered"), receipt(Delivery.DELIVERED)),
    Case("failed without a signal, which passes", outcome("sms:failed", reason="Send: RESULT_ERROR_NO_SERVICE"),
         receipt(Delivery.FAILED, "RESULT_ERROR_NO_SERVICE", retry=True)),
    Case("failed for good", outcome("sms:failed", reason="RESULT_ERROR_NULL_PDU"),
         receipt(Delivery.FAILED, "RESULT_ERROR_NULL_PDU")),
    Case("failed with words that could be anyone's", outcome("sms:failed", reason="01712345417 is off"),
         receipt(Delivery.FAILED)),
    Case("a sign of life", event("system:ping"), Heard(answer=DONE)),
    Case("an event that we have no word for", event("mms:received"), Unreadable),
    Case("no sender", event(phoneNumber=None), Unreadable),
    Case("no time, so that a repeat could not be told", event(receivedAt=""), Unreadable),
    Case("words that are none", event(message=["x"]), Unreadable),
    Case("half a character", event(message="\ud83d"), Unreadable),
    Case("a receipt of no message", event("sms:sent", messageId=7), Unreadable),
    Case("a list instead of an event", post(b"[]"), Unreadable),
    Case("a name that stands twice", post(json.dumps(EVENT).encode().replace(b'"webhookId": "w"', b'"event": "sms:received"')), Unreadable),
    Case("no JSON", post(b"\xff"), Unreadable),
    Case("JSON without a bottom", post(b"[" * 100_000), Unreadable),
    Case("another phone", post(json.dumps({**EVENT, "deviceId": "x"}).encode()), Untrusted),
    Case("another key", post(json.dumps(EVENT).encode(), key="guess"), Untrusted),
    Case("an empty key", post(json.dumps(EVENT).encode(), key=""), Untrusted),
    Case("no signature", replace(event(), headers={}), Untrusted),
    Case("a signature that is not ASCII", replace(event(), headers={**event().headers, "x-signature": "ü"}), Untrusted),
    Case("a changed body", replace(event(), body=event(message="pani ache").body), Untrusted),
    Case("a changed time", replace(event(), headers={**event().headers, "x-timestamp": "1772600000"}), Untrusted),
    Case("a time that is none", replace(event(), headers={**event().headers, "x-timestamp": "-1"}), Untrusted),
    Case("signed four days ago", post(json.dumps(EVENT).encode(), age=timedelta(days=4)), Untrusted),
    Case("signed an hour ahead", post(json.dumps(EVENT).encode(), age=-timedelta(hours=1)), Untrusted),
]  # fmt: skip


@table(CASES)
def test_what_the_relay_reports(case: Case) -> None:
    run(adapter(), case)


@pytest.mark.parametrize("key", [KEY, NEXT_KEY])
def test_both_keys_hold_while_one_replaces_the_other(key: str) -> None:
    assert adapter(keys=(NEXT_KEY, KEY)).hear(post(json.dumps(EVENT).encode(), key=key)).messages


def test_a_repeat_with_new_ids_is_the_same_message() -> None:
    repeat = {**EVENT, "id": "another", "webhookId": "another", "payload": {**PAYLOAD, "messageId": "another"}}
    assert reference(post(json.dumps(repeat).encode(), age=-timedelta(seconds=20))) == reference(event())


@pytest.mark.parametrize(
    "change", [{"receivedAt": "2026-03-04T11:06:58.123+06:00"}, {"phoneNumber": "01812345678"}, {"message": "x"}]
)
def test_the_same_words_again_or_from_another_are_another_message(change: dict[str, str]) -> None:
    assert reference(event(**change)) != reference(event())


def test_a_reference_cannot_be_computed_without_the_key() -> None:
    body = json.dumps(EVENT).encode()
    assert reference(post(body, key=NEXT_KEY), NEXT_KEY) != reference(post(body))


FORGERIES = trials(default=1_000, release=10_000)


@pytest.mark.plan("D45", trials=FORGERIES)
def test_random_forgeries_are_all_refused() -> None:
    dice, ours, genuine, accepted = random.Random(20260304), adapter(keys=(KEY, NEXT_KEY)), event(), 0
    for _ in range(FORGERIES):
        body = bytearray(genuine.body)
        body[dice.randrange(len(body))] ^= 1 << dice.randrange(8)
        try:
            ours.hear(replace(genuine, body=bytes(body)))
            accepted += 1
        except Untrusted:
            pass
    assert accepted == 0


@pytest.mark.parametrize(("keys", "devices"), [((), (DEVICE,)), (("",), (DEVICE,)), ((KEY,), ()), ((KEY,), ("",))])
def test_settings_that_would_let_anyone_in_do_not_start(keys: tuple[str, ...], devices: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="relay"):
        Relay(signing_keys=keys, devices=devices, send_url="x", login=("a", "b"), region="BD")


def test_a_reply_goes_out_under_our_own_reference(api: Api) -> None:
    api.will_answer(202, {"id": "q3v8Zt1LrYk", "state": "Pending"})
    assert adapter(api.base).send(ENVELOPE) == "q3v8Zt1LrYk"
    (asked,) = api.asked
    assert (asked.method, asked.path, asked.query) == ("POST", "/messages", {})
    assert json.loads(asked.body) == {
        "id": "q3v8Zt1LrYk",
        "textMessage": {"text": "The tap is mended."},
        "phoneNumbers": ["+8801712345417"],
        "withDeliveryReport": True,
    }


def test_a_reply_that_the_relay_has_already_is_handed_over(api: Api) -> None:
    api.will_answer(409)
    assert adapter(api.base).send(ENVELOPE) == "q3v8Zt1LrYk"


@pytest.mark.parametrize(
    ("status", "retry", "unknown"),
    [(400, False, False), (401, False, False), (429, True, False), (503, True, True), (302, False, False)],
)
def test_a_refusal_says_whether_trying_again_helps(api: Api, status: int, retry: bool, unknown: bool) -> None:
    api.will_answer(status, b"", location="http://127.0.0.1:9/")
    with pytest.raises(SendFailed) as failed:
        adapter(api.base).send(ENVELOPE)
    assert (failed.value.retry, failed.value.unknown) == (retry, unknown)
    assert len(api.asked) == 1


def test_a_phone_that_does_not_answer_may_have_taken_it_and_the_failure_names_nobody(api: Api) -> None:
    api.delay = 0.4
    api.will_answer(202)
    with pytest.raises(SendFailed) as failed:
        adapter(api.base, timeout=0.1).send(ENVELOPE)
    assert (failed.value.retry, failed.value.unknown) == (True, True)
    assert failed.value.__context__ is None


def test_a_phone_that_cannot_be_reached_took_nothing() -> None:
    with serving() as gone:
        base = gone.base
    with pytest.raises(SendFailed) as failed:
        adapter(base).send(ENVELOPE)
    assert (failed.value.retry, failed.value.unknown) == (True, False)


@pytest.mark.parametrize(("status", "found"), [(200, "q3v8Zt1LrYk"), (404, None)])
def test_a_reply_of_unknown_fate_is_asked_for_by_our_reference(api: Api, status: int, found: str | None) -> None:
    api.will_answer(status, {})
    assert adapter(api.base).look_up(ENVELOPE) == found
    assert api.asked[0].path == "/messages/q3v8Zt1LrYk"


def test_looking_up_can_fail_too(api: Api) -> None:
    api.will_answer(503)
    with pytest.raises(SendFailed) as failed:
        adapter(api.base).look_up(ENVELOPE)
    assert failed.value.retry


def test_there_is_nothing_to_fetch() -> None:
    with pytest.raises(SendFailed):
        adapter().fetch(Media("x", "https://example.org", "audio/wav"))
