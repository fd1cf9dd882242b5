"""A message told many times, at once, in two processes or a month later, has one effect (D07, I2)."""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from httpx2 import Response
from starlette.testclient import TestClient

from channels.contract import Inbound
from feedback import app, clock, wiring
from feedback.models.event import Event
from feedback.models.message import Message
from feedback.models.ticket import Ticket
from feedback.web.writer import Parcel, Writer
from tests.factories import PUBLIC_URL, Desk, inbound
from tests.trials import trials

RELAY_KEY = "the key of our phone"


def tell(writers: list[Writer], one: Inbound, times: int, at_once: int) -> list[bool]:
    """Whether each telling was the first, as the writers found."""
    with ThreadPoolExecutor(at_once) as threads:
        told = threads.map(lambda n: writers[n % len(writers)].submit(Parcel([one])).result(timeout=60), range(times))
        return [received.acknowledge for (received,) in told]


MESSAGES = trials(default=1, release=12)
"""How many messages are told in each of the twelve ways."""


@pytest.mark.plan("D07", trials=MESSAGES)
@pytest.mark.parametrize("times", [2, 5, 50])
@pytest.mark.parametrize("at_once", [1, 16])
@pytest.mark.parametrize("writers_of_their_own", [1, 2])
def test_one_message_told_many_times_is_one_ticket_thanked_once(
    desk: Desk, times: int, at_once: int, writers_of_their_own: int
) -> None:
    parts = [desk.parts, *(wiring.live(desk.parts.settings) for _ in range(writers_of_their_own - 1))]
    writers = [Writer(one.database) for one in parts]
    for writer in writers:
        writer.start()
    thanked = [sum(tell(writers, inbound("no water"), times, at_once)) for _ in range(MESSAGES)]
    for writer in writers:
        writer.stop()
    for other in parts[1:]:
        other.close()
    assert thanked == [1] * MESSAGES
    assert (len(desk.rows(Message)), len(desk.rows(Ticket)), len(desk.rows(Event))) == (MESSAGES,) * 3


@pytest.mark.plan("D07", trials=MESSAGES)
def test_a_month_later_it_is_still_the_same(desk: Desk) -> None:
    told = [inbound("no water") for _ in range(MESSAGES)]
    desk.hear(*told)
    with time_machine.travel(clock.now() + timedelta(days=31), tick=False):
        desk.hear(*told)
    assert len(desk.rows(Ticket)) == MESSAGES


@pytest.mark.plan("D07", trials=MESSAGES)
def test_a_relaying_phone_that_gives_a_repeat_another_id_is_understood(desk: Desk, tmp_path: Path) -> None:
    """The app numbers its events anew on each try; what it relays stays the same (story 2)."""
    (tmp_path / "key").write_text(RELAY_KEY)
    (tmp_path / "pair").write_text("desk\nsecret")
    settings = replace(
        desk.parts.settings, relay_url="http://127.0.0.1:9/messages", relay_devices=("phone-1",),
        relay_key_file=tmp_path / "key", relay_login_file=tmp_path / "pair",
    )  # fmt: skip
    parts = wiring.live(settings)
    with TestClient(app.create(parts), base_url=PUBLIC_URL) as client:
        for number in range(MESSAGES):
            for _ in range(3):
                assert relay(client, f"no water at tap {number}").status_code == 200
    assert len(desk.rows(Message)) == len(desk.rows(Ticket)) == MESSAGES


def relay(client: TestClient, words: str) -> Response:
    """What our phone sends on when it heard these words, under an id of its own each time."""
    said = {"message": words, "phoneNumber": "01712345417", "receivedAt": "2026-03-04T11:05:58+06:00", "simNumber": 1}
    event = {"deviceId": "phone-1", "event": "sms:received", "id": str(uuid.uuid4())}
    body = json.dumps({**event, "payload": {**said, "messageId": uuid.uuid4().hex[:8]}}).encode()
    stamp = str(int(clock.now().timestamp()))
    signature = hmac.new(RELAY_KEY.encode(), body + stamp.encode(), hashlib.sha256).hexdigest()
    headers = {"x-signature": signature, "x-timestamp": stamp, "content-type": "application/json"}
    return client.post("/hooks/android-relay/events", content=body, headers=headers)
