"""What runs in a process that tests kill: the real web process or a real worker, forked from one that has loaded everything."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

import workers.copies
import workers.delivery
import workers.recordings
import workers.retention
import workers.sweep
import workers.triage  # noqa: F401 - loaded once, before anything is forked
from channels.twilio_sms import TwilioSms
from classifier import suggest
from feedback import app  # noqa: F401
from feedback.ops.folder import environment
from feedback.ops.serve import serve
from feedback.settings import Settings
from tests.crash import points
from tests.crash.points import Point
from workers import __main__ as worker

PATIENCE = 0.5
"""Seconds that an adapter waits for its carrier here; it is ten otherwise."""


def live(name: str, settings: Settings, log: Path, armed: Path, point: Point | None, nth: int) -> None:
    """Be this part of the installation until killed."""
    printed = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(printed, 1)
    os.dup2(printed, 2)
    sys.stdout = sys.stderr = open(2, "w", buffering=1, closefd=False)  # noqa: SIM115
    TwilioSms.__init__.__kwdefaults__["timeout"] = PATIENCE
    if point is not None and point.process == name:
        points.set_up(point, nth, armed)
    os.environ.update(environment(settings))
    try:
        if name == "web":
            serve(settings)
        else:
            sys.argv = ["workers", name]
            worker.main()
    except BaseException:
        traceback.print_exc()
        raise


if __name__ != "__main__":
    suggest.load()
