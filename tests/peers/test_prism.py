"""Every request that our adapters make, against Twilio's own description of its API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import requests
from twilio.rest import Client

from channels import hotline
from channels.contract import Copy, Envelope, Kept, Ring, SendFailed, Wish
from channels.twilio_account import TwilioAccount
from channels.twilio_sms import TwilioSms
from channels.twilio_voice import TwilioVoice
from tests.channels.twilio_wire import ACCOUNT, CALL, MESSAGE, OURS, PERSON, PUBLIC, RECORDING, TOKEN

pytestmark = pytest.mark.timeout(400)
LONG_AGO = datetime(2010, 1, 1, tzinfo=UTC)
PICTURES = "MM" + "a" * 32
PROMPTS = {"en": dict.fromkeys(hotline.Prompt, "words")}


@pytest.fixture
def sms(twilio: str) -> TwilioSms:
    return TwilioSms(account_sid=ACCOUNT, auth_tokens=(TOKEN,), numbers=(OURS,), public_url=PUBLIC, api_base=twilio,
                     timeout=90)  # fmt: skip


@pytest.fixture
def voice(twilio: str) -> TwilioVoice:
    return TwilioVoice(account_sid=ACCOUNT, auth_tokens=(TOKEN,), numbers=(OURS,), public_url=PUBLIC, prompts=PROMPTS,
                       languages=[("1", "en", "English")], api_base=twilio, timeout=90)  # fmt: skip


def envelope(text: str = "The tap is mended.") -> Envelope:
    return Envelope("q3v8Zt1LrYk.2", PERSON, text, datetime.now(UTC))


def copy(kind: Kept, ref: str) -> Copy:
    return Copy(kind, ref, LONG_AGO)


@pytest.mark.parametrize("text", ["The tap is mended.", "কলটি মেরামত হয়েছে। 🚰", "a" * 1600])
def test_sending_a_text_fits_the_description(sms: TwilioSms, text: str) -> None:
    assert sms.send(envelope(text)).startswith("SM")


def test_looking_a_reply_up_fits_the_description(sms: TwilioSms) -> None:
    assert sms.look_up(envelope()) is None


def test_listing_what_came_fits_the_description(sms: TwilioSms) -> None:
    assert isinstance(list(sms.list_inbound(LONG_AGO)), list)


def test_listing_copies_of_texts_fits_the_description(sms: TwilioSms) -> None:
    assert list(sms.list_copies(datetime.now(UTC)))


@pytest.mark.parametrize("ref", [MESSAGE, PICTURES])
def test_emptying_and_deleting_a_text_fits_the_description(sms: TwilioSms, ref: str) -> None:
    sms.delete(copy(Kept.INBOUND, ref))


def test_listing_recordings_and_calls_fits_the_description(voice: TwilioVoice) -> None:
    assert {one.kind for one in voice.list_copies(datetime.now(UTC))} == {Kept.RECORDING, Kept.CALL}
    assert isinstance(list(voice.list_inbound(LONG_AGO)), list)


@pytest.mark.parametrize(("kind", "ref"), [(Kept.RECORDING, RECORDING), (Kept.CALL, CALL)])
def test_deleting_recordings_and_calls_fits_the_description(voice: TwilioVoice, kind: Kept, ref: str) -> None:
    voice.delete(copy(kind, ref))


@pytest.mark.parametrize(
    "ring", [Ring("ref-1", OURS, person=PERSON), Ring("ref-1", OURS, wish=Wish.WOMAN, language="rhg")]
)
def test_placing_a_call_fits_the_description(voice: TwilioVoice, ring: Ring) -> None:
    assert voice.ring(ring).startswith("CA")


BAD: list[tuple[str, Callable[[Client], object]]] = [
    ("a page that is too long", lambda client: client.messages.page(page_size=5000)),
    (
        "a status address that is none",
        lambda client: client.messages.create(to=PERSON, from_=OURS, status_callback="no"),
    ),
    ("a message of no sid", lambda client: client.messages("SM1").delete()),
    ("a recording of no sid", lambda client: client.recordings("RE1").delete()),
]


@pytest.mark.parametrize("call", [row[1] for row in BAD], ids=[row[0] for row in BAD])
def test_a_request_that_does_not_fit_is_refused_so_the_tests_above_can_fail(
    twilio: str, call: Callable[[Client], object]
) -> None:
    account = TwilioAccount(account_sid=ACCOUNT, auth_tokens=(TOKEN,), api_base=twilio, timeout=90)
    with pytest.raises(SendFailed):
        account.ask(call)


def test_a_request_without_a_password_is_refused(twilio: str) -> None:
    answer = requests.get(f"{twilio}/2010-04-01/Accounts/{ACCOUNT}/Messages.json", timeout=90)
    assert answer.status_code == 401
