"""Wiring: from settings to parts, with the adapters that the settings switch on and no others."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from channels.contract import Envelope, SendFailed
from feedback import clock, wiring
from feedback.responses import BadResponse
from feedback.seal.keyfile import BadKeyFile
from feedback.settings import Settings
from tests import factories


@pytest.fixture
def given(tmp_path: Path, key_file: Path, token_file: Path) -> Settings:
    return factories.settings(f"sqlite:///{tmp_path}/desk.db", key_file, token_file)


def _live(settings: Settings) -> wiring.Parts:
    parts = wiring.live(settings)
    parts.close()
    return parts


def test_without_a_provider_people_are_the_only_channel(given: Settings) -> None:
    parts = _live(replace(given, twilio_account_sid=""))
    assert set(parts.channels) == {"in-person"}
    assert parts.database.shared["senders"] == frozenset()


def test_with_twilio_texts_and_calls_are_heard_and_texts_alone_are_sent(given: Settings) -> None:
    parts = _live(given)
    assert set(parts.channels) == {"in-person", "twilio-sms", "twilio-voice"}
    assert parts.database.shared["senders"] == frozenset({"twilio-sms"})


def test_an_aggregator_and_a_relay_are_heard_and_sent_through(given: Settings, tmp_path: Path) -> None:
    for name, words in (("secret", "a" * 24), ("login", "username=x\npassword=y=z"), ("pair", "desk\nsecret")):
        (tmp_path / name).write_text(words)
    parts = _live(
        replace(
            given,
            aggregator_url="http://127.0.0.1:9", aggregator_secret_file=tmp_path / "secret",
            aggregator_login_file=tmp_path / "login", aggregator_networks=("127.0.0.0/8",), aggregator_numbers=("16263",),
            relay_url="http://127.0.0.1:9/messages", relay_key_file=tmp_path / "secret",
            relay_login_file=tmp_path / "pair", relay_devices=("device-1",),
        )
    )  # fmt: skip
    assert parts.database.shared["thanks"] == {"twilio-sms": True, "aggregator": False, "android-relay": False}
    assert parts.database.shared["senders"] == {"twilio-sms", "aggregator", "android-relay"}


def test_where_nothing_is_said_unasked_nobody_is_thanked(given: Settings) -> None:
    assert _live(replace(given, acknowledge="none")).database.shared["thanks"] == {}


def test_an_adapter_stands_under_its_own_name(given: Settings) -> None:
    assert all(name == channel.name for name, channel in _live(given).channels.items())


def test_the_desk_finds_its_vault_and_its_response_in_every_session(given: Settings) -> None:
    parts = wiring.live(given)
    with parts.database.transaction(write=False) as session:
        assert (session.info["vault"], session.info["response"]) == (parts.vault, parts.response)
    parts.close()


def test_an_adapter_speaks_only_to_the_address_in_the_settings(given: Settings) -> None:
    """Port 9 of loopback refuses; were it Twilio's own address, the closed network would say so."""
    envelope = Envelope("reference", factories.phone(), "hello", clock.now())
    with pytest.raises(SendFailed) as failure:
        _live(given).channels["twilio-sms"].send(envelope)
    assert failure.value.retry


def test_a_missing_key_file_stops_the_start(given: Settings, tmp_path: Path) -> None:
    with pytest.raises(BadKeyFile):
        wiring.live(replace(given, key_file=tmp_path / "none"))


def test_an_unknown_response_stops_the_start(given: Settings) -> None:
    with pytest.raises(BadResponse):
        wiring.live(replace(given, response="nowhere"))


def test_nothing_is_sent_to_a_socket_at_the_start(given: Settings) -> None:
    _live(replace(given, redis_url=f"unix:///tmp/none-{os.getpid()}.sock"))
