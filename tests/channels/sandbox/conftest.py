"""A sandbox on loopback and, opposite it, a small desk that answers TwiML and judges every signature with the SDK."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from channels.sandbox.app import create
from channels.sandbox.client import SandboxPhone
from channels.sandbox.config import SandboxConfig

ACCOUNT, TOKEN = "AC" + "0123456789abcdef" * 2, "a-token-of-the-tests"
PUBLIC = "https://desk.example.org"
OURS, ANNA, BELA = "+8809610000100", "+8801700000001", "+8801700000002"


@dataclass
class Heard:
    """One request the desk got."""

    path: str
    fields: dict[str, str]
    genuine: bool
    token: str


@dataclass
class Desk:
    """Answers by path; what is not in `answers` gets an empty document. `statuses` are used up first, one a request."""

    answers: dict[str, str] = field(default_factory=dict)
    statuses: list[int] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    pause: float = 0.0

    def at(self, path: str) -> list[dict[str, str]]:
        return [one.fields for one in self.heard if one.path == path]

    def wait_for(self, path: str, count: int = 1) -> list[dict[str, str]]:
        wait_until(lambda: len(self.at(path)) >= count)
        return self.at(path)

    async def answer(self, request: Request) -> Response:
        form = await request.form()
        query = f"?{request.url.query}" if request.url.query else ""
        genuine = RequestValidator(TOKEN).validate(
            PUBLIC + request.url.path + query, form, request.headers["x-twilio-signature"]
        )
        fields = {name: str(value) for name, value in form.multi_items()} | dict(request.query_params)
        self.heard.append(Heard(request.url.path, fields, genuine, request.headers["i-twilio-idempotency-token"]))
        status = self.statuses.pop(0) if self.statuses else 200
        return Response(self.answers.get(request.url.path, "<Response/>"), status, media_type="text/xml")


@dataclass(frozen=True)
class House:
    """The desk, the phone opposite and the official SDK, all connected."""

    desk: Desk
    phone: SandboxPhone
    twilio: Client
    url: str


@pytest.fixture
def house() -> Iterator[House]:
    with open_house() as opened:
        yield opened


@pytest.fixture(scope="session", autouse=True)
def _doors_are_closed() -> Iterator[None]:
    yield
    for door in _Door.opened:
        door.thread.join(timeout=30)


@contextmanager
def open_house(**settings: Any) -> Iterator[House]:
    desk, desk_door, sandbox_door = Desk(), _Door(), _Door()
    given: dict[str, Any] = {"receipt_delay": 0.02, "recording_delay": 0.05, "retry_after": (0.02, 0.02)}
    given |= {"hook_url": desk_door.url, "public_url": PUBLIC, "own_url": sandbox_door.url, "sender": OURS} | settings
    desk_door.open(Starlette(routes=[Route("/{path:path}", desk.answer, methods=["POST"])]))
    sandbox_door.open(create(SandboxConfig(ACCOUNT, TOKEN, **given)))
    http = TwilioHttpClient(timeout=30)
    twilio = Client(ACCOUNT, TOKEN, http_client=http)
    twilio.api.base_url = sandbox_door.url
    try:
        with SandboxPhone(sandbox_door.url) as phone:
            yield House(desk, phone, twilio, sandbox_door.url)
    finally:
        http.session.close()
        for door in (sandbox_door, desk_door):
            door.server.should_exit = True  # it takes a few tenths of a second; the next test need not wait for that


class _Door:
    """A port of loopback, and the server that listens there in a thread of its own."""

    opened: ClassVar[list[_Door]] = []
    server: uvicorn.Server
    thread: threading.Thread

    def __init__(self) -> None:
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def open(self, app: Starlette) -> None:
        self.server = uvicorn.Server(
            uvicorn.Config(app, log_level="error", access_log=False, timeout_graceful_shutdown=1)
        )
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.listener]}, daemon=True)
        self.thread.start()
        self.opened.append(self)
        wait_until(lambda: self.server.started)


def wait_until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.01)
