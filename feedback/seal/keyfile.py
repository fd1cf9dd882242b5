"""The desk's key file: desk key, index keys and tablet key in generations, one lasting key each for lists, rows and staff."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from feedback import clock
from feedback.seal import outbox

_PURPOSES = ("address", "search", "staff")
_IN_GENERATIONS = ("desk", "index", "made")


class BadKeyFile(Exception):  # noqa: N818
    """The key file is missing, open to others, or not one of ours; the text says which."""


@dataclass(frozen=True, slots=True, repr=False)
class IndexKeys:
    """What makes numbers and words findable: renewed with the desk key, so that old index rows can't be tested (I25)."""

    address: bytes
    search: bytes


@dataclass(frozen=True, slots=True, repr=False)
class DeskKeys:
    """All 32-byte keys of the file. `generations` are the desk keys by number; the highest one wraps what is new.

    `indexes` are the index keys of the same generations, `made` when each began (a file of before has no times, and
    the lasting keys as its index keys). `address` and `search` are lasting: for the list of silent numbers and for
    imported rows. `tablet` are private keys by number, which open what tablets sealed; a file from before there were
    tablets has none.
    """

    generations: dict[int, bytes]
    address: bytes
    search: bytes
    staff: bytes
    tablet: dict[int, bytes] = field(default_factory=dict)
    indexes: dict[int, IndexKeys] = field(default_factory=dict)
    made: dict[int, datetime] = field(default_factory=dict)

    @property
    def current(self) -> int:
        return max(self.generations)

    @property
    def since(self) -> datetime | None:
        """When the current generation began, or None where the file does not say."""
        return self.made.get(self.current)

    @classmethod
    def create(cls, path: Path) -> DeskKeys:
        """Make a new key file, readable by its owner only. Raises `BadKeyFile` where one already stands."""
        keys = {name: _fresh() for name in _PURPOSES}
        content = {"format": 1, **_generation(1), "tablet": {"1": _written(outbox.new_private())}, **keys}
        text = json.dumps(content, indent=1)
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
    def renew_tablet(cls, path: Path) -> DeskKeys:
        """Add a fresh key for tablets to a key file; the older ones stay, since forms sealed to them may still come.

        The file is replaced in one step. Raises `BadKeyFile`.
        """
        keys = cls.read(path)
        content = json.loads(path.read_text(encoding="ascii"))
        number = max(keys.tablet, default=0) + 1
        content["tablet"] = {**content.get("tablet", {}), str(number): _written(outbox.new_private())}
        _replace(path, content)
        return cls.read(path)

    @classmethod
    def renew_desk(cls, path: Path) -> DeskKeys:
        """Add a fresh generation of the desk key and of the index keys; what is new gets these. Raises `BadKeyFile`."""
        keys = cls.read(path)
        content = json.loads(path.read_text(encoding="ascii"))
        for name, more in _generation(keys.current + 1).items():
            content[name] = {**content.get(name, {}), **more}
        _replace(path, content)
        return cls.read(path)

    @classmethod
    def destroy_older(cls, path: Path) -> DeskKeys:
        """Keep the newest generation alone: what older ones wrapped or indexed can't be opened or tested any more."""
        keys = cls.read(path)
        content = json.loads(path.read_text(encoding="ascii"))
        newest = str(keys.current)
        for name in _IN_GENERATIONS:
            content[name] = {number: one for number, one in content.get(name, {}).items() if number == newest}
        _replace(path, content)
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
            tablet = {int(number): _key(text) for number, text in content.get("tablet", {}).items()}
            indexes = {number: _index_keys(content, number, purposes) for number in generations}
            made = {int(number): datetime.fromisoformat(at) for number, at in content.get("made", {}).items()}
            if not generations:
                raise ValueError("no desk key")
        except FileNotFoundError:
            raise BadKeyFile(f"{path.name} does not exist") from None
        except (ValueError, KeyError, AttributeError, TypeError):
            raise BadKeyFile(f"{path.name} is not a key file of the desk") from None
        return cls(generations=generations, tablet=tablet, indexes=indexes, made=made, **purposes)


def _replace(path: Path, content: dict[str, object]) -> None:
    """Replace the file in one step, synced: a crash leaves the old one or the new one."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w", encoding="ascii") as file:
        file.write(json.dumps(content, indent=1))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _generation(number: int) -> dict[str, dict[str, object]]:
    """What the file holds of a new generation."""
    index = {"address": _fresh(), "search": _fresh()}
    of: dict[str, object] = {"desk": _fresh(), "index": index, "made": clock.now().isoformat()}
    return {name: {str(number): of[name]} for name in _IN_GENERATIONS}


def _index_keys(content: dict[str, dict[str, dict[str, str]]], number: int, lasting: dict[str, bytes]) -> IndexKeys:
    """The index keys of a generation; one of before had the lasting ones."""
    own = content.get("index", {}).get(str(number))
    if own is None:
        return IndexKeys(lasting["address"], lasting["search"])
    return IndexKeys(_key(own["address"]), _key(own["search"]))


def _fresh() -> str:
    return _written(os.urandom(32))


def _written(key: bytes) -> str:
    return base64.b64encode(key).decode("ascii")


def _key(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != 32:
        raise ValueError("a key has 32 bytes")
    return key
