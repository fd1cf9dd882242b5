"""A whole house for workers: the real web process and the sandbox carrier, each on a port of loopback."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

import pytest
import uvicorn
from starlette.types import ASGIApp

from channels.sandbox.app import create
from channels.sandbox.client import SandboxPhone
from channels.sandbox.config import SandboxConfig
from channels.twilio_sms import TwilioSms
from feedback import app, wiring
from feedback.settings import Settings
from tests import factories
from workers import job


@dataclass(frozen=True)
class House:
    """The parts of a desk that speaks to a carrier, and the phone opposite."""

    parts: wiring.Parts
    desk: factories.Desk
    phone: SandboxPhone


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    """Texts, receipts and recordings go over real HTTP, both ways."""
    with ExitStack() as stack:
        ours, theirs = (stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(2))
        carrier = _address(theirs)
        parts = wiring.live(replace(settings, twilio_api_base=carrier, texts_a_second=1000.0))
        config = SandboxConfig(
            factories.ACCOUNT_SID, factories.AUTH_TOKEN, sender=factories.OUR_NUMBER, hook_url=_address(ours),
            public_url=factories.PUBLIC_URL, own_url=carrier, receipt_delay=0.02, recording_delay=0.05,
        )  # fmt: skip
        stack.enter_context(serving(app.create(parts), ours))
        stack.enter_context(serving(create(config), theirs))
        phone = stack.enter_context(SandboxPhone(carrier))
        job.use(parts)
        yield House(parts, factories.Desk(parts), phone)
    parts.close()


@contextmanager
def serving(app: ASGIApp, door: socket.socket) -> Iterator[None]:
    """Serve an app at a port that is open already, in a thread."""
    config = uvicorn.Config(app, log_level="error", access_log=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
    thread.start()
    until(lambda: server.started)
    yield
    server.should_exit = True
    thread.join()


def until(holds: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def impatient(parts: wiring.Parts) -> wiring.Parts:
    """The same adapter, but it waits for its carrier a second and not ten."""
    settings = parts.settings
    sms = TwilioSms(
        account_sid=settings.twilio_account_sid, auth_tokens=settings.auth_tokens(), numbers=settings.twilio_numbers,
        public_url=settings.public_url, api_base=settings.twilio_api_base, timeout=1.0,
        acknowledgement=parts.response.acknowledgement_text("en"),
    )  # fmt: skip
    return replace(parts, channels={**parts.channels, sms.name: sms})


def _address(door: socket.socket) -> str:
    return f"http://127.0.0.1:{door.getsockname()[1]}"
