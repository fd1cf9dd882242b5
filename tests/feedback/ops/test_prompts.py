"""Recordings of the hotline: what is missing is named, and only what a telephone can play is taken in and served."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from channels import hotline
from channels.sandbox import sounds
from feedback import app, responses, wiring
from feedback.ops import prompts
from feedback.ops.prompts import NotAPrompt
from feedback.responses import BUILT_IN, services
from feedback.settings import Settings
from tests.factories import PUBLIC_URL, settings

TONE = sounds.tone("hum")
FRAME = b"\xff\xfb\x90\x00" + b"\0" * 413  # MPEG 1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes, 26 ms


@pytest.fixture
def own(tmp_path: Path) -> str:
    """A deployment's own response, a copy of the shipped one."""
    folder = tmp_path / "camp"
    shutil.copytree(BUILT_IN / "coxs_bazar", folder)
    return f"{folder}/"


def recording(folder: Path, name: str, content: bytes = TONE) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_what_nobody_could_hear_in_their_language_is_missing() -> None:
    found = prompts.standing("coxs_bazar")
    missing = {(one.language, one.prompt) for one in found if one.missing}
    assert {language for language, _ in missing} == {"rhg"}
    assert len(missing) == len({one.prompt for one in found})
    assert "MISSING" in prompts.show(found)


def test_a_recording_is_kept_beside_the_response_and_counts(own: str, tmp_path: Path) -> None:
    (kept,) = prompts.take_in(own, "rhg", [recording(tmp_path, "safe_statement.wav")])
    assert kept.read_bytes() == TONE
    assert kept.parent == Path(own) / "1" / "prompts" / "rhg"


def test_a_new_recording_takes_the_place_of_the_old_one_of_either_kind(own: str, tmp_path: Path) -> None:
    prompts.take_in(own, "rhg", [recording(tmp_path, "goodbye.wav")])
    prompts.take_in(own, "rhg", [recording(tmp_path, "goodbye.mp3", FRAME * 60)])
    folder = Path(own) / "1" / "prompts" / "rhg"
    assert [path.name for path in folder.iterdir()] == ["goodbye.mp3"]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("safe_statement.ogg", TONE, "only .wav and .mp3"),
        ("welcome.wav", TONE, "no prompt of this name"),
        ("goodbye.wav", b"RIFF but no sound", "can't be read"),
        ("goodbye.mp3", TONE, "can't be read"),
        ("goodbye.mp3", FRAME * 10, "lasts 0.3 s"),
        ("goodbye.mp3", FRAME * 3000, "lasts 78.4 s"),
        ("goodbye.wav", b"\0" * (prompts.LARGEST + 1), "larger than 5 MB"),
    ],
)
def test_what_a_telephone_cannot_play_is_refused_and_nothing_is_kept(
    own: str, tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    good = recording(tmp_path, "thank_you.wav")
    with pytest.raises(NotAPrompt, match=why):
        prompts.take_in(own, "rhg", [good, recording(tmp_path, name, content)])
    assert not (Path(own) / "1" / "prompts").exists()


def test_a_language_without_a_key_and_a_shipped_response_take_none(own: str, tmp_path: Path) -> None:
    with pytest.raises(NotAPrompt, match="no key on the hotline"):
        prompts.take_in(own, "rhg-Latn", [recording(tmp_path, "goodbye.wav")])
    with pytest.raises(NotAPrompt, match="copy its folder"):
        prompts.take_in("coxs_bazar", "rhg", [recording(tmp_path, "goodbye.wav")])


def test_the_hotline_plays_what_is_recorded_and_only_that_is_served(
    own: str, tmp_path: Path, key_file: Path, token_file: Path
) -> None:
    folder = Path(own) / "1" / "prompts" / "rhg"
    folder.mkdir(parents=True)
    recording(folder, "safe_statement.wav")
    given: Settings = replace(settings(f"sqlite:///{tmp_path}/desk.db", key_file, token_file), response=own)
    parts = wiring.live(given)
    said = wiring._Said(given, parts.response)
    sound = said["rhg"][next(prompt for prompt in said["rhg"] if prompt == "safe")]
    assert sound.startswith(f"{PUBLIC_URL}/prompts/rhg-safe_statement-")
    with TestClient(app.create(parts), base_url=PUBLIC_URL) as client:
        played = client.get(sound)
        assert (played.status_code, played.content, played.headers["content-type"]) == (200, TONE, "audio/wav")
        for other in ("safe_statement.wav", "..%2f..%2fprompts.toml", "rhg-safe_statement-000000000000.wav"):
            assert client.get(f"/prompts/{other}").status_code == 404
    parts.close()


def test_a_recording_is_played_from_the_next_call_on_without_a_restart(
    own: str, tmp_path: Path, key_file: Path, token_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedback.responses.recorded.LOOK_AGAIN", 0.0)
    given: Settings = replace(settings(f"sqlite:///{tmp_path}/desk.db", key_file, token_file), response=own)
    parts = wiring.live(given)
    said = wiring._Said(given, parts.response)
    assert said["bn"][hotline.Prompt.GOODBYE] == "বিদায়।"
    with TestClient(app.create(parts), base_url=PUBLIC_URL) as client:
        prompts.take_in(own, "bn", [recording(tmp_path, "goodbye.wav")])
        first = said["bn"][hotline.Prompt.GOODBYE]
        assert client.get(first).content == TONE
        prompts.take_in(own, "bn", [recording(tmp_path, "goodbye.wav", TONE + b"  ")])
        second = said["bn"][hotline.Prompt.GOODBYE]
        assert second != first
        assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    parts.close()


def test_out_of_hours_it_is_said_where_help_is_open_at_any_hour(own: str, tmp_path: Path, key_file, token_file) -> None:
    given: Settings = replace(settings(f"sqlite:///{tmp_path}/desk.db", key_file, token_file), response=own)
    said = wiring._Said(given, responses.load(own))
    assert said["en"][hotline.Prompt.HELP_OPEN].startswith(
        "Help is open now, day and night: Clinic East (made up), Camp 9"
    )
    assert "ক্লিনিক ইস্ট" in said["bn"][hotline.Prompt.HELP_OPEN]
    file = Path(own) / "1" / "services.toml"
    file.write_text(file.read_text("utf-8").replace("at_night = true", "at_night = false"), "utf-8")
    services._load.cache_clear()
    assert wiring._Said(given, responses.load(own))["en"][hotline.Prompt.HELP_OPEN] == ""
