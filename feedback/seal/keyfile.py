"""The desk's key file: the desk key in generations, and one key each for addresses, search and staff secrets."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass
from pathlib import Path

_PURPOSES = ("address", "search", "staff")


class BadKeyFile(Exception):  # noqa: N818
    """The key file is missing, open to others, or not one of ours; the text says which."""


@dataclass(frozen=True, slots=True, repr=False)
class DeskKeys:
    """All 32-byte keys of the file. `generations` are the desk keys by number; the highest one wraps what is new."""

    generations: dict[int, bytes]
    address: bytes
    search: bytes
    staff: bytes

    @property
    def current(self) -> int:
        return max(self.generations)

    @classmethod
    def create(cls, path: Path) -> DeskKeys:
        """Make a new key file, readable by its owner only. Raises `BadKeyFile` where one already stands."""
        keys = {name: _fresh() for name in _PURPOSES}
        text = json.dumps({"format": 1, "desk": {"1": _fresh()}, **keys}, indent=1)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        except FileExistsError:
            raise BadKeyFile(f"{path.name} exists already; a key file is never overwritten") from None
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        return cls.read(path)

    @classmethod
    def read(cls, path: Path) -> DeskKeys:
        """Read the file. Raises `BadKeyFile` if it is missing, damaged or readable by others."""
        try:
            if os.name == "posix" and path.stat().st_mode & 0o077:
                raise BadKeyFile(f"{path.name} can be read by others; set its mode to 0400")
            content = json.loads(path.read_text(encoding="ascii"))
            generations = {int(number): _key(text) for number, text in content["desk"].items()}
            purposes = {name: _key(content[name]) for name in _PURPOSES}
            if not generations:
                raise ValueError("no desk key")
        except FileNotFoundError:
            raise BadKeyFile(f"{path.name} does not exist") from None
        except (ValueError, KeyError, AttributeError, TypeError):
            raise BadKeyFile(f"{path.name} is not a key file of the desk") from None
        return cls(generations=generations, **purposes)


def _fresh() -> str:
    return base64.b64encode(os.urandom(32)).decode("ascii")


def _key(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != 32:
        raise ValueError("a key has 32 bytes")
    return key
