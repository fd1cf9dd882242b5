"""Texts of every script through the adapters and the desk: kept to the byte, alike on both engines (D14)."""

from __future__ import annotations

import random
from urllib.parse import urlencode

import pytest

from feedback.desk import sealing
from feedback.models.message import Message
from feedback.seal import box
from tests.channels import test_twilio_sms as twilio
from tests.channels.scripts import WORDS, texts
from tests.factories import Desk

MOST = 1_600


def made() -> list[str]:
    """More than 400 different texts: each script at each edge, mixtures of scripts, and our own phrases."""
    return list(dict.fromkeys(text[:MOST] for text in texts()))


@pytest.mark.plan("D14", trials=400)
def test_every_text_comes_through_whole_and_is_kept_to_the_byte(desk: Desk) -> None:
    ours, sent = twilio.adapter(), made()
    assert len(sent) >= 400
    heard = []
    for number, text in enumerate(sent):
        request = twilio.text(Body=text, MessageSid=f"SM{number:032x}")
        (message,) = ours.hear(request).messages
        heard.append(message)
    desk.hear(*heard)
    with desk.at() as session:
        rows = {row.provider_ref: row for row in session.query(Message)}
        keys = sealing.keys(session, [row.ticket_id for row in rows.values()])
    for message, text in zip(heard, sent, strict=True):
        row = rows[message.provider_ref]
        key = keys[row.ticket_id]
        assert sealing.unseal(key, Message, "words", row.id, row.words) == text
        raw = box.unseal(key, row.raw or b"", table="message", row=row.id, column="raw")
        assert urlencode({"Body": text}).encode() in raw


def test_no_mixture_of_scripts_is_taken_for_something_garbled() -> None:
    from channels import decoding

    dice = random.Random(20260304)
    for _ in range(2_000):
        words = "".join(dice.choice(list(WORDS.values()))[dice.randrange(9) :] for _ in range(dice.randrange(1, 4)))
        assert decoding.readable(words) == words
