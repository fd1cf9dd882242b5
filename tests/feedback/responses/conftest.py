"""The shipped response, and a copy of it that a test may spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from feedback.responses import BUILT_IN, Response, load


class OurOwn:
    """A deployment's own folder, started from the shipped one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(BUILT_IN / "coxs_bazar" / "1", folder / "1")

    def edit(self, file: str, old: str, new: str) -> OurOwn:
        """Replace the first occurrence of a text, which must be there."""
        path = self.folder / "1" / f"{file}.toml"
        words = path.read_text(encoding="utf-8")
        assert old in words, f"{old!r} is not in {file}.toml any more"
        path.write_text(words.replace(old, new, 1), encoding="utf-8")
        return self

    def add(self, file: str, text: str) -> OurOwn:
        """Put a text at the end of a file."""
        with (self.folder / "1" / f"{file}.toml").open("a", encoding="utf-8") as end:
            end.write("\n" + text + "\n")
        return self

    def load(self, version: int | None = None) -> Response:
        return load(str(self.folder), version)


@pytest.fixture(scope="session")
def coxs_bazar() -> Response:
    return load("coxs_bazar", 1)


@pytest.fixture
def ours(tmp_path: Path) -> OurOwn:
    return OurOwn(tmp_path / "ours")
