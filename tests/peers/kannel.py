"""Kannel on loopback: its bearer box, its SMS box, and a phone behind its fake carrier."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

from tests.peers.conftest import PATIENCE, started
from tests.ports import held_port

FAKESMSC = Path("/usr/lib/kannel/test/fakesmsc")
SECRET = "a-secret-of-kannel-and-the-desk"
OURS = "16263"
TAKEN = "fake: new message received"  # what the bearer box says of each text from a phone
_GOT = re.compile(r"Got message \d+: <(\S+) (\S+) (.*)>$")

CONFIG = """
group = core
admin-port = {admin}
admin-password = {secret}
smsbox-port = {boxes}
box-allow-ip = "127.0.0.1"
sms-combine-concatenated-mo = true
sms-combine-concatenated-mo-timeout = 600
dlr-storage = internal

group = smsc
smsc = fake
smsc-id = fake
host = 127.0.0.1
port = {carrier}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {boxes}
sendsms-port = {send}

group = sendsms-user
username = desk
password = {secret}
max-messages = 20
concatenation = true

group = sms-service
keyword = default
catch-all = true
max-messages = 0
omit-empty = true
get-url = "{desk}/hooks/aggregator/inbound?key={secret}&id=%I&from=%p&to=%P&text=%b&coding=%c"
"""


@dataclass(frozen=True)
class Got:
    """One part of a text as the phone got it."""

    sender: str
    to: str
    text: str


class Kannel:
    """Where the desk sends to, and what the phone does."""

    def __init__(self, send: int, carrier: int, log: Path) -> None:
        self.send_url = f"http://127.0.0.1:{send}/cgi-bin/sendsms"
        self._carrier, self._log = carrier, log
        self.got: list[Got] = []

    @contextmanager
    def phone(self, *says: str) -> Iterator[None]:
        """A phone that is on: it says each of these in turn ("NUMBER OURS text words"), and hears what comes meanwhile."""
        *earlier, last = says or ("+8801700000000 1 text on",)
        for said, one in enumerate(earlier, start=1):  # the carrier takes one phone after the other
            with self._on(one):
                until(lambda said=said: self._log.read_text().count(TAKEN) == said)  # type: ignore[misc]
        with self._on(last):
            yield

    @contextmanager
    def _on(self, says: str) -> Iterator[None]:
        command = [str(FAKESMSC), "-H", "127.0.0.1", "-r", str(self._carrier), "-m", "1", "-i", "0.1", says]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
        listener = threading.Thread(target=self._listen, args=(process,))
        listener.start()
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE)
            listener.join(timeout=PATIENCE)

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                if found := _GOT.search(line.rstrip()):
                    self.got.append(Got(found[1], found[2], _said(found[3])))


def until(holds: Callable[[], object]) -> None:
    """Until this holds."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def _said(written: str) -> str:
    """What the fake carrier prints: `text` and the words, or `ucs-2`, or a header and `data`, and the bytes."""
    if written.startswith("text "):
        return written.removeprefix("text ")
    sent = unquote_to_bytes(written.rpartition(" ")[2].replace("+", " "))
    return sent.decode("utf-16-be" if b"\x09" in sent else "ascii")


def missing() -> str | None:
    """What to do where Kannel is not installed."""
    there = shutil.which("bearerbox") and shutil.which("smsbox") and FAKESMSC.exists()
    return None if there else "Kannel is missing: apt-get install --no-install-recommends kannel kannel-extras"


@contextmanager
def running(folder: Path, desk: str) -> Iterator[Kannel]:
    """Kannel, speaking with a desk at this address, for as long as the block lasts."""
    config, heard = folder / "kannel.conf", folder / "bearerbox.log"
    with ExitStack() as stack:
        ports = {name: stack.enter_context(held_port()) for name in ("admin", "boxes", "carrier", "send")}
        config.write_text(CONFIG.format(desk=desk, secret=SECRET, **ports), encoding="ascii")
        stack.enter_context(started(["bearerbox", str(config)], ports["carrier"], heard))
        stack.enter_context(started(["smsbox", str(config)], ports["send"], folder / "smsbox.log"))
        yield Kannel(ports["send"], ports["carrier"], heard)
