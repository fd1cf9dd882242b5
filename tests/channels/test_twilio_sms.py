"""Text messages through Twilio: what arrives, and what we hear."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.rest.api.v2010.account.message import MessageInstance

from channels.contract import (
    Answer,
    ChannelName,
    Delivery,
    Fate,
    Heard,
    HookRequest,
    Inbound,
    Media,
    Receipt,
    Unreadable,
    Untrusted,
)
from channels.twilio_sms import RECEIPTS, TwilioSms
from tests.channels.cases import AT, Case, run, table
from tests.channels.twilio_wire import ACCOUNT, MESSAGE, OURS, PERSON, PUBLIC, TOKEN, post

NAME, THANKS = "twilio-sms", "Thank you. A person will read this."
SILENT = Answer('<?xml version="1.0" encoding="UTF-8"?><Response />')
SAID = Answer(f'<?xml version="1.0" encoding="UTF-8"?><Response><Message>{THANKS}</Message></Response>')
FIELDS = {"MessageSid": MESSAGE, "AccountSid": ACCOUNT, "From": PERSON, "To": OURS, "Body": "pani nai", "NumMedia": "0"}
PICTURE = "ME" + "d" * 32
ROOT = f"/2010-04-01/Accounts/{ACCOUNT}"


def adapter(*, tokens: tuple[str, ...] = (TOKEN,)) -> TwilioSms:
    return TwilioSms(
        account_sid=ACCOUNT, auth_tokens=tokens, numbers=(OURS,), public_url=PUBLIC, acknowledgement=THANKS
    )


def text(**fields: str) -> HookRequest:
    return post(NAME, "inbound", {**FIELDS, **fields})


def without(name: str) -> HookRequest:
    return post(NAME, "inbound", {key: value for key, value in FIELDS.items() if key != name})


def twice(name: str, value: str) -> HookRequest:
    return post(NAME, "inbound", [*FIELDS.items(), (name, value)])


def hears(arrives: HookRequest, **changes: object) -> Heard:
    message = Inbound(NAME, MESSAGE, ChannelName.SMS, AT, PERSON, "pani nai", raw=arrives.body)
    message = replace(message, **changes)  # type: ignore[arg-type]
    return Heard((message,), answer=SILENT, acknowledged=SAID if message.address else None)


def heard(name: str, arrives: HookRequest, **changes: object) -> Case:
    return Case(name, arrives, hears(arrives, **changes))


MEDIA = Media(PICTURE, f"https://api.twilio.com{ROOT}/Messages/{MESSAGE}/Media/{PICTURE}", "image/jpeg")
SENT_FROM_ELSEWHERE = {
    "Body": "",
    "NumMedia": "1",
    "MediaUrl0": f"https://evil.example/x/Media/{PICTURE}",
    "MediaContentType0": "image/jpeg",
}

TEXTS = [
    heard("a plain text", text()),
    heard("an empty text is still someone", text(Body=""), text=""),
    heard("Bangla with an ampersand, a plus and an emoji", text(Body="পানি নাই & +৩ দিন 🚰"), text="পানি নাই & +৩ দিন 🚰"),
    heard("line ends, a tab and a zero-width joiner stay", text(Body="a\r\nb\t\u200dc"), text="a\r\nb\t\u200dc"),
    heard("fields that Twilio adds one day are signed too", text(NewField="x", Blank="")),
    heard("a blank field keeps its place in the signature", text(FromCity="", FromZip="")),
    heard("a short code has no address", text(From="16247"), address=None, facts={"sender": "16247"}),
    heard("a sender's name has no address", text(From="BRAC"), address=None, facts={"sender": "BRAC"}),
    heard("a picture, fetched from Twilio whatever the address says", text(**SENT_FROM_ELSEWHERE), text="", media=(MEDIA,)),
    heard("a picture of a strange type", text(**{**SENT_FROM_ELSEWHERE, "MediaContentType0": "x\r\ny"}), text="",
          media=(replace(MEDIA, media_type="application/octet-stream"),)),
    heard("an optional field that is repeated with the same value", twice("FromCity", "Teknaf")),
    heard("the same optional field with two values", post(NAME, "inbound", [*FIELDS.items(), ("X", "1"), ("X", "2")])),
    Case("a number of ours that is not in the settings", text(To="+15005550009"), Unreadable),
    Case("our own number writing to us", text(From=OURS), Unreadable),
    Case("no body at all", without("Body"), Unreadable),
    Case("two bodies", twice("Body", "other"), Unreadable),
    Case("the same body twice", twice("Body", "pani nai"), Unreadable),
    Case("pictures that cannot be counted", text(NumMedia="many"), Unreadable),
    Case("a picture that is missing", text(NumMedia="1"), Unreadable),
]  # fmt: skip


def status(word: str, query: str = "reply=q3v8Zt1LrYk", **fields: str) -> HookRequest:
    sent = {"MessageSid": MESSAGE, "MessageStatus": word, "AccountSid": ACCOUNT, "From": OURS, "To": PERSON}
    return post(NAME, "status", {**sent, **fields}, query=query)


def receipt(
    delivery: Delivery, reply: str | None = "q3v8Zt1LrYk", code: str | None = None, fate: Fate | None = None
) -> Heard:
    return Heard(receipts=(Receipt(NAME, MESSAGE, delivery, AT, reply, code, fate, PERSON),))


RECEIPT_CASES = [
    Case("queued is no news", status("queued"), Heard()),
    Case("accepted is no news", status("accepted"), Heard()),
    Case("sent", status("sent"), receipt(Delivery.SENT)),
    Case("delivered", status("delivered"), receipt(Delivery.DELIVERED)),
    Case("read is delivered", status("read"), receipt(Delivery.DELIVERED)),
    Case("a phone that is off can be tried again", status("undelivered", ErrorCode="30003"),
         receipt(Delivery.FAILED, code="30003", fate=Fate.LATER)),
    Case("an unknown cause can be tried again", status("failed", ErrorCode="30008"),
         receipt(Delivery.FAILED, code="30008", fate=Fate.ONCE_MORE)),
    Case("a closed number cannot", status("undelivered", ErrorCode="30005"), receipt(Delivery.FAILED, code="30005", fate=Fate.FINAL)),
    Case("an error that we have never seen is final", status("failed", ErrorCode="39999"),
         receipt(Delivery.FAILED, code="39999", fate=Fate.FINAL)),
    Case("failed without a cause is final", status("failed"), receipt(Delivery.FAILED, fate=Fate.FINAL)),
    Case("an error code that is none", status("failed", ErrorCode="x' OR 1"), receipt(Delivery.FAILED, fate=Fate.FINAL)),
    Case("a receipt of what we did not number", status("sent", query=""), receipt(Delivery.SENT, reply=None)),
    Case("a word that we have never seen", status("teleported"), Unreadable),
    Case("a reference that we would not write", status("sent", query="reply=%2B8801712345417"), Untrusted),
    Case("two references", status("sent", query="reply=a&reply=b"), Untrusted),
    Case("no status", post(NAME, "status", FIELDS), Untrusted),
    Case("a forged receipt", post(NAME, "status", {**FIELDS, "MessageStatus": "delivered"}, token="guess"), Untrusted),
]  # fmt: skip


@pytest.mark.plan("D45")
@table(TEXTS)
def test_what_twilio_sends_is_heard_or_quarantined(case: Case) -> None:
    run(adapter(), case)


@pytest.mark.plan("D45")
@table(RECEIPT_CASES)
def test_receipts_are_translated_by_table(case: Case) -> None:
    run(adapter(), case)


def test_every_word_that_the_sdk_knows_for_a_message_has_a_meaning() -> None:
    words = {word for name, word in vars(MessageInstance.Status).items() if name.isupper()}
    assert words == set(RECEIPTS)


def test_without_an_acknowledgement_nothing_is_said() -> None:
    quiet = TwilioSms(account_sid=ACCOUNT, auth_tokens=(TOKEN,), numbers=(OURS,), public_url=PUBLIC)
    assert quiet.hear(text()).acknowledged is None


@pytest.mark.parametrize(
    ("sid", "tokens", "numbers"),
    [("AC1", (TOKEN,), (OURS,)), (ACCOUNT, (), (OURS,)), (ACCOUNT, (TOKEN, ""), (OURS,)), (ACCOUNT, (TOKEN,), ())],
)
def test_settings_that_would_let_anyone_in_do_not_start(
    sid: str, tokens: tuple[str, ...], numbers: tuple[str, ...]
) -> None:
    with pytest.raises(ValueError, match="Twilio"):
        TwilioSms(account_sid=sid, auth_tokens=tokens, numbers=numbers, public_url=PUBLIC)


LETTERS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@given(body=LETTERS, extra=st.dictionaries(st.from_regex("[A-Z][A-Za-z]{0,9}Q", fullmatch=True), LETTERS, max_size=5))
@settings(deadline=None)
def test_any_text_that_is_signed_comes_through_whole(body: str, extra: dict[str, str]) -> None:
    (message,) = adapter().hear(text(Body=body, **extra)).messages
    assert message.text == body.replace("\0", "")
