"""Recordings of the hotline's prompts beside a response's files: `prompts/<language>/<prompt>.wav` or `.mp3`."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

FOLDER = "prompts"
MEDIA_TYPES = {".wav": "audio/wav", ".mp3": "audio/mpeg"}


def found_beside(version: Path, languages: Collection[str]) -> dict[str, dict[str, str]]:
    """Prompt → language → path under the version's folder, of what has been recorded. Other files are left alone."""
    found: dict[str, dict[str, str]] = {}
    for language in languages:
        folder = version / FOLDER / language
        if not folder.is_dir():
            continue
        for path in sorted(folder.iterdir()):
            if path.suffix in MEDIA_TYPES and path.is_file():
                found.setdefault(path.stem, {})[language] = f"{FOLDER}/{language}/{path.name}"
    return found
