"""Text messages through Twilio: what arrives, and what we hear."""

from __future__ import annotations

import base64
import random
from dataclasses import replace
from urllib.parse import urlencode

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
from tests.channels.twilio_wire import (
    ACCOUNT,
    MESSAGE,
    NEXT_TOKEN,
    OURS,
    PERSON,
    PUBLIC,
    TOKEN,
    post,
    sign,
)
from tests.trials import trials

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

REFUSED = [
    Case("no signature", post(NAME, "inbound", FIELDS, signature=""), Untrusted),
    Case("signed with another token", post(NAME, "inbound", FIELDS, token="guess"), Untrusted),
    Case("signed with no token", post(NAME, "inbound", FIELDS, token=""), Untrusted),
    Case("signed for another hook", post(NAME, "inbound", FIELDS, signed_url=f"{PUBLIC}/hooks/{NAME}/status"), Untrusted),
    Case("signed for another host", post(NAME, "inbound", FIELDS, signed_url=f"https://x.example/hooks/{NAME}/inbound"),
         Untrusted),
    Case("signed over http", post(NAME, "inbound", FIELDS, signed_url=f"http://desk.example.org/hooks/{NAME}/inbound"),
         Untrusted),
    Case("a query that was not signed", post(NAME, "inbound", FIELDS, query="x=1", signed_url=f"{PUBLIC}/hooks/{NAME}/inbound"),
         Untrusted),
    Case("a changed body", replace(text(), body=text(Body="pani ache").body), Untrusted),
    Case("an added field", replace(text(), body=text().body + b"&Extra=1"), Untrusted),
    Case("a field left out", replace(text(), body=without("NumMedia").body), Untrusted),
    Case("JSON", replace(text(), body=b'{"MessageSid": "SM1"}'), Untrusted),
    Case("JSON with its digest in the query", post(NAME, "inbound", [], query="bodySHA256=00", body=b"{}"), Untrusted),
    Case("bytes that are no text", replace(text(), body=b"\xff\xfe=\x80"), Untrusted),
    Case("percent signs that are no text", replace(text(), body=b"Body=%ff%fe"), Untrusted),
    Case("bytes that are no text, passed off as the mark for them",
         replace(text(Body="\ufffd"), body=text(Body="\ufffd").body.replace(b"%EF%BF%BD", b"%FF")), Untrusted),
    Case("an empty body", replace(text(), body=b""), Untrusted),
    Case("a signature that is not ASCII", post(NAME, "inbound", FIELDS, signature="ü" * 28), Untrusted),
    Case("more fields than Twilio sends", post(NAME, "inbound", [*FIELDS.items(), *[(f"F{i}", "x") for i in range(200)]]),
         Untrusted),
    Case("another account", text(AccountSid="AC" + "f" * 32), Untrusted),
    Case("no account", without("AccountSid"), Untrusted),
    Case("our account twice", twice("AccountSid", ACCOUNT), Untrusted),
    Case("no sid", without("MessageSid"), Untrusted),
    Case("a sid in no format", text(MessageSid="SM123"), Untrusted),
    Case("a sid with a line end", text(MessageSid=MESSAGE + "\n"), Untrusted),
    Case("a sid twice", twice("MessageSid", MESSAGE), Untrusted),
    Case("no sender", without("From"), Untrusted),
    Case("two senders", twice("From", "+8801812345678"), Untrusted),
    Case("a sender with a control character", text(From="+88\x00017"), Untrusted),
    Case("no receiver", without("To"), Untrusted),
    Case("two receivers", twice("To", "+15005550009"), Untrusted),
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


@table(TEXTS)
def test_what_twilio_sends_is_heard_or_quarantined(case: Case) -> None:
    run(adapter(), case)


@table(REFUSED)
def test_what_twilio_did_not_send_is_refused(case: Case) -> None:
    run(adapter(), case)


@table(RECEIPT_CASES)
def test_receipts_are_translated_by_table(case: Case) -> None:
    run(adapter(), case)


def test_every_word_that_the_sdk_knows_for_a_message_has_a_meaning() -> None:
    words = {word for name, word in vars(MessageInstance.Status).items() if name.isupper()}
    assert words == set(RECEIPTS)


def test_a_published_signature_of_twilio_is_what_our_own_signing_gives() -> None:
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    assert (
        sign("https://mycompany.com/myapp.php?foo=1&bar=2", list(fields.items()), "12345")
        == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    )


@pytest.mark.parametrize("token", [TOKEN, NEXT_TOKEN])
def test_both_tokens_hold_while_one_replaces_the_other(token: str) -> None:
    both = adapter(tokens=(NEXT_TOKEN, TOKEN))
    assert both.hear(post(NAME, "inbound", FIELDS, token=token)).messages


def test_a_token_that_was_replaced_no_longer_holds() -> None:
    with pytest.raises(Untrusted):
        adapter(tokens=(NEXT_TOKEN,)).hear(text())


@pytest.mark.parametrize("signed", ["https://desk.example.org:443", "https://desk.example.org"])
def test_a_signature_counts_with_and_without_the_usual_port(signed: str) -> None:
    request = post(NAME, "inbound", FIELDS, signed_url=f"{signed}/hooks/{NAME}/inbound")
    assert adapter().hear(request).messages


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


@given(
    signature=st.text(max_size=60) | st.binary(min_size=20, max_size=20).map(lambda raw: base64.b64encode(raw).decode())
)
@settings(deadline=None)
def test_no_other_signature_opens_the_door(signature: str) -> None:
    with pytest.raises(Untrusted):
        adapter().hear(post(NAME, "inbound", FIELDS, signature=signature))


FORGERIES = trials(default=1_000, release=10_000)


@pytest.mark.plan("D45", trials=FORGERIES)
def test_random_forgeries_are_all_refused() -> None:
    dice, ours = random.Random(20260304), adapter(tokens=(TOKEN, NEXT_TOKEN))
    accepted = 0
    for _ in range(FORGERIES):
        accepted += _accepts(ours, _forge(dice, text()))
    assert accepted == 0


def _forge(dice: random.Random, genuine: HookRequest) -> HookRequest:
    """Change one thing of a genuine request: a bit of the signature, a byte of the body, a letter of the address."""
    what = dice.randrange(4)
    if what == 0:
        signature = list(genuine.headers["x-twilio-signature"])
        at = dice.randrange(len(signature) - 2)  # the last character before = holds bits that nobody reads
        signature[at] = chr(ord(signature[at]) ^ (1 << dice.randrange(7)))
        return replace(genuine, headers={"x-twilio-signature": "".join(signature)})
    if what == 1:
        return replace(
            genuine, headers={"x-twilio-signature": sign(genuine.url, list(FIELDS.items()), str(dice.random()))}
        )
    if what == 2:
        fields = {**FIELDS, dice.choice(list(FIELDS)): str(dice.random())}
        return replace(genuine, body=urlencode(fields).encode())
    return replace(genuine, url=genuine.url + dice.choice("/?&#x") + str(dice.random()))


def _accepts(ours: TwilioSms, request: HookRequest) -> bool:
    try:
        ours.hear(request)
    except Untrusted:
        return False
    return True
