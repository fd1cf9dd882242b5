"""Listening: for those who may, each time recorded, never kept by a browser."""

from __future__ import annotations

import pytest

from channels.contract import ChannelName, Media
from feedback.desk import recordings
from feedback.models.event import Event
from feedback.models.message import Recording
from feedback.models.staff import Role
from tests import factories

SOUND = bytes(range(256)) * 300  # more than one chunk


@pytest.fixture
def recording(desk):
    """A voice message that waits in screening, its sound with us."""
    media = Media("RE1", "https://api.test/sound", "audio/mpeg", 9)
    desk.hear(factories.inbound("", adapter="twilio-voice", channel=ChannelName.HOTLINE, recording=media))
    with desk.at() as session:
        (wanted,) = recordings.claim(session)
    chunks = list(recordings.sealed_chunks(wanted, iter([SOUND])))
    with desk.at() as session:
        recordings.store(session, wanted, chunks)
    return desk.rows(Recording)[0]


def test_a_screener_hears_the_sound_and_each_listening_is_an_event(desk, client, recording):
    desk.enter(client, desk.screener())
    url = f"/recordings/{recording.reference}"
    assert f'src="{url}"' in client.get("/screening").text
    for times in (1, 2):
        response = client.get(url)
        assert (response.status_code, response.content) == (200, SOUND)
        assert response.headers["cache-control"] == "no-store"
        assert len(desk.rows(Event, Event.action == "listen")) == times


def test_a_player_may_skip_without_a_second_event(desk, client, recording):
    desk.enter(client, desk.screener())
    url = f"/recordings/{recording.reference}"
    first = client.get(url, headers={"range": "bytes=0-"})
    assert (first.status_code, first.headers["content-range"]) == (206, f"bytes 0-{len(SOUND) - 1}/{len(SOUND)}")
    assert client.get(url, headers={"range": "bytes=100-199"}).content == SOUND[100:200]
    assert client.get(url, headers={"range": f"bytes={len(SOUND)}-"}).status_code == 416
    assert len(desk.rows(Event, Event.action == "listen")) == 1


def test_a_listening_that_starts_in_the_middle_is_recorded_too(desk, client, recording):
    desk.enter(client, desk.screener())
    client.get(f"/recordings/{recording.reference}", headers={"range": "bytes=5-"})
    assert len(desk.rows(Event, Event.action == "listen")) == 1


def test_others_hear_nothing(desk, client, recording):
    desk.enter(client, desk.staff(Role.AGENT))
    assert client.get(f"/recordings/{recording.reference}").status_code == 403
    desk.enter(client, desk.staff(Role.TRANSCRIBER))
    assert client.get(f"/recordings/{recording.reference}").status_code == 404
    assert desk.rows(Event, Event.action == "listen") == []
