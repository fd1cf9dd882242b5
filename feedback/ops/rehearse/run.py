"""`python -m feedback rehearse`: what an operator runs after installing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict
from pathlib import Path

import sqlalchemy as sa

from channels.sandbox.client import SandboxPhone
from feedback import wiring
from feedback.models.ticket import Ticket
from feedback.ops import ports, supervisor
from feedback.ops.demo.settings import settings as demo_settings
from feedback.ops.folder import Folder
from feedback.ops.house import House
from feedback.ops.rehearse import calls
from feedback.ops.rehearse.stage import NotHeld, Stage, Step, eventually, hold
from feedback.ops.rehearse.stories import STORIES

MOST_SECONDS = 60.0


def run(*, as_json: bool) -> int:
    """Play all stories; the exit status is 0 only if every step held. What failed leaves its folder to look at."""
    began, root = time.monotonic(), Path(tempfile.mkdtemp(prefix="rehearse-"))
    folder = Folder.at(root)
    desk = ports.free(0)
    settings = demo_settings(folder, port=desk, sandbox_port=ports.free(0))
    house = House(folder, settings, sandbox=True)
    stop = supervisor.stop_on_signals()
    stage = Stage(settings, folder, SandboxPhone(settings.sandbox_url), (lambda step: None) if as_json else _say)
    try:
        _play(stage, house, stop)
    except NotHeld:
        pass  # it has been told
    finally:
        stage.close()
        stage.phone.close()
        house.stop()
    seconds = time.monotonic() - began
    held = all(step.held for step in stage.steps) and seconds <= MOST_SECONDS and not stop.is_set()
    _end(stage, held=held, seconds=seconds, as_json=as_json)
    if held:
        shutil.rmtree(root)
    return 0 if held else 1


def _play(stage: Stage, house: House, stop: threading.Event) -> None:
    with stage.step("a new installation: keys, tables, accounts"):
        command = [sys.executable, "-m", "feedback", "prepare-demo", str(stage.folder.root), "--no-tickets"]
        hold(subprocess.run(command, check=False).returncode == 0, "it could not be made")  # noqa: S603
    with stage.step("Valkey, web, three workers, sandbox and scheduler answer"):
        house.start(cancelled=stop)
    for story in (*STORIES, calls.live_call, calls.call_back):
        if stop.is_set():
            return
        try:
            story(stage)
        except NotHeld:
            continue  # the other stories may still hold
    stage.story = "end"
    with stage.step("the machine has read every text"):
        eventually(lambda: _unread(house) == 0 or None, "a machine that reads")
    with stage.step("no part had to be started again"):
        gone = house.supervisor.look()
        hold(not gone, f"{', '.join(gone)} had ended")


def _unread(house: House) -> int:
    parts = wiring.live(house.settings)
    try:
        with parts.database.transaction(write=False) as session:
            return session.scalar(sa.select(sa.func.count()).select_from(Ticket).where(Ticket.read_at.is_(None))) or 0
    finally:
        parts.close()


def _say(step: Step) -> None:
    mark = "ok  " if step.held else "BAD "
    sys.stdout.write(f"  {mark} {step.seconds:6.2f} s  {step.story:<11} {step.step}\n")
    if not step.held:
        sys.stdout.write(f"{'':<27}{step.why}\n")
    sys.stdout.flush()


def _end(stage: Stage, *, held: bool, seconds: float, as_json: bool) -> None:
    failed = [step for step in stage.steps if not step.held]
    if as_json:
        report = {"held": held, "seconds": round(seconds, 2), "steps": [asdict(step) for step in stage.steps]}
        sys.stdout.write(json.dumps(report, indent=1) + "\n")
        return
    if held:
        sys.stdout.write(f"\n  All {len(stage.steps)} steps held, in {seconds:.1f} s.\n")
    elif failed:
        sys.stdout.write(
            f"\n  {len(failed)} steps did not hold. What the parts wrote lies in {stage.folder.root}/logs\n"
        )
    else:
        sys.stdout.write(f"\n  Not finished in time: {seconds:.1f} s of {MOST_SECONDS:g}.\n")
