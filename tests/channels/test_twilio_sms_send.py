"""Text messages through Twilio: replies that go out, are refused, or are lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from channels.contract import Envelope, SendFailed
from channels.twilio_sms import TwilioSms
from tests.channels.cases import AT
from tests.channels.twilio_wire import (
    ACCOUNT,
    MESSAGE,
    NEXT_TOKEN,
    OURS,
    PERSON,
    PUBLIC,
    TOKEN,
    Api,
    listed,
    page,
    serving,
)

NAME, ROOT = "twilio-sms", f"/2010-04-01/Accounts/{ACCOUNT}"
ENVELOPE = Envelope("q3v8Zt1LrYk", PERSON, "The tap is mended.", AT)


def adapter(api_base: str, *, tokens: tuple[str, ...] = (TOKEN,), timeout: float = 10.0) -> TwilioSms:
    return TwilioSms(
        account_sid=ACCOUNT,
        auth_tokens=tokens,
        numbers=(OURS,),
        public_url=PUBLIC,
        api_base=api_base,
        timeout=timeout,
    )


@pytest.fixture
def api() -> Iterator[Api]:
    with serving() as api:
        yield api


def test_a_reply_goes_out_with_our_number_and_our_reference_in_its_hook(api: Api) -> None:
    api.will_answer(201, {"sid": MESSAGE, "status": "queued"})
    assert adapter(api.base).send(ENVELOPE) == MESSAGE
    (asked,) = api.asked
    assert (asked.method, asked.path) == ("POST", f"{ROOT}/Messages.json")
    assert asked.form == {
        "To": PERSON,
        "From": OURS,
        "Body": "The tap is mended.",
        "StatusCallback": f"{PUBLIC}/hooks/{NAME}/status?reply=q3v8Zt1LrYk",
    }


def test_the_first_token_signs_our_own_calls(api: Api) -> None:
    api.will_answer(201, {"sid": MESSAGE})
    adapter(api.base, tokens=(NEXT_TOKEN, TOKEN)).send(ENVELOPE)
    adapter(api.base, tokens=(TOKEN, NEXT_TOKEN)).send(ENVELOPE)
    assert api.asked[0].authorization != api.asked[1].authorization


@pytest.mark.parametrize(
    ("http", "code", "retry", "unknown"),
    [
        (400, 21610, False, False),
        (400, 21211, False, False),
        (400, 21614, False, False),
        (400, 21635, False, False),
        (400, 30003, True, False),
        (429, 20429, True, False),
        (400, 30008, True, False),
        (401, 20003, False, False),
        (403, 21408, False, False),
        (400, 21612, False, False),
        (400, 29999, False, False),
        (429, 0, True, False),
        (500, 20500, True, True),
        (503, 20503, True, True),
    ],
)
def test_a_refusal_says_whether_trying_again_helps(api: Api, http: int, code: int, retry: bool, unknown: bool) -> None:
    api.will_refuse(http, code)
    with pytest.raises(SendFailed) as failed:
        adapter(api.base).send(ENVELOPE)
    assert (failed.value.retry, failed.value.unknown) == (retry, unknown)


def test_a_refusal_of_our_account_is_told_apart_for_staff(api: Api) -> None:
    api.will_refuse(401, 20003)
    with pytest.raises(SendFailed, match="setup: credentials refused"):
        adapter(api.base).send(ENVELOPE)


@pytest.mark.parametrize("verb", ["send", "look_up"])
def test_nothing_of_the_person_hangs_on_a_failure(api: Api, caplog: pytest.LogCaptureFixture, verb: str) -> None:
    caplog.set_level("INFO")
    api.will_refuse(400, 21211)
    with pytest.raises(SendFailed) as failed:
        getattr(adapter(api.base), verb)(ENVELOPE)
    assert failed.value.__context__ is None
    assert failed.value.__cause__ is None
    assert "1712345417" not in f"{failed.value!r} {caplog.text}"


def test_a_provider_that_cannot_be_reached_took_nothing() -> None:
    with serving() as gone:
        base = gone.base
    with pytest.raises(SendFailed) as failed:
        adapter(base).send(ENVELOPE)
    assert (failed.value.retry, failed.value.unknown) == (True, False)


def test_a_handshake_that_failed_is_unknown(api: Api) -> None:
    with pytest.raises(SendFailed) as failed:
        adapter(api.base.replace("http:", "https:")).send(ENVELOPE)
    assert (failed.value.retry, failed.value.unknown) == (True, True)


@pytest.mark.parametrize(
    ("delay", "cut", "status", "content"),
    [
        (0.6, False, 201, b"{}"),
        (0.0, True, 201, b"{}"),
        (0.0, False, 201, b"<html>"),
        (0.0, False, 201, b"{}"),
        (0.0, False, 502, b"<html>"),
    ],
    ids=[
        "no answer in time",
        "the line was cut",
        "an answer in no form",
        "an answer without a sid",
        "a gateway's page",
    ],
)
def test_an_answer_that_never_came_is_unknown(api: Api, delay: float, cut: bool, status: int, content: bytes) -> None:
    api.will_answer(status, content)
    api.delay, api.cut = delay, cut
    with pytest.raises(SendFailed) as failed:
        adapter(api.base, timeout=0.2).send(ENVELOPE)
    assert (failed.value.retry, failed.value.unknown) == (True, True)


def when(minutes: float) -> str:
    return (AT + timedelta(minutes=minutes)).strftime("%a, %d %b %Y %H:%M:%S +0000")


def test_a_reply_of_unknown_fate_is_found_by_its_words(api: Api) -> None:
    api.will_answer(200, page(listed("SM2", "Something else.", when(2)), listed(MESSAGE, ENVELOPE.text, when(1))))
    assert adapter(api.base).look_up(ENVELOPE) == MESSAGE
    (asked,) = api.asked
    assert (asked.method, asked.path) == ("GET", f"{ROOT}/Messages.json")
    assert asked.query["To"] == [PERSON]


@pytest.mark.parametrize(
    "found",
    [
        page(),
        page(listed(MESSAGE, "Something else.", when(1))),
        page(listed(MESSAGE, ENVELOPE.text, when(-1))),
        page(listed(MESSAGE, ENVELOPE.text, when(1), sender=PERSON)),
    ],
    ids=["nothing", "other words", "the same words long before", "the same words from them"],
)
def test_a_reply_that_was_never_taken_is_not_found(api: Api, found: dict[str, object]) -> None:
    api.will_answer(200, found)
    assert adapter(api.base).look_up(ENVELOPE) is None


@pytest.mark.parametrize(
    ("status", "content", "retry", "why"),
    [
        (503, b"", True, "the provider has trouble"),
        (401, b'{"code": 20003}', False, "setup: credentials refused"),
        (429, b"<html>", True, "too many at once"),
        (200, b"<html>", True, "cannot be read"),
    ],
)
def test_looking_up_can_fail_too(api: Api, status: int, content: bytes, retry: bool, why: str) -> None:
    api.will_answer(status, content)
    with pytest.raises(SendFailed, match=why) as failed:
        adapter(api.base).look_up(ENVELOPE)
    assert failed.value.retry is retry
