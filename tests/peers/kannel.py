"""Kannel on loopback: its bearer box, its SMS box, and a phone behind its fake carrier."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

from tests.peers.conftest import free_port, wait_for

FAKESMSC = Path("/usr/lib/kannel/test/fakesmsc")
SECRET = "a-secret-of-kannel-and-the-desk"
OURS = "16263"
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

    def __init__(self, send: int, carrier: int) -> None:
        self.send_url = f"http://127.0.0.1:{send}/cgi-bin/sendsms"
        self._carrier = carrier
        self.got: list[Got] = []

    @contextmanager
    def phone(self, *says: str) -> Iterator[None]:
        """A phone that is on: it says each of these in turn ("NUMBER OURS text words"), and hears what comes meanwhile."""
        *earlier, last = says or ("+8801700000000 1 text on",)
        for one in earlier:  # the carrier takes one phone after the other
            with self._on(one):
                time.sleep(0.7)
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
            process.wait(timeout=20)
            listener.join(timeout=20)

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                if found := _GOT.search(line.rstrip()):
                    self.got.append(Got(found[1], found[2], _said(found[3])))


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
    ports = {name: free_port() for name in ("admin", "boxes", "carrier", "send")}
    config = folder / "kannel.conf"
    config.write_text(CONFIG.format(desk=desk, secret=SECRET, **ports), encoding="ascii")
    with ExitStack() as stack:
        for program, port in (("bearerbox", ports["carrier"]), ("smsbox", ports["send"])):
            log = stack.enter_context((folder / f"{program}.log").open("w"))
            process = subprocess.Popen([program, str(config)], stdout=log, stderr=log, cwd=folder)
            stack.callback(process.wait, timeout=20)
            stack.callback(process.terminate)
            wait_for(port)
        yield Kannel(ports["send"], ports["carrier"])
