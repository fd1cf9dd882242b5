"""Sounds a caller can leave: checks and cuts WAV files, and makes two short tones."""

from __future__ import annotations

import io
import math
import struct
import wave
from collections.abc import Iterator

LARGEST = 16 * 1024 * 1024  # bytes
RATE = 8_000  # a telephone's samples per second


class NotASound(ValueError):  # noqa: N818
    """The bytes are no WAV file that a player understands."""


def length(sound: bytes) -> int:
    """Whole seconds of a WAV file, at least 1. Raises `NotASound`."""
    try:
        with wave.open(io.BytesIO(sound)) as file:
            seconds: int = math.ceil(file.getnframes() / file.getframerate())
            return max(1, seconds)
    except (wave.Error, EOFError, ZeroDivisionError) as problem:
        raise NotASound("Please choose an uncompressed WAV file.") from problem


def cut(sound: bytes, seconds: int) -> bytes:
    """The first `seconds` of a WAV file, as a line that hangs up there would keep it."""
    with wave.open(io.BytesIO(sound)) as file:
        if file.getnframes() <= seconds * file.getframerate():
            return sound
        form, frames = file.getparams(), file.readframes(seconds * file.getframerate())
    kept = io.BytesIO()
    with wave.open(kept, "wb") as file:
        file.setparams(form)
        file.writeframes(frames)
    return kept.getvalue()


def tone(name: str) -> bytes:
    """One of the built-in sounds as WAV. Raises `KeyError` for a name that is not in `TONES`."""
    _, pitches = TONES[name]
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in _samples(pitches)))
    return made.getvalue()


TONES: dict[str, tuple[str, tuple[tuple[float, float], ...]]] = {  # label, (hertz, seconds) of each note
    "hum": ("A hum, 3 seconds", ((196.0, 1.0), (220.0, 1.0), (196.0, 1.0))),
    "chime": ("Three notes, 2 seconds", ((523.3, 0.6), (659.3, 0.6), (784.0, 0.8))),
}


def _samples(pitches: tuple[tuple[float, float], ...]) -> Iterator[int]:
    for hertz, seconds in pitches:
        count = int(RATE * seconds)
        for i in range(count):
            swell = math.sin(math.pi * i / count)
            yield int(9_000 * swell * math.sin(2 * math.pi * hertz * i / RATE))
