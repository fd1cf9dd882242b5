"""Settings: each variable listed and documented once; what is missing, unknown or unsafe stops the start by name."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from feedback.settings import DOCS, BadSettings, Settings

LEAST = {"FEEDBACK_DATABASE_URL": "sqlite:////tmp/desk.db", "FEEDBACK_KEY_FILE": "/tmp/desk.keys"}
TWILIO = {
    "FEEDBACK_TWILIO_ACCOUNT_SID": "AC1",
    "FEEDBACK_TWILIO_AUTH_TOKEN_FILE": "/tmp/token",
    "FEEDBACK_TWILIO_NUMBERS": "+15005550006, +15005550007,",
}


def _read(**more: str) -> Settings:
    return Settings.from_env({**LEAST, "PATH": "/bin", **more})


def test_a_database_and_a_key_file_are_enough() -> None:
    settings = _read()
    assert (settings.database_url, settings.key_file) == ("sqlite:////tmp/desk.db", Path("/tmp/desk.keys"))
    assert settings.demo is False


@pytest.mark.parametrize("name", LEAST)
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(BadSettings, match=name):
        Settings.from_env({other: value for other, value in LEAST.items() if other != name})


def test_a_variable_that_is_not_ours_to_know_is_named() -> None:
    with pytest.raises(BadSettings, match="FEEDBACK_DATABSE_URL"):
        _read(FEEDBACK_DATABSE_URL="x")


AGGREGATOR = {
    "FEEDBACK_AGGREGATOR_URL": "http://127.0.0.1:13013/cgi-bin/sendsms",
    "FEEDBACK_AGGREGATOR_SECRET_FILE": "/tmp/secret",
    "FEEDBACK_AGGREGATOR_LOGIN_FILE": "/tmp/login",
    "FEEDBACK_AGGREGATOR_NETWORKS": "192.0.2.0/28",
    "FEEDBACK_AGGREGATOR_NUMBERS": "16263",
}
RELAY = {
    "FEEDBACK_RELAY_URL": "https://relay.example.org/messages",
    "FEEDBACK_RELAY_KEY_FILE": "/tmp/key",
    "FEEDBACK_RELAY_LOGIN_FILE": "/tmp/login",
    "FEEDBACK_RELAY_DEVICES": "device-1",
}


@pytest.mark.parametrize("needs", [AGGREGATOR, RELAY], ids=["aggregator", "relay"])
def test_a_channel_that_is_half_set_up_stops_the_start(needs: dict[str, str]) -> None:
    _url, *others = needs
    assert _read(**needs)
    for missing in others:
        with pytest.raises(BadSettings, match=missing):
            _read(**{name: value for name, value in needs.items() if name != missing})


@pytest.mark.parametrize("needs", [AGGREGATOR, RELAY], ids=["aggregator", "relay"])
def test_a_demo_speaks_to_no_aggregator_and_no_relay(needs: dict[str, str]) -> None:
    with pytest.raises(BadSettings, match="no aggregator, no relay"):
        _read(**needs, FEEDBACK_DEMO="1")


@pytest.mark.parametrize("wrong", [{"FEEDBACK_TEXTS_A_SECOND": "0"}, {"FEEDBACK_TEXT_PRICE": "-1"}])
def test_a_rate_of_nothing_and_a_price_below_stop_the_start(wrong: dict[str, str]) -> None:
    with pytest.raises(BadSettings, match="FEEDBACK_TEXTS_A_SECOND"):
        _read(**wrong)


def test_each_kind_of_value_is_read() -> None:
    settings = _read(**TWILIO, FEEDBACK_DEMO="", FEEDBACK_LANES="1")
    assert settings.twilio_numbers == ("+15005550006", "+15005550007")
    assert settings.twilio_auth_token_file == Path("/tmp/token")
    assert (settings.demo, settings.lanes) == (False, 1)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"FEEDBACK_LANES": "two"}, "FEEDBACK_LANES"),
        ({"FEEDBACK_LANES": "0"}, "FEEDBACK_LANES"),
        ({"FEEDBACK_LANES": "2"}, "FEEDBACK_LANES"),  # on SQLite
        ({"FEEDBACK_DEMO": "yes"}, "FEEDBACK_DEMO"),
        ({"FEEDBACK_ACKNOWLEDGE": "later"}, "FEEDBACK_ACKNOWLEDGE"),
        ({"FEEDBACK_TWILIO_ACCOUNT_SID": "AC1"}, "FEEDBACK_TWILIO_AUTH_TOKEN_FILE"),
        ({"FEEDBACK_SANDBOX_URL": "http://127.0.0.1:9"}, "FEEDBACK_DEMO"),
        (
            {**TWILIO, "FEEDBACK_DEMO": "1", "FEEDBACK_SANDBOX_URL": "http://127.0.0.1:9"},
            "FEEDBACK_TWILIO_API_BASE",
        ),
        (
            {**TWILIO, "FEEDBACK_DEMO": "1", "FEEDBACK_TWILIO_API_BASE": "https://api.twilio.com"},
            "FEEDBACK_SANDBOX_URL",
        ),
    ],
)
def test_what_is_wrong_or_unsafe_is_named(wrong: dict[str, str], named: str) -> None:
    with pytest.raises(BadSettings, match=named):
        _read(**wrong)


def test_a_demo_that_speaks_to_its_sandbox_starts() -> None:
    here = "http://127.0.0.1:9"
    settings = _read(**TWILIO, FEEDBACK_DEMO="1", FEEDBACK_SANDBOX_URL=here, FEEDBACK_TWILIO_API_BASE=here)
    assert settings.demo


def test_a_demo_never_speaks_to_a_real_provider() -> None:
    """With neither address given, Twilio's own would be used."""
    with pytest.raises(BadSettings, match="sandbox"):
        _read(**TWILIO, FEEDBACK_DEMO="1")


def test_several_lanes_are_for_the_engine_that_can_skip_locked_rows() -> None:
    assert _read(FEEDBACK_DATABASE_URL="postgresql+psycopg://desk", FEEDBACK_LANES="4").lanes == 4


def test_two_tokens_count_while_they_rotate_and_an_empty_file_is_no_secret(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("new\nold\nolder\n", encoding="ascii")
    settings = _read(**{**TWILIO, "FEEDBACK_TWILIO_AUTH_TOKEN_FILE": str(token)})
    assert settings.auth_tokens() == ("new", "old")
    token.write_text(" \n", encoding="ascii")
    with pytest.raises(BadSettings, match="empty"):
        settings.auth_tokens()
    assert _read().auth_tokens() == ()


def test_settings_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        _read().demo = True  # type: ignore[misc]


def test_each_setting_is_documented_once() -> None:
    assert sorted(DOCS) == sorted(field.name for field in fields(Settings))
    assert all(DOCS.values())
