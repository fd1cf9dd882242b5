"""The hotline's recordings: which are missing in which language, and taking in new ones."""

from __future__ import annotations

import io
import os
import tempfile
import wave
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from feedback import responses
from feedback.responses import BUILT_IN
from feedback.responses.load import folder_of
from feedback.responses.sounds import FOLDER, MEDIA_TYPES

LARGEST = 5_000_000
SHORTEST, LONGEST = 0.5, 60.0
"""Seconds: a click is no prompt, and nobody listens to a lecture before the tone."""

_BITRATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)  # kbit/s, MPEG 1 layer III
_BITRATES_LOW = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)  # MPEG 2 and 2.5
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


class NotAPrompt(Exception):  # noqa: N818
    """A recording that can't be taken in; the text says why and names the file."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One prompt in one language. `text` stands in where nothing is recorded; None: callers hear another language."""

    language: str
    prompt: str
    recorded: bool
    text: str | None

    @property
    def missing(self) -> bool:
        """Would a caller of this language not hear it in this language?"""
        return not self.recorded and self.text is None


def standing(name_or_path: str) -> list[Standing]:
    """Every prompt in every language with a key on the hotline, in the order of the keys."""
    response = responses.load(name_or_path)
    spoken = sorted((one for one in response.languages.values() if one.key), key=lambda one: one.key or "")
    return [
        Standing(
            language.code,
            prompt,
            language.code in response.prompts.recorded.get(prompt, {}),
            None if language.spoken_only else texts.get(language.code),
        )
        for language in spoken
        for prompt, texts in response.prompts.texts.items()
    ]


def take_in(name_or_path: str, language: str, files: list[Path]) -> list[Path]:
    """Put recordings beside the response's files, in place of earlier ones; where they now lie.

    A file is named after its prompt (`safe_statement.wav`). All are checked before any is taken. Raises `NotAPrompt`.
    """
    response, folder = responses.load(name_or_path), folder_of(name_or_path)
    if folder.is_relative_to(BUILT_IN):
        raise NotAPrompt(
            "A shipped response takes no recordings: copy its folder, and set FEEDBACK_RESPONSE to the copy."
        )
    spoken = response.languages.get(language)
    if spoken is None or spoken.key is None:
        keyed = ", ".join(one.code for one in response.languages.values() if one.key)
        raise NotAPrompt(f"{language!r} has no key on the hotline; these have: {keyed}.")
    sounds = {path: _checked(path, response.prompts.texts) for path in files}
    into = folder / str(response.version) / FOLDER / language
    into.mkdir(parents=True, exist_ok=True)
    return [_keep(into, path, sound) for path, sound in sounds.items()]


def show(found: list[Standing]) -> str:
    """What stands and what is missing, a line a language."""
    lines = []
    for language in dict.fromkeys(one.language for one in found):
        mine = [one for one in found if one.language == language]
        recorded = sum(one.recorded for one in mine)
        lines.append(f"{language:<9} {recorded} of {len(mine)} recorded")
        lines += [f"  {one.prompt:<18} MISSING: callers hear another language" for one in mine if one.missing]
        lines += [
            f"  {one.prompt:<18} read out by a machine: {one.text}" for one in mine if one.text and not one.recorded
        ]
    return "\n".join(lines)


def seconds(path: Path, sound: bytes) -> float:
    """How long a recording is. Raises `NotAPrompt` for what is neither WAV nor MP3 inside."""
    try:
        length = _wav_seconds(sound) if path.suffix == ".wav" else _mp3_seconds(sound)
    except (wave.Error, EOFError, ZeroDivisionError, IndexError):
        length = 0.0
    if not length:
        raise NotAPrompt(f"{path.name}: can't be read as {path.suffix[1:].upper()}.")
    return length


def _checked(path: Path, prompts: Mapping[str, object]) -> bytes:
    if path.suffix not in MEDIA_TYPES:
        raise NotAPrompt(f"{path.name}: only .wav and .mp3 are played on a telephone.")
    if path.stem not in prompts:
        raise NotAPrompt(f"{path.name}: there is no prompt of this name; there are: {', '.join(sorted(prompts))}.")
    if not path.is_file():
        raise NotAPrompt(f"{path.name}: is not there.")
    if path.stat().st_size > LARGEST:
        raise NotAPrompt(f"{path.name}: is larger than {LARGEST // 1_000_000} MB.")
    sound = path.read_bytes()
    length = seconds(path, sound)
    if not SHORTEST <= length <= LONGEST:
        raise NotAPrompt(f"{path.name}: lasts {length:.1f} s; a prompt lasts {SHORTEST} to {LONGEST:.0f} s.")
    return sound


def _keep(into: Path, path: Path, sound: bytes) -> Path:
    """Written beside and put into place at once: a call in hand hears the old one or the new one, whole."""
    kept = into / path.name
    handle, name = tempfile.mkstemp(dir=into, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        file.write(sound)
    Path(name).chmod(0o644)
    Path(name).replace(kept)
    for other in MEDIA_TYPES:
        if other != path.suffix:
            kept.with_suffix(other).unlink(missing_ok=True)
    return kept


def _wav_seconds(sound: bytes) -> float:
    with wave.open(io.BytesIO(sound)) as file:
        return float(file.getnframes()) / float(file.getframerate())


def _mp3_seconds(sound: bytes) -> float:
    """Frame by frame, so that a variable bit rate counts rightly. 0 unless at least three frames follow each other."""
    at = 10 + int("".join(f"{byte & 0x7F:07b}" for byte in sound[6:10]), 2) if sound.startswith(b"ID3") else 0
    lengths = []
    while at + 4 <= len(sound):
        frame = _frame(sound[at : at + 4])
        if frame is None:
            break
        at += frame[0]
        lengths.append(frame[1])
    return sum(lengths) if len(lengths) >= 3 else 0.0


def _frame(head: bytes) -> tuple[int, float] | None:
    """Bytes and seconds of the MPEG frame (layer III) that begins so."""
    version, layer, bitrate, rate = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    if head[0] != 0xFF or head[1] >> 5 != 7 or version == 1 or layer != 1 or bitrate in (0, 15) or rate == 3:
        return None
    hertz = _RATES[version][rate]
    kilobits = (_BITRATES if version == 3 else _BITRATES_LOW)[bitrate]
    samples = 1152 if version == 3 else 576
    size = samples // 8 * kilobits * 1000 // hertz + (head[2] >> 1 & 1)
    return size, samples / hertz
