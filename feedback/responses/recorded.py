"""The recorded prompts of a response as files to serve, each under a name that a new recording changes."""

from __future__ import annotations

import contextlib
import hashlib
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from feedback.responses.load import folder_of
from feedback.responses.reading import BadResponse
from feedback.responses.response import Response
from feedback.responses.sounds import FOLDER, MEDIA_TYPES, found_beside

LOOK_AGAIN = 1.0
"""Seconds after which a recording that was taken in is played by every process."""


@dataclass(frozen=True, slots=True)
class Sound:
    """One recorded prompt: under `name` it is served, and a new recording has a new name."""

    prompt: str
    language: str
    name: str
    path: Path

    @property
    def media_type(self) -> str:
        """What a player is told it is."""
        return MEDIA_TYPES[self.path.suffix]


def load_sounds(name_or_path: str, response: Response) -> tuple[Sound, ...]:
    """The recordings of a response in the version at hand. Raises `BadResponse` for one that is listed and not there."""
    folder = folder_of(name_or_path) / str(response.version)
    return tuple(
        _sound(folder, prompt, language, relative)
        for prompt, sounds in response.prompts.recorded.items()
        for language, relative in sounds.items()
    )


class LiveSounds:
    """The recordings as they lie beside the response now, looked for again once a second at most."""

    def __init__(self, name_or_path: str, response: Response) -> None:
        self._name, self._response = name_or_path, response
        self._folder = folder_of(name_or_path) / str(response.version)
        self._looked, self._stamp = time.monotonic(), self._stand()
        self._sounds = load_sounds(name_or_path, response)

    def now(self) -> tuple[Sound, ...]:
        """All of them; the same tuple as before where nothing has changed."""
        if time.monotonic() - self._looked > LOOK_AGAIN:
            self._looked, stamp = time.monotonic(), self._stand()
            if stamp != self._stamp:
                with contextlib.suppress(BadResponse, OSError):  # a file went while we looked: the next second again
                    self._stamp, self._sounds = stamp, self._read()
        return self._sounds

    def _stand(self) -> tuple[tuple[str, int, int], ...]:
        files = sorted((self._folder / FOLDER).glob("*/*"))
        stats = [(path, path.stat()) for path in files if path.suffix in MEDIA_TYPES]
        return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in stats)

    def _read(self) -> tuple[Sound, ...]:
        beside = found_beside(self._folder, self._response.languages)
        listed = self._response.prompts.recorded
        found: dict[tuple[str, str], str] = {}
        for prompt in self._response.prompts.texts:
            found |= {(prompt, language): relative for language, relative in beside.get(prompt, {}).items()}
            for language, relative in listed.get(prompt, {}).items():
                if not relative.startswith(f"{FOLDER}/{language}/{prompt}."):  # named in prompts.toml: that wins
                    found[prompt, language] = relative
        return tuple(_sound(self._folder, prompt, language, relative) for (prompt, language), relative in found.items())


@lru_cache(maxsize=4)
def live_sounds(name_or_path: str, response: Response) -> LiveSounds:
    """The recordings of a response, one look for all who ask in this process."""
    return LiveSounds(name_or_path, response)


def _sound(folder: Path, prompt: str, language: str, relative: str) -> Sound:
    path = (folder / relative).resolve()
    if path.suffix not in MEDIA_TYPES or not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise BadResponse(f"prompts.toml: recorded.{prompt}.{language}: there is no such .wav or .mp3 in {folder}")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    return Sound(prompt, language, f"{language}-{prompt}-{digest}{path.suffix}", path)
