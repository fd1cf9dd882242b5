"""Ends what a supervisor started when the supervisor itself is gone; run as a script, imports nothing of ours.

`guard.py run PARENT COMMAND…` becomes COMMAND, which on Linux ends with its parent. `guard.py watch` reads "+pid" and
"-pid" lines; when its input ends while some are left, the supervisor has crashed, and their process groups are ended.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time

PATIENCE = 10.0
"""Seconds that a process has to end by itself."""

_PR_SET_PDEATHSIG = 1


def run(parent: int, command: list[str]) -> None:
    """Become the command. Where the system knows how, it ends when the parent does, even if this guard is gone too."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit("The supervisor has ended.")
    os.execv(command[0], command)  # noqa: S606 - the supervisor's own command, no shell


def watch() -> None:
    """Remember the process groups that are told, and end those left when nobody tells any more."""
    left: set[int] = set()
    for line in sys.stdin:
        pid = int(line)
        if pid > 0:
            left.add(pid)
        else:
            left.discard(-pid)
    end(left)


def end(groups: set[int]) -> None:
    """Ask process groups to end, and after `PATIENCE` end them."""
    until = time.monotonic() + PATIENCE
    _tell(groups, signal.SIGTERM)
    while groups and time.monotonic() < until:
        time.sleep(0.1)
        groups = _tell(groups, 0)
    _tell(groups, signal.SIGKILL)


def _tell(groups: set[int], number: int) -> set[int]:
    """Send a signal to each group (0 only asks); those that are still there."""
    there = set()
    for pid in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, number)
            there.add(pid)
    return there


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN if sys.argv[1] == "watch" else signal.SIG_DFL)
    if sys.argv[1] == "watch":
        watch()
    else:
        run(int(sys.argv[2]), sys.argv[3:])
