"""Texts through an aggregator that signs nothing: who is believed, what we hear, what goes out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import pytest

from channels.aggregator import Aggregator
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
    Part,
    Receipt,
    SendFailed,
    Unreadable,
    Untrusted,
)
from channels.dialect import KANNEL, Dialect
from tests.channels.cases import AT, Case, run, table
from tests.channels.twilio_wire import PUBLIC, Api, serving

NAME, SECRET, NEXT_SECRET = "aggregator", "a-secret-of-24-letters-or-more", "the-secret-that-replaces-it"
PEER, OURS, PERSON = "192.0.2.7", "8809610000100", "+8801712345417"
DONE = Answer("OK", "text/plain")
FIELDS = {"id": "4f6c", "from": "8801712345417", "to": OURS, "text": "pani nai"}
ENVELOPE = Envelope("q3v8Zt1LrYk", PERSON, "The tap is {mended} & dry.", AT)
OTHER = Dialect(
    message_id="msgId",
    sender="msisdn",
    receiver="",
    text="body",
    status="dlr",
    receipt_of="msgId",
    statuses={"DELIVRD": Delivery.DELIVERED, "EXPIRED": Delivery.FAILED, "ACCEPTD": None},
    send={"recipient": "{to}", "message": "{text}", "callback": "{receipts}"},
    send_as="json",
    taken=r'"id": ?"(?P<ref>[\w-]+)"',
    refusals=((r"NO_CREDIT", "setup: no credit", False),),
    secret_in_url=False,
    thanks="ACK",
)


def adapter(
    base: str = "http://127.0.0.1:9",
    *,
    dialect: Dialect = KANNEL,
    secrets: tuple[str, ...] = (SECRET,),
    networks: tuple[str, ...] = ("192.0.2.0/28", "2001:db8::/32"),
    timeout: float = 5.0,
) -> Aggregator:
    return Aggregator(
        dialect=dialect,
        secrets=secrets,
        networks=networks,
        numbers=(OURS,),
        public_url=PUBLIC,
        send_url=f"{base}/cgi-bin/sendsms",
        login={"username": "desk", "password": "secret"},
        region="BD",
        timeout=timeout,
    )


@pytest.fixture
def api() -> Iterator[Api]:
    with serving() as api:
        yield api


def get(hook: str, fields: Mapping[str, str] | str, *, key: str = SECRET, peer: str = PEER) -> HookRequest:
    query = fields if isinstance(fields, str) else urlencode(fields)
    return HookRequest(hook, f"{PUBLIC}/hooks/{NAME}/{hook}?key={key}&{query}", {}, b"", AT, peer)


def post(hook: str, body: bytes, *, kind: str = "application/x-www-form-urlencoded", **headers: str) -> HookRequest:
    sent = {
        "content-type": kind,
        "x-hook-key": SECRET,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return HookRequest(hook, f"{PUBLIC}/hooks/{NAME}/{hook}", sent, body, AT, PEER)


def text(**fields: str) -> HookRequest:
    return get("inbound", {**FIELDS, **fields})


def heard(name: str, arrives: HookRequest, fields: Mapping[str, str] = FIELDS, **changes: Any) -> Case:
    message = Inbound(NAME, "4f6c", ChannelName.SMS, AT, PERSON, "pani nai", raw=json.dumps(dict(fields)).encode())
    return Case(name, arrives, Heard((replace(message, **changes),), answer=DONE))


def with_fields(name: str, fields: Mapping[str, str], **changes: Any) -> Case:
    return heard(name, get("inbound", {**FIELDS, **fields}), {**FIELDS, **fields}, **changes)


BANGLA, SHORT = {"text": "পানি নাই 🚰"}, {"from": "16247"}
HALF = json.dumps({**FIELDS, "text": "\ud83d"}).encode()
FORM, OBJECT = urlencode(FIELDS).encode(), json.dumps(FIELDS).encode()


def receipt(delivery: Delivery, code: str | None = None, theirs: str = "q3v8Zt1LrYk") -> Heard:
    fate = Fate.FINAL if delivery is Delivery.FAILED else None
    return Heard(receipts=(Receipt(NAME, theirs, delivery, AT, "q3v8Zt1LrYk", code, fate),), answer=DONE)


CASES = [
    heard("a text in the address", text()),
    heard("a text in a form, the secret in a header", post("inbound", FORM)),
    heard("a text as JSON", post("inbound", OBJECT, kind="application/json; charset=utf-8")),
    heard("a text from the provider's other network", replace(text(), peer="2001:db8::5")),
    heard("an old address dressed as a new one", replace(text(), peer="::ffff:192.0.2.7")),
    with_fields("Bangla and an emoji", BANGLA, text="পানি নাই 🚰"),
    with_fields("a short code has no address", SHORT, address=None, facts={"sender": "16247"}),
    Case("delivered", get("status", "reply=q3v8Zt1LrYk&state=1"), receipt(Delivery.DELIVERED)),
    Case("taken by the carrier", get("status", "reply=q3v8Zt1LrYk&state=8"), receipt(Delivery.SENT)),
    Case("waiting is no news", get("status", "reply=q3v8Zt1LrYk&state=4"), Heard(answer=DONE)),
    Case("refused by the carrier", get("status", "reply=q3v8Zt1LrYk&state=16"), receipt(Delivery.FAILED, "16")),
    Case("a status that we have no word for", get("status", "reply=q3v8Zt1LrYk&state=99"), Unreadable),
    Case("a status of nothing", get("status", "state=1"), Unreadable),
    Case("a reference that we would not write", get("status", "reply=%2B880&state=1"), Untrusted),
    Case("two references", get("status", "reply=a&reply=b&state=1"), Untrusted),
    Case("no id", get("inbound", {name: value for name, value in FIELDS.items() if name != "id"}), Unreadable),
    Case("an empty id", text(id=""), Unreadable),
    Case("a number that is not in the settings", text(to="8809610000101"), Unreadable),
    Case("two senders", get("inbound", urlencode([*FIELDS.items(), ("from", "8801812345678")])), Unreadable),
    Case("a sender in the address and another in the form",
         replace(get("inbound", FIELDS), body=b"from=8801812345678"), Unreadable),
    Case("bytes that are no text", post("inbound", b"text=%ff"), Unreadable),
    Case("a list instead of an object", post("inbound", b'["x"]', kind="application/json"), Unreadable),
    Case("half a character", post("inbound", HALF, kind="application/json"), Unreadable),
    Case("JSON without a bottom", post("inbound", b"[" * 100_000, kind="application/json"), Unreadable),
    Case("another secret", get("inbound", FIELDS, key="guess-guess-guess-guess-guess"), Untrusted),
    Case("an empty secret", get("inbound", FIELDS, key=""), Untrusted),
    Case("a secret that is not ASCII", get("inbound", FIELDS, key="ü" * 30), Untrusted),
    Case("the secret twice", replace(text(), headers={"x-hook-key": SECRET}), Untrusted),
    Case("no secret", replace(text(), url=f"{PUBLIC}/hooks/{NAME}/inbound?{urlencode(FIELDS)}"), Untrusted),
    Case("the secret in the body", replace(text(), url=f"{PUBLIC}/hooks/{NAME}/inbound", body=f"key={SECRET}".encode()),
         Untrusted),
    Case("an address that is no text", get("inbound", "text=%ff"), Unreadable),
    Case("a stranger who knows the secret", replace(text(), peer="198.51.100.7"), Untrusted),
    Case("from no address", replace(text(), peer=""), Untrusted),
    Case("from something that is no address", replace(text(), peer="192.0.2.7, 198.51.100.7"), Untrusted),
]  # fmt: skip


@table(CASES)
def test_what_an_aggregator_tells_us(case: Case) -> None:
    run(adapter(), case)


def test_another_dialect_is_only_other_words() -> None:
    told = json.dumps({"msgId": 77, "msisdn": "01712345417", "body": "pani nai"}).encode()
    heard = adapter(dialect=OTHER).hear(post("inbound", told, kind="application/json"))
    assert (heard.messages[0].provider_ref, heard.messages[0].address, heard.answer.body) == ("77", PERSON, "ACK")
    (receipt,) = adapter(dialect=OTHER).hear(post("status", b"msgId=77&dlr=EXPIRED")).receipts
    assert (receipt.provider_ref, receipt.reply, receipt.code) == ("77", None, "EXPIRED")


@pytest.mark.parametrize("key", [SECRET, NEXT_SECRET])
def test_both_secrets_hold_while_one_replaces_the_other(key: str) -> None:
    assert adapter(secrets=(NEXT_SECRET, SECRET)).hear(get("inbound", FIELDS, key=key)).messages


def test_our_secret_is_not_kept_with_the_message() -> None:
    (message,) = adapter().hear(text()).messages
    assert SECRET.encode() not in message.raw


@pytest.mark.parametrize(
    ("secrets", "networks"),
    [
        ((), ("192.0.2.0/28",)),
        (("short",), ("192.0.2.0/28",)),
        (("with%escapes" * 3,), ("192.0.2.0/28",)),
        ((SECRET,), ()),
    ],
)
def test_settings_that_would_let_anyone_in_do_not_start(secrets: tuple[str, ...], networks: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="aggregator"):
        adapter(secrets=secrets, networks=networks)


def test_a_reply_goes_to_kannel_in_its_own_words(api: Api) -> None:
    api.will_answer(202, b"0: Accepted for delivery")
    assert adapter(api.base).send(ENVELOPE) == "q3v8Zt1LrYk"
    (asked,) = api.asked
    assert (asked.method, asked.path) == ("GET", "/cgi-bin/sendsms")
    assert {name: values[0] for name, values in asked.query.items()} == {
        "username": "desk",
        "password": "secret",
        "to": PERSON,
        "from": OURS,
        "text": "The tap is {mended} & dry.",
        "coding": "0",
        "charset": "UTF-8",
        "dlr-mask": "31",
        "dlr-url": f"{PUBLIC}/hooks/{NAME}/status?reply=q3v8Zt1LrYk&key={SECRET}&state=%d",
    }


def test_what_kannel_makes_of_our_receipt_address_is_a_receipt(api: Api) -> None:
    api.will_answer(202, b"0: Accepted for delivery")
    adapter(api.base).send(ENVELOPE)
    called = HookRequest("status", api.asked[0].query["dlr-url"][0].replace("%d", "1"), {}, b"", AT, PEER)
    assert adapter().hear(called) == receipt(Delivery.DELIVERED)


def test_bangla_is_sent_as_ucs2(api: Api) -> None:
    api.will_answer(202, b"3: Queued for later delivery")
    adapter(api.base).send(replace(ENVELOPE, text="কল ঠিক হয়েছে।"))
    assert api.asked[0].query["coding"] == ["2"]


def test_another_dialect_sends_json_keeps_the_secret_and_learns_the_reference(api: Api) -> None:
    api.will_answer(200, {"id": "77"})
    assert adapter(api.base, dialect=OTHER).send(ENVELOPE) == "77"
    (asked,) = api.asked
    sent = json.loads(asked.body)
    assert asked.method == "POST"
    assert sent["callback"] == f"{PUBLIC}/hooks/{NAME}/status?reply=q3v8Zt1LrYk"


@pytest.mark.parametrize(
    ("status", "body", "retry", "unknown"),
    [
        (403, b"Authorization failed for sendsms", False, False),
        (503, b"Temporal failure, try again later.", True, False),
        (404, b"", False, False),
        (400, b"", False, False),
        (500, b"", True, True),
        (200, b"<html>", True, True),
        (302, b"0: Accepted for delivery", False, False),
    ],
)
def test_a_refusal_says_whether_trying_again_helps(
    api: Api, status: int, body: bytes, retry: bool, unknown: bool
) -> None:
    api.will_answer(status, body)
    with pytest.raises(SendFailed) as failed:
        adapter(api.base).send(ENVELOPE)
    assert (failed.value.retry, failed.value.unknown) == (retry, unknown)


def test_an_answer_that_never_came_is_unknown_and_names_nobody(api: Api) -> None:
    api.delay = 0.4
    api.will_answer(202, b"0: Accepted for delivery")
    with pytest.raises(SendFailed) as failed:
        adapter(api.base, timeout=0.1).send(ENVELOPE)
    assert (failed.value.retry, failed.value.unknown) == (True, True)
    assert failed.value.__context__ is None


def test_a_provider_without_a_list_leaves_it_to_a_person() -> None:
    with pytest.raises(SendFailed) as failed:
        adapter().look_up(ENVELOPE)
    assert (failed.value.retry, failed.value.unknown) == (False, True)
    with pytest.raises(SendFailed):
        adapter().fetch(Media("x", "https://example.org", "audio/wav"))


IN_PIECES = replace(KANNEL, part=("ref", "seq", "of"))


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ("ref=42&seq=2&of=3", Part("42", 2, 3)),
        ("ref=42&seq=1&of=1", None),
        ("ref=42&seq=4&of=3", None),
        ("ref=42&seq=0&of=3", None),
        ("ref=42&seq=x&of=3", None),
        ("ref=", None),
    ],
)
def test_a_piece_says_which_it_is_and_nonsense_is_a_whole_text(fields: str, part: Part | None) -> None:
    request = get("inbound", f"{urlencode(FIELDS)}&{fields}")
    (message,) = adapter(dialect=IN_PIECES).hear(request).messages
    assert message.part == part


def test_two_bytes_a_character_are_read_where_the_provider_says_so() -> None:
    said = quote_from_bytes("পানি 🚰".encode("utf-16-be"))
    request = get("inbound", f"id=4f6c&from=8801712345417&to={OURS}&text={said}&coding=2")
    (message,) = adapter().hear(request).messages
    assert message.text == "পানি 🚰"
