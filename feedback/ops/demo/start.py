"""`python -m feedback demo`: everything on one machine, with invented people, ready to try."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import webbrowser
from pathlib import Path

from feedback.desk.sessions import DEMO_PASSWORD
from feedback.ops import lan as lans
from feedback.ops import ports, supervisor
from feedback.ops.demo import accounts
from feedback.ops.demo import settings as demo_settings
from feedback.ops.folder import Folder, InUse
from feedback.ops.house import House
from feedback.ops.supervisor import NotReady
from feedback.ops.tls import NoAddress
from feedback.settings import Settings


def run(*, port: int, sandbox_port: int, folder: Path, browser: bool, lan: bool = False, address: str = "") -> int:
    """Prepare, start, say where, and keep running until told to stop. The exit status."""
    began, home = time.monotonic(), Folder.at(folder)
    try:
        lock = home.hold()
    except InUse as why:
        running = home.running()
        _say(f"{why}." + (f" Open {_localhost(running.sandbox_url)}" if running else ""))
        return 1
    with lock:
        if not _prepare(home, folder):
            return 1
        stop = supervisor.stop_on_signals()
        settings = _settings(home, port, sandbox_port)
        try:
            network = lans.prepare(home.root, address=address) if lan else None
        except (NoAddress, ports.NoPort) as why:
            _say(str(why))
            return 1
        house = House(home, settings, sandbox=True, lan=network, say=_say)
        try:
            _say("Starting Valkey, web, three workers, scheduler and sandbox …")
            house.start(cancelled=stop)
            _say(_welcome(settings, folder, time.monotonic() - began) + (network.words() if network else ""))
            if browser and _has_screen():
                threading.Thread(target=webbrowser.open, args=(_localhost(settings.sandbox_url),), daemon=True).start()
            house.watch(stop)
        except NotReady as why:
            if not stop.is_set():
                _say(f"It did not start: {why}")
                return 1
        finally:
            _say("Ending …")
            house.stop()
    _say(f"Ended. What you did is kept in {folder}.")
    return 0


def _prepare(home: Folder, folder: Path) -> bool:
    """In a process of its own, so that the classifier that reads the invented tickets is not kept in memory."""
    if not home.database.exists():
        _say("First start: making keys, tables, accounts and some sixty invented tickets …")
    done = subprocess.run([sys.executable, "-m", "feedback", "prepare-demo", str(folder)], check=False)  # noqa: S603
    return done.returncode == 0


def _settings(home: Folder, port: int, sandbox_port: int) -> Settings:
    desk = ports.free(port)
    carrier = ports.free(sandbox_port, but=frozenset({desk}))
    for wanted, got, what in ((port, desk, "desk"), (sandbox_port, carrier, "phone")):
        if wanted not in (0, got):
            _say(f"Port {wanted} is taken: the {what} is on {got} this time.")
    return demo_settings.settings(home, port=desk, sandbox_port=carrier)


def _welcome(settings: Settings, folder: Path, seconds: float) -> str:
    widest = max(len(one.login) for one in accounts.ACCOUNTS)
    people = "\n".join(f"    {one.login:<{widest}}  {one.does}" for one in accounts.ACCOUNTS)
    return f"""
  The desk is ready ({seconds:.1f} s).

  Start here    {_localhost(settings.sandbox_url)}/    a phone: send a text, then find and answer it at the desk
  The desk      {settings.public_url}/

  Sign in as one of these, all with the password  {DEMO_PASSWORD}
  The six digits of the second step stand beside each name on the sign-in page.

{people}

  For trying only: never put in what real people said. This demo can't be switched live.
  Ctrl-C ends it. It keeps what you do in {folder}; remove that folder to begin anew.
"""


def _localhost(url: str) -> str:
    return url.replace("127.0.0.1", "localhost")


def _has_screen() -> bool:
    """Is somebody in front of this machine, who would see a browser?"""
    if not sys.stdout.isatty() or "SSH_CONNECTION" in os.environ:
        return False
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()
