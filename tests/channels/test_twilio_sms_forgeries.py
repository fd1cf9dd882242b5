"""Who may speak as Twilio: what is signed counts, whatever was forged or changed on the way is refused (I32)."""

from __future__ import annotations

import base64
import random
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.contract import HookRequest, Untrusted
from channels.twilio_sms import TwilioSms
from tests.channels.cases import Case, run, table
from tests.channels.test_twilio_sms import FIELDS, NAME, adapter, text, twice, without
from tests.channels.twilio_wire import ACCOUNT, MESSAGE, NEXT_TOKEN, PUBLIC, TOKEN, post, sign
from tests.trials import trials

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


@pytest.mark.plan("D45")
@table(REFUSED)
def test_what_twilio_did_not_send_is_refused(case: Case) -> None:
    run(adapter(), case)


@pytest.mark.plan("D45")
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


@pytest.mark.plan("D45")
@pytest.mark.parametrize("token", [TOKEN, NEXT_TOKEN])
def test_both_tokens_hold_while_one_replaces_the_other(token: str) -> None:
    both = adapter(tokens=(NEXT_TOKEN, TOKEN))
    assert both.hear(post(NAME, "inbound", FIELDS, token=token)).messages


@pytest.mark.plan("D45")
def test_a_token_that_was_replaced_no_longer_holds() -> None:
    with pytest.raises(Untrusted):
        adapter(tokens=(NEXT_TOKEN,)).hear(text())


@pytest.mark.plan("D45")
@pytest.mark.parametrize("signed", ["https://desk.example.org:443", "https://desk.example.org"])
def test_a_signature_counts_with_and_without_the_usual_port(signed: str) -> None:
    request = post(NAME, "inbound", FIELDS, signed_url=f"{signed}/hooks/{NAME}/inbound")
    assert adapter().hear(request).messages


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
