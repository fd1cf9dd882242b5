"""The processes of an installation, as the supervisor is to run them: web, workers, sandbox."""

from __future__ import annotations

import http.client
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from feedback.ops.folder import environment, surroundings
from feedback.ops.supervisor import Part
from feedback.queue import QUEUES
from feedback.settings import Settings

SETTLED = 2.0
"""Seconds after which a worker that polls counts as started: it has nobody to report to."""

Log = Callable[[str], Path | None]


def web(settings: Settings, log: Log) -> Part:
    """The web process, which listens where the settings say."""
    env = surroundings(environment(settings))
    address = f"http://{settings.bind}/sign-in"
    return Part("web", _python("feedback", "web"), env, lambda pid: page_answers(address), log("web"))


def workers(settings: Settings, log: Log) -> list[Part]:
    """One worker a queue."""
    env = surroundings(environment(settings))
    return [
        Part(queue, _python("workers", queue), env, _listens(settings, queue), log(queue))
        for queue in sorted(set(QUEUES.values()))
    ]


def sandbox(settings: Settings, *, token: str, accounts: Path, log: Log) -> Part:
    """The sandbox carrier of a demo, with its phone on a page."""
    own = urlsplit(settings.sandbox_url)
    config = {
        "account_sid": settings.twilio_account_sid,
        "auth_token": token,
        "sender": settings.twilio_numbers[0],
        "rings": next(iter(settings.missed_call_numbers), ""),
        "hook_url": f"http://{settings.bind}",
        "public_url": settings.public_url,
        "desk_url": settings.public_url,
        "host": own.hostname or "127.0.0.1",
        "port": str(own.port),
        "own_url": settings.sandbox_url,
        "accounts_file": str(accounts),
    }
    env = surroundings({f"SANDBOX_{name.upper()}": value for name, value in config.items()})
    argv = _python("channels.sandbox")
    return Part("sandbox", argv, env, lambda pid: page_answers(settings.sandbox_url + "/"), log("sandbox"))


def page_answers(address: str, *, headers: Mapping[str, str] | None = None) -> bool:
    """Does this page answer, with anything but a fault of its own?"""
    url = urlsplit(address)
    line = http.client.HTTPConnection(url.hostname or "", url.port, timeout=5)
    try:
        line.request("GET", url.path or "/", headers=dict(headers or {}))
        return line.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def _listens(settings: Settings, queue: str) -> Callable[[int], bool]:
    """Has the worker with this pid signed on at Valkey? Without Valkey: has it stayed for a moment?"""
    if not settings.redis_url:
        since: dict[int, float] = {}
        return lambda pid: time.monotonic() - since.setdefault(pid, time.monotonic()) > SETTLED
    from redis import Redis, RedisError

    connection = Redis.from_url(settings.redis_url, socket_timeout=5, decode_responses=True)

    def listens(pid: int) -> bool:
        try:
            names = connection.smembers(f"rq:workers:{queue}")
            return str(pid) in {connection.hget(name, "pid") for name in names}
        except RedisError:
            return False

    return listens


def _python(module: str, *words: str) -> list[str]:
    return [sys.executable, "-m", module, *words]
