"""Finding ports of this machine that nobody listens on."""

from __future__ import annotations

import socket

TRIES = 50


class NoPort(Exception):  # noqa: N818
    """All ports that were tried are taken."""


def free(wanted: int, *, but: frozenset[int] = frozenset()) -> int:
    """The first free port from `wanted` on, apart from those in `but`. 0: any. Raises `NoPort`."""
    if wanted == 0:
        with socket.socket() as any_:
            any_.bind(("127.0.0.1", 0))
            return int(any_.getsockname()[1])
    for port in range(wanted, min(wanted + TRIES, 65_536)):
        if port not in but and is_free(port):
            return port
    raise NoPort(f"Ports {wanted} to {wanted + TRIES - 1} are all taken. Choose another with --port.")


def is_free(port: int) -> bool:
    """Can we listen there? Who listens on the other family of `localhost` would be found instead of us, so both count."""
    with socket.socket() as ours:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            ours.bind(("127.0.0.1", port))
        except OSError:
            return False
    try:
        with socket.create_connection(("::1", port), timeout=0.2):
            return False
    except OSError:
        return True
