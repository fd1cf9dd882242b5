"""The worked example of docs/channels.md runs as it stands there."""

from __future__ import annotations

import hashlib
import hmac
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from channels.contract import Channel, Envelope, HookRequest, SendFailed, Unreadable, Untrusted
from tests.channels.cases import AT
from tests.channels.twilio_wire import serving

HANDBOOK = Path(__file__).parents[2] / "docs" / "channels.md"
FIELDS = {"id": "77", "from": "+8801712345417", "text": "pani nai"}


def example(send_url: str = "http://127.0.0.1:9/") -> Channel:
    code = re.findall(r"```python\n(.*?)```", HANDBOOK.read_text(encoding="utf-8"), re.DOTALL)[0]
    assert len(code.splitlines()) < 120
    known: dict[str, Any] = {"__name__": "example"}
    exec(compile(code, "docs/channels.md", "exec"), known)  # noqa: S102 - our own handbook
    channel: Channel = known["ExampleSms"](secret="secret", send_url=send_url)
    return channel


def signed(fields: Any, key: bytes = b"secret") -> HookRequest:
    body = urlencode(fields).encode()
    signature = hmac.new(key, body, hashlib.sha256).hexdigest()
    return HookRequest(
        "inbound", "https://desk.example.org/hooks/example-sms/inbound", {"x-signature": signature}, body, AT
    )


def test_the_example_hears_a_text() -> None:
    (message,) = example().hear(signed(FIELDS)).messages
    assert (message.provider_ref, message.address, message.text) == ("77", "+8801712345417", "pani nai")


def test_the_example_refuses_what_it_should() -> None:
    with pytest.raises(Untrusted):
        example().hear(signed(FIELDS, b"guess"))
    with pytest.raises(Unreadable):
        example().hear(signed([*FIELDS.items(), ("from", "+8801812345678")]))


def test_the_example_sends_and_fails_as_the_contract_says() -> None:
    with serving() as api:
        api.will_answer(200, {"id": "88"})
        api.will_answer(402)
        channel, envelope = example(api.base), Envelope("q3v8Zt1LrYk", "+8801712345417", "It is mended.", AT)
        assert channel.send(envelope) == "88"
        with pytest.raises(SendFailed, match="setup: no credit"):
            channel.send(envelope)
