"""What the doctor says of the channels: each fault is told, and no number with it."""

from __future__ import annotations

import dataclasses
import os
import shutil
from datetime import timedelta

import pytest
import time_machine

from channels.contract import SendFailed
from feedback import clock
from feedback.desk import copies, delivery, guards, replies
from feedback.models.reply import Reply
from feedback.ops import doctor_channels
from feedback.responses import BUILT_IN
from feedback.responses.recorded import load_sounds
from tests.factories import inbound, phone
from tests.feedback.ops.test_prompts import TONE

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def look(parts, what):
    return doctor_channels.looks(parts)[what]()


def test_all_is_well_where_nothing_has_happened(parts):
    assert {what: look(parts, what)[0] for what in doctor_channels.looks(parts)} == {
        "floods": True, "provider copies": True, "channel set-up": True, "prompts": True,
    }  # fmt: skip


def test_a_flood_and_the_numbers_that_are_held_back_are_counted(desk, parts):
    anna, machine = phone(), phone()
    desk.hear(*(inbound(f"text {n}", address=anna) for n in range(4)))
    assert look(parts, "floods") == (True, "1 numbers hear no more thanks this hour")
    desk.hear(*(inbound(f"text {n}", address=machine) for n in range(guards.FLOOD + 1)))
    well, words = look(parts, "floods")
    assert not well
    assert "1 numbers, or repeated sentences, flood us; 2 numbers" in words
    assert machine[-6:] not in words


def test_copies_that_a_provider_keeps_too_long_or_refuses_to_show_are_told(desk, parts):
    with desk.at() as session:
        copies.note(session, "twilio-sms", late=3)
        copies.note(session, "twilio-voice", why="setup: credentials refused")
    well, words = look(parts, "provider copies")
    assert not well
    assert words == "twilio-sms keeps 3 older than a day; twilio-voice refuses: setup: credentials refused"
    with desk.at() as session:
        copies.note(session, "twilio-sms")
        copies.note(session, "twilio-voice")
    assert look(parts, "provider copies")[0]
    with time_machine.travel(clock.now() + copies.STALE, tick=False):
        assert not look(parts, "provider copies")[0]


def test_a_reply_that_failed_for_want_of_set_up_is_told_with_what_to_mend(desk, parts):
    ticket = desk.ticket(address=phone())
    reply = desk.act(desk.staff(), desk.again(ticket), replies.answer, "The tap is mended.")
    with desk.at() as session:
        session.get_one(Reply, reply.id).not_before = clock.now() - timedelta(seconds=1)
        delivery.claim(session)
        delivery.failed(session, reply.id, SendFailed("setup: our number cannot send", retry=False))
    assert look(parts, "channel set-up") == (False, "twilio-sms: our number cannot send (1)")


def test_the_age_of_the_oldest_recording_is_told(parts, tmp_path):
    folder = tmp_path / "mine"
    shutil.copytree(BUILT_IN / "coxs_bazar", folder)
    sound = folder / "1" / "prompts" / "rhg" / "goodbye.wav"
    sound.parent.mkdir(parents=True)
    sound.write_bytes(TONE)
    from feedback import responses

    mine = dataclasses.replace(
        parts, settings=dataclasses.replace(parts.settings, response=str(folder)), response=responses.load(str(folder))
    )
    assert load_sounds(str(folder), mine.response)
    assert look(mine, "prompts")[1].startswith("1 recorded, the oldest 0 days ago")
    long_ago = clock.now().timestamp() - 400 * 24 * 3600
    os.utime(sound, (long_ago, long_ago))
    well, words = look(mine, "prompts")
    assert not well
    assert "the oldest 400 days ago" in words
