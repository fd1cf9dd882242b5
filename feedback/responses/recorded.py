"""The recorded prompts of a response as files to serve, each under a name that a new recording changes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from feedback.responses.load import folder_of
from feedback.responses.reading import BadResponse
from feedback.responses.response import Response
from feedback.responses.sounds import MEDIA_TYPES


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


def _sound(folder: Path, prompt: str, language: str, relative: str) -> Sound:
    path = (folder / relative).resolve()
    if path.suffix not in MEDIA_TYPES or not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise BadResponse(f"prompts.toml: recorded.{prompt}.{language}: there is no such .wav or .mp3 in {folder}")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    return Sound(prompt, language, f"{language}-{prompt}-{digest}{path.suffix}", path)
