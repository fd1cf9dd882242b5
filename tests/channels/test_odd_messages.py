"""Odd but authentic messages through the real door: each is stored or quarantined before anybody is told it was (D04, I3)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import pytest
from starlette.testclient import TestClient

from feedback import app, clock, wiring
from feedback.models.lately import Piece
from feedback.models.message import Message, Quarantine
from feedback.settings import Settings
from tests import factories
from tests.factories import Desk

SECRET, KEY, DEVICE = "a-secret-of-the-aggregator", "key of the phone", "device-1"
Send = Callable[[TestClient], Any]


def twilio(**fields: str) -> Send:
    form = {**factories.text_form("pani nai"), **fields}
    return lambda client: _twilio(client, form)


def _twilio(client: TestClient, form: dict[str, str]) -> Any:
    path = "/hooks/twilio-sms/inbound"
    return client.post(path, data=form, headers=factories.signed(path, form))


def kannel(text: str | bytes, *, more: str = "", **fields: str) -> Send:
    sent = text if isinstance(text, bytes) else text.encode()
    known = urlencode({"key": SECRET, "id": "4f6c", "from": "+8801712345417", "to": "16263", **fields})
    return lambda client: client.get(f"/hooks/aggregator/inbound?{known}&text={quote_from_bytes(sent)}{more}")


def relay(body: bytes | None = None, **payload: Any) -> Send:
    said = {"message": "pani nai", "phoneNumber": "01712345417", "receivedAt": "2026-03-04T11:05:58+06:00", **payload}
    event = json.dumps({"deviceId": DEVICE, "event": "sms:received", "id": "x", "payload": said}).encode()

    def send(client: TestClient) -> Any:
        sent, stamp = (event if body is None else body), str(int(clock.now().timestamp()))
        signature = hmac.new(KEY.encode(), sent + stamp.encode(), hashlib.sha256).hexdigest()
        headers = {"x-signature": signature, "x-timestamp": stamp, "content-type": "application/json"}
        return client.post("/hooks/android-relay/events", content=sent, headers=headers)

    return send


LONG = "camp 9 block C pani nai 3 din, o card kaj kore na. Majhi 500 taka chaise. "
PICTURE: dict[str, str] = {
    "NumMedia": "1",
    "MediaUrl0": "https://x.example/Media/ME" + "d" * 32,
    "MediaContentType0": "image/jpeg",
}

STORED: list[tuple[str, Send]] = [
    ("an empty text", twilio(Body="")),
    ("a space", twilio(Body=" ")),
    ("1,600 characters", twilio(Body="প" * 1600)),
    ("9,000 characters, as some carriers join", twilio(Body=LONG * 120)),
    ("Base64 of a joined text", twilio(Body=base64.b64encode(LONG.encode()).decode())),
    ("a NUL", twilio(Body="pani\0nai")),
    ("only control characters", twilio(Body="\x01\x02\x1f")),
    ("a bidirectional override", twilio(Body="\u202epani\u202c")),
    ("a byte order mark", twilio(Body="\ufeffপানি")),
    ("zero-width characters alone", twilio(Body="\u200b\u200d\u2060")),
    ("a thousand marks on one letter", twilio(Body="e" + "\u0301" * 1000)),
    ("a text that looks like a form", twilio(Body="Body=x&From=%2B1")),
    ("a text that looks like SQL", twilio(Body="'); DROP TABLE ticket; --")),
    ("a text that looks like a page", twilio(Body="<script>alert(1)</script>{{7*7}}")),
    ("noncharacters", twilio(Body="\ufffe\uffff\U0010ffff")),
    ("Zawgyi", twilio(Body="ေရမရွိဘူး ကၽြန္ေတာ္")),
    ("Rohingya in Hanifi", twilio(Body="𐴀𐴝𐴔𐴢𐴌𐴟")),
    ("a picture without words", twilio(Body="", **PICTURE)),
    ("a short code", twilio(From="16247")),
    ("a sender's name", twilio(From="GRAMEEN")),
    ("a handle of another network", twilio(From="whatsapp:+8801712345417")),
    ("a foreign number", twilio(From="+95912345678")),
    ("fields that are new", twilio(Zzz="1", Aaa="")),
    ("STOP as the provider took it", twilio(Body="QUIT", OptOutType="STOP")),
    ("Kannel: an empty text", kannel("")),
    ("Kannel: UCS-2", kannel("পানি 🚰".encode("utf-16-be"), more="&coding=2")),
    ("Kannel: an emoji in two halves", kannel(b"\xed\xa0\xbd\xed\xba\xb0")),
    ("Kannel: a sender without a country", kannel("pani", **{"from": "01712345417"})),
    ("Kannel: a sender's name", kannel("offer!", **{"from": "ROBI"})),
    ("Kannel: hex", kannel("পানি নাই".encode("utf-16-be").hex())),
    ("relay: half a day late", relay(receivedAt="2026-03-03T23:05:58+06:00")),
    ("relay: escaped pairs", relay(message="🚰")),
    ("relay: a short code", relay(phoneNumber="16247")),
    ("relay: no SIM named", relay(simNumber=None)),
]

QUARANTINED: list[tuple[str, Send]] = [
    ("pictures that cannot be counted", twilio(NumMedia="many")),
    ("a picture without an address", twilio(NumMedia="1")),
    ("a number that is not in our settings", twilio(To="+15005550009")),
    ("our own number", twilio(From=factories.OUR_NUMBER)),
    ("Kannel: bytes that are no text", kannel(b"\xff\xfe\xff")),
    ("Kannel: an odd number of bytes for UCS-2", kannel(b"\x09\xaa\x09", more="&coding=2")),
    ("Kannel: half a character", kannel(b"\xed\xa0\xbd")),
    ("Kannel: a field twice", kannel("x", more="&from=2")),
    ("Kannel: an id that is none", kannel("x", id="a b")),
    ("relay: half a character", relay(message="\ud83d")),
    ("relay: no sender", relay(phoneNumber=None)),
    ("relay: no event", relay(b"[]")),
    ("relay: no JSON", relay(b"{")),
    ("relay: a name twice", relay(b'{"deviceId": "device-1", "deviceId": "device-1"}')),
]


@pytest.fixture
def desk(settings: Settings, tmp_path: Path) -> Iterator[Desk]:
    for name, words in (("secret", SECRET), ("login", "user=x"), ("key", KEY), ("pair", "desk\nsecret")):
        (tmp_path / name).write_text(words)
    parts = wiring.live(
        replace(
            settings,
            aggregator_url="http://127.0.0.1:9", aggregator_secret_file=tmp_path / "secret",
            aggregator_login_file=tmp_path / "login", aggregator_networks=("127.0.0.0/8",), aggregator_numbers=("16263",),
            relay_url="http://127.0.0.1:9/messages", relay_key_file=tmp_path / "key", relay_login_file=tmp_path / "pair",
            relay_devices=(DEVICE,),
        )
    )  # fmt: skip
    yield Desk(parts)
    parts.close()


@pytest.fixture
def door(desk: Desk) -> Iterator[TestClient]:
    with TestClient(app.create(desk.parts), base_url=factories.PUBLIC_URL, client=("127.0.0.1", 5000)) as client:
        yield client


@pytest.mark.plan("D04")
@pytest.mark.parametrize("send", [row[1] for row in STORED], ids=[row[0] for row in STORED])
def test_an_odd_message_is_stored(door: TestClient, desk: Desk, send: Send) -> None:
    assert send(door).status_code == 200
    assert (len(desk.rows(Message)), len(desk.rows(Quarantine))) == (1, 0)
    assert send(door).status_code == 200
    assert (len(desk.rows(Message)), len(desk.rows(Quarantine))) == (1, 0)


@pytest.mark.plan("D04")
@pytest.mark.parametrize("send", [row[1] for row in QUARANTINED], ids=[row[0] for row in QUARANTINED])
def test_what_can_not_be_read_is_quarantined(door: TestClient, desk: Desk, send: Send) -> None:
    assert send(door).status_code == 200
    assert (len(desk.rows(Message)), len(desk.rows(Quarantine)), len(desk.rows(Piece))) == (0, 1, 0)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/hooks/twilio-sms/inbound", 405),
        ("GET", "/hooks/android-relay/events", 405),
        ("POST", "/hooks/aggregator/inbound", 403),
        ("GET", "/hooks/aggregator/inbound", 403),
        ("GET", "/hooks/aggregator/elsewhere", 404),
        ("DELETE", "/hooks/aggregator/inbound", 405),
    ],
)
def test_a_hook_is_called_in_its_own_way_or_not_at_all(
    door: TestClient, desk: Desk, method: str, path: str, status: int
) -> None:
    assert door.request(method, path).status_code == status
    assert not desk.rows(Quarantine)
