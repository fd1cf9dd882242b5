"""Starts the parts of an installation, waits until they answer, restarts what exits and ends all of it with itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

GUARD = Path(__file__).with_name("guard.py")
STEADY = 60.0
"""Seconds after which a part counts as running well, so that its next restart is quick again."""

PATIENCE = 10.0
"""Seconds that a part has to end by itself."""

PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds before the first, second … restart of a part that does not stay."""


@dataclass(frozen=True, slots=True)
class Part:
    """One process. `ready` is asked with its pid until it says yes; `log` takes what it prints, None lets it through."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    ready: Callable[[int], bool] = lambda pid: True
    log: Path | None = None


class NotReady(Exception):  # noqa: N818
    """A part did not start; the text says which, and where to look."""


@dataclass(slots=True)
class _Running:
    part: Part
    process: subprocess.Popen[bytes] | None = None
    since: float = 0.0
    restarts: int = 0
    again_at: float = field(default=0.0)


class Supervisor:
    """Holds the processes. Start and watch from one thread: on Linux a process ends with the thread that started it.

    `say` is told in a sentence when a part has gone and comes again.
    """

    def __init__(self, *, say: Callable[[str], None] = lambda sentence: None, pauses: Sequence[float] = PAUSES) -> None:
        self._say, self._pauses = say, pauses
        self._running: list[_Running] = []
        self._guard = self._start_guard()

    def start(self, parts: Iterable[Part], *, patience: float = 60.0, cancelled: threading.Event | None = None) -> None:
        """Start these parts side by side and wait until each answers. Raises `NotReady`."""
        fresh = [_Running(part) for part in parts]
        for one in fresh:
            self._running.append(one)
            self._spawn(one)
        until = time.monotonic() + patience
        waiting = list(fresh)
        while waiting:
            if cancelled is not None and cancelled.is_set():
                raise NotReady("Stopped before everything had started.")
            waiting = [one for one in waiting if not self._answers(one)]
            if waiting and time.monotonic() > until:
                raise NotReady(f"{waiting[0].part.name} does not answer.{_look_at(waiting[0].part)}")
            if waiting:
                time.sleep(0.05)

    def watch(self, stop: threading.Event, *, pause: float = 0.25) -> None:
        """Restart what exits, until told to stop."""
        while not stop.wait(pause):
            self.look()

    def look(self) -> list[str]:
        """One round of looking after the parts; the names of those that have gone since the last one."""
        if self._guard.poll() is not None:
            self._guard = self._start_guard()
            for one in self._running:
                if one.process is not None:
                    self._tell_guard(one.process.pid)
        gone = []
        for one in self._running:
            if one.process is not None and one.process.poll() is not None:
                gone.append(one.part.name)
                self._rest(one)
            elif one.process is None and time.monotonic() >= one.again_at:
                self._spawn(one)
        return gone

    def pids(self) -> dict[str, int]:
        """The process of each part that runs now, by the part's name."""
        return {one.part.name: one.process.pid for one in self._running if one.process is not None}

    def stop(self) -> None:
        """End everything, the latest started first, and wait for it. May be called twice."""
        while self._running:
            self._end(self._running.pop())
        if self._guard.stdin is not None and not self._guard.stdin.closed:
            self._guard.stdin.close()
        self._guard.wait()

    def _answers(self, one: _Running) -> bool:
        assert one.process is not None
        if one.process.poll() is not None:
            raise NotReady(f"{one.part.name} ended while starting.{_look_at(one.part)}")
        return one.part.ready(one.process.pid)

    def _spawn(self, one: _Running) -> None:
        with open(one.part.log or os.devnull, "ab") as log:
            output = None if one.part.log is None else log
            one.process = subprocess.Popen(  # noqa: S603 - our own commands, no shell
                [sys.executable, "-I", "-S", str(GUARD), "run", str(os.getpid()), *one.part.argv],
                env=dict(one.part.env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C reaches the supervisor only, which ends the parts in order
            )
        one.since = time.monotonic()
        self._tell_guard(one.process.pid)

    def _rest(self, one: _Running) -> None:
        """A part has exited: it comes again after a pause that grows while it does not stay."""
        assert one.process is not None
        self._tell_guard(-one.process.pid)
        if time.monotonic() - one.since > STEADY:
            one.restarts = 0
        pause = self._pauses[min(one.restarts, len(self._pauses) - 1)]
        self._say(f"{one.part.name} ended ({one.process.returncode}); it starts again in {pause:g} s.")
        one.process, one.restarts, one.again_at = None, one.restarts + 1, time.monotonic() + pause

    def _end(self, one: _Running) -> None:
        if one.process is None:
            return
        _signal(one.process.pid, signal.SIGTERM)
        try:
            one.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            _signal(one.process.pid, signal.SIGKILL)
            one.process.wait()
        self._tell_guard(-one.process.pid)

    def _start_guard(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", "-S", str(GUARD), "watch"], stdin=subprocess.PIPE, start_new_session=True
        )

    def _tell_guard(self, pid: int) -> None:
        try:
            assert self._guard.stdin is not None
            self._guard.stdin.write(f"{pid}\n".encode())
            self._guard.stdin.flush()
        except BrokenPipeError:
            return  # it is started anew at the next look, and told of all


def stop_on_signals() -> threading.Event:
    """An event that Ctrl-C, SIGTERM and a closed terminal set; a second Ctrl-C ends at once. Call in the main thread."""
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            os._exit(130)  # the guard ends what is left
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask)
    return stop


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return


def _look_at(part: Part) -> str:
    return f" Look at {part.log}." if part.log is not None else ""
