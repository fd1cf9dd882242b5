"""The folder of an installation on one machine: where its files lie, and who runs it now."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import IO

from feedback.settings import Settings


class InUse(Exception):  # noqa: N818
    """Another supervisor runs this folder. The text says where to find it."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Names of the files; `root` is absolute."""

    root: Path

    @classmethod
    def at(cls, path: Path) -> Folder:
        """The folder at this path, made if need be, readable by its owner only."""
        root = path.expanduser().absolute()
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        (root / "logs").mkdir(exist_ok=True)
        (root / "valkey").mkdir(exist_ok=True, mode=0o700)
        return cls(root)

    @property
    def database(self) -> Path:
        return self.root / "desk.db"

    @property
    def key_file(self) -> Path:
        """Apart from the database, so that a copy of the one folder is not a copy of the other."""
        return self.root / "keys" / "desk.key"

    @property
    def carrier_token(self) -> Path:
        return self.root / "carrier.token"

    @property
    def accounts(self) -> Path:
        return self.root / "accounts.json"

    @property
    def recovery(self) -> Path:
        return self.root / "recovery.json"

    @property
    def valkey(self) -> Path:
        return self.root / "valkey"

    def log(self, part: str) -> Path:
        """Where a part prints to. Begun anew, the last one kept beside it, once it has grown beyond a megabyte."""
        path = self.root / "logs" / f"{part}.log"
        if path.exists() and path.stat().st_size > 1_000_000:
            path.replace(path.with_suffix(".old"))
        return path

    def hold(self) -> IO[str]:
        """Keep others from running this folder, as long as the file that is returned stays open. Raises `InUse`."""
        lock = open(self.root / "lock", "a+", encoding="ascii")  # noqa: SIM115 - it stays open while we run
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise InUse(f"{_shown(self.root)} is running already") from None
        return lock

    def say_running(self, settings: Settings) -> None:
        """Leave word with which settings this folder runs, for `replay` and `doctor`; for its owner only."""
        handle = os.open(self.root / "running.json", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(environment(settings), file, indent=1)

    def say_ended(self) -> None:
        """It runs no more."""
        (self.root / "running.json").unlink(missing_ok=True)

    def settings(self, env: Mapping[str, str] = os.environ) -> Settings:
        """Those it runs with; else those of the variables, with this folder's files where they name none."""
        running = self.running()
        if running is not None:
            return running
        own = {"FEEDBACK_KEY_FILE": str(self.key_file), "FEEDBACK_DATABASE_URL": f"sqlite:///{self.database}"}
        own["FEEDBACK_MODELS"] = str(self.root / "models")
        if "FEEDBACK_DATABASE_URL_FILE" in env:
            del own["FEEDBACK_DATABASE_URL"]
        return Settings.from_env(own | dict(env))

    def running(self) -> Settings | None:
        """The settings it runs with, or None."""
        try:
            return Settings.from_env(json.loads((self.root / "running.json").read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None


def environment(settings: Settings) -> dict[str, str]:
    """The settings as variables, for the processes of an installation. An address that came from a file stays there."""
    return {
        f"FEEDBACK_{field.name.upper()}": written
        for field in fields(settings)
        if (written := _written(getattr(settings, field.name))) is not None
        if field.name != "database_url" or settings.database_url_file is None
    }


def surroundings(variables: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process of ours: what this one has, apart from settings, then `variables`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FEEDBACK_", "SANDBOX_"))}
    return {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", **kept, **variables}


def _written(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "1" if value else "0"
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _shown(path: Path) -> str:
    """A path as a person would type it here."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
