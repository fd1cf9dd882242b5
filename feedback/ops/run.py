"""`python -m feedback run`: an installation on one machine, under one supervisor, settings from the environment."""

from __future__ import annotations

import sys
from pathlib import Path

from feedback.ops import doctor, supervisor
from feedback.ops import lan as lans
from feedback.ops.folder import Folder, InUse
from feedback.ops.house import House
from feedback.ops.ports import NoPort
from feedback.ops.supervisor import NotReady
from feedback.ops.tls import NoAddress
from feedback.settings import Settings


def run(settings: Settings, folder: Path, *, lan: bool = False, address: str = "") -> int:
    """Keep it running until told to stop; the exit status. Logs go where ours go: each part writes its own lines."""
    unwell = [one for one in doctor.examine(settings) if one.what in doctor.MUST and not one.well]
    if unwell:
        _say("\n".join(f"{one.what}: {one.words}" for one in unwell))
        return 1
    home = Folder.at(folder)
    try:
        lock = home.hold()
    except InUse as why:
        _say(f"{why}.")
        return 1
    with lock:
        stop = supervisor.stop_on_signals()
        try:
            network = lans.prepare(home.root, address=address) if lan else None
        except (NoAddress, NoPort) as why:
            _say(str(why))
            return 1
        house = House(home, settings, sandbox=False, lan=network, logs=False, say=_say)
        try:
            house.start(cancelled=stop)
            _say(f"The desk is ready: {settings.public_url}" + (network.words() if network else ""))
            house.watch(stop)
        except NotReady as why:
            if not stop.is_set():
                _say(f"It did not start: {why}")
                return 1
        finally:
            house.stop()
    return 0


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")
