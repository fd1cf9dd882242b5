"""Our account at Twilio: what is fetched from it, and that nothing is fetched from anywhere else."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from channels.contract import Media, SendFailed
from channels.twilio_account import MOST_BYTES, TwilioAccount
from tests.channels.twilio_wire import ACCOUNT, RECORDING, TOKEN, Api, serving

ROOT = f"/2010-04-01/Accounts/{ACCOUNT}"


def account(api_base: str, *, timeout: float = 5.0) -> TwilioAccount:
    return TwilioAccount(account_sid=ACCOUNT, auth_tokens=(TOKEN,), api_base=api_base, timeout=timeout)


@pytest.fixture
def api() -> Iterator[Api]:
    with serving() as api:
        yield api


def sound(api: Api, path: str = f"{ROOT}/Recordings/{RECORDING}.wav") -> Media:
    return Media(RECORDING, api.base + path, "audio/wav", 14)


def test_a_recording_is_fetched_with_our_credentials(api: Api) -> None:
    api.will_answer(200, b"RIFF" + bytes(200_000))
    assert b"".join(account(api.base).fetch(sound(api))) == b"RIFF" + bytes(200_000)
    assert api.asked[0].authorization == "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()


@pytest.mark.parametrize(
    ("status", "retry"), [(404, True), (429, True), (503, True), (401, False), (403, False), (410, False)]
)
def test_a_recording_that_is_not_there_says_whether_to_ask_again(api: Api, status: int, retry: bool) -> None:
    api.will_answer(status)
    with pytest.raises(SendFailed) as failed:
        account(api.base).fetch(sound(api))
    assert failed.value.retry is retry


@pytest.mark.parametrize(
    "url",
    [
        f"https://evil.example{ROOT}/Recordings/{RECORDING}.wav",
        "http://169.254.169.254/latest/meta-data",
        f"{{base}}@evil.example{ROOT}/Recordings/{RECORDING}.wav",
        f"{{base}}{ROOT}/Recordings/../../../{RECORDING}.wav",
        f"{{base}}{ROOT}/Recordings/{RECORDING}.wav?x=1",
        f"{{base}}{ROOT}/Recordings/{RECORDING}.wav\n",
        f"{{base}}/2010-04-01/Accounts/AC{'f' * 32}/Recordings/{RECORDING}.wav",
        "file:///etc/passwd",
    ],
)
def test_nothing_is_fetched_from_anywhere_else(api: Api, url: str) -> None:
    api.will_answer(200, b"x")
    with pytest.raises(SendFailed, match="not a place") as failed:
        account(api.base).fetch(Media(RECORDING, url.replace("{base}", api.base), "audio/wav"))
    assert not failed.value.retry
    assert not api.asked


@pytest.mark.parametrize(
    "location", ["http://mms.twiliocdn.com/x", "https://evil.example/x", "https://a@mms.twiliocdn.com/x", "/x"]
)
def test_we_are_not_led_on_to_strangers(api: Api, location: str) -> None:
    api.will_answer(307, b"", location=location)
    with pytest.raises(SendFailed, match="not a place"):
        account(api.base).fetch(sound(api))
    assert len(api.asked) == 1


def test_a_recording_that_is_too_large_is_dropped_midway(api: Api) -> None:
    api.will_answer(200, bytes(MOST_BYTES + 1))
    with pytest.raises(SendFailed, match="too large") as failed:
        sum(len(piece) for piece in account(api.base).fetch(sound(api)))
    assert not failed.value.retry


def test_a_recording_that_breaks_off_is_asked_for_again(api: Api) -> None:
    api.will_answer(200, b"RIFF", **{"content-length": "4000"})
    with pytest.raises(SendFailed, match="broke off") as failed:
        list(account(api.base).fetch(sound(api)))
    assert failed.value.retry


def test_a_provider_that_does_not_answer_is_asked_again(api: Api) -> None:
    api.will_answer(200, b"x")
    api.delay = 0.5
    with pytest.raises(SendFailed) as failed:
        account(api.base, timeout=0.1).fetch(sound(api))
    assert failed.value.retry
