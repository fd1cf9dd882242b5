"""Fetching sound from the carrier over real HTTP: once, with our credentials, into sealed chunks."""

from __future__ import annotations

import pytest

from channels.contract import ChannelName, Media
from channels.sandbox import sounds
from feedback.desk import recordings, visibility
from feedback.models.message import Recording, RecordingState
from feedback.models.ticket import Ticket
from tests.factories import inbound, phone
from tests.workers.conftest import House, until
from workers.recordings import fetch

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _state(house: House) -> set[RecordingState]:
    return {recording.state for recording in house.desk.rows(Recording)}


def test_a_message_left_on_the_hotline_is_fetched_and_can_be_heard(house: House) -> None:
    house.phone.call(phone())
    house.phone.press("1")
    house.phone.press("3")  # in hours; at night the tone has come already
    house.phone.record(sounds.tone("hum"))
    until(lambda: house.desk.rows(Recording))
    fetch(house.parts, 0)
    assert _state(house) == {RecordingState.STORED}
    (recording,), screener = house.desk.rows(Recording), house.desk.screener()
    with house.desk.at(staff=True) as session:
        found = visibility.find_recording(session, screener, recording.reference)
        assert recordings.listen(session, screener, *found) == sounds.tone("hum")
    (ticket,) = house.desk.rows(Ticket)
    assert ticket.channel is ChannelName.HOTLINE
    assert (ticket.language or "").startswith("rhg")


def test_what_lies_elsewhere_than_at_our_provider_is_never_fetched(house: House) -> None:
    media = Media("RE" + "1" * 32, "https://evil.example/recording", "audio/wav")
    house.desk.hear(inbound("", adapter="twilio-voice", channel=ChannelName.HOTLINE, recording=media))
    fetch(house.parts, 0)
    assert _state(house) == {RecordingState.MISSING}
