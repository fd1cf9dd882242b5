"""Whoever texts is acknowledged with the same bytes after the same time, whatever they said (D30, I20)."""

from __future__ import annotations

import random
import time

import pytest
from starlette.testclient import TestClient

from tests.factories import signed, text_form
from tests.trials import trials
from tests.worlds.test_timing import SHARE, _share

PATH = "/hooks/twilio-sms/inbound"
PAIRS = trials(default=20, release=2_000)
ENOUGH = 1_000
"""So many pairs measure the share within about 0.013 (one standard error); of fewer only the bytes are compared."""

GRAVE = (
    "a man follows my sister and beats her at night",
    "the guard asks girls for favours to give a card",
    "they will kill me if I tell who took our shelter",
    "my neighbour is twelve and they marry her on Friday",
)
ORDINARY = (
    "the tap in our block gives no water since Monday",
    "when does the outlet give rice to the new families",
    "the light on the path to the latrines is out again",
    "thank you for mending the bridge near the mosque, all",
)


@pytest.mark.plan("D30", trials=2 * PAIRS)
@pytest.mark.timeout(900)
def test_a_disclosure_and_a_question_get_the_same_bytes_after_the_same_time(client: TestClient) -> None:
    luck, took = random.Random(seed := random.randrange(1 << 32)), ([], [])
    said: set[bytes] = set()
    order = [True, False] * PAIRS
    luck.shuffle(order)
    for number, grave in enumerate([True, False] * 10 + order):
        words = luck.choice(GRAVE if grave else ORDINARY)
        form = text_form(f"{words:<60}.")
        headers = signed(PATH, form)
        began = time.perf_counter()
        answer = client.post(PATH, data=form, headers=headers)
        if number >= 20:  # the first ones do things for the first time
            took[0 if grave else 1].append(time.perf_counter() - began)
        said.add(answer.content)
        assert answer.status_code == 200
    assert len(said) == 1
    if PAIRS >= ENOUGH:
        assert SHARE[0] <= _share(*took) <= SHARE[1], f"seed {seed}: {_share(*took):.3f}"
