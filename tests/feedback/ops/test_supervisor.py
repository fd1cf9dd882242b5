"""The supervisor with tiny processes: it waits, restarts, ends, and leaves nothing behind when it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from feedback.ops import supervisor
from feedback.ops.supervisor import NotReady, Part, Supervisor

SLEEP = [sys.executable, "-I", "-S", "-c", "import time; time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-I",
    "-S",
    "-c",
    "import signal, sys, time; signal.signal(15, signal.SIG_IGN); open(sys.argv[1], 'w').close(); time.sleep(600)",
]


def part(name: str, argv: list[str], **more: object) -> Part:
    return Part(name, argv, dict(os.environ), **more)  # type: ignore[arg-type]


def alive(pid: int) -> bool:
    """Does it run? One that has ended and was not fetched by its parent does not."""
    try:
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    except FileNotFoundError:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    return bool(state) and not state.startswith("Z")


def eventually(holds, seconds: float = 60.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def parts_under_watch():
    watching = Supervisor(pauses=(0.05, 0.3))
    yield watching
    watching.stop()


def test_start_waits_until_every_part_answers(parts_under_watch, tmp_path):
    asked: list[int] = []
    slow = part("slow", SLEEP, ready=lambda pid: asked.append(pid) or len(asked) >= 3)
    parts_under_watch.start([slow])
    assert asked == [parts_under_watch.pids()["slow"]] * 3


def test_a_part_that_does_not_answer_is_named_with_its_log(parts_under_watch, tmp_path):
    deaf = part("deaf", SLEEP, ready=lambda pid: False, log=tmp_path / "deaf.log")
    with pytest.raises(NotReady, match=r"deaf does not answer\. Look at .*deaf\.log"):
        parts_under_watch.start([deaf], patience=0.2)


def test_a_part_that_ends_while_starting_is_named(parts_under_watch):
    with pytest.raises(NotReady, match="brief ended while starting"):
        parts_under_watch.start([part("brief", [sys.executable, "-c", ""], ready=lambda pid: False)])


def test_what_a_part_prints_goes_to_its_log_and_not_to_the_terminal(parts_under_watch, tmp_path, capfd):
    log = tmp_path / "part.log"
    parts_under_watch.start([part("talker", [sys.executable, "-c", "print('words')"], log=log)])
    assert eventually(lambda: "words" in log.read_text())
    assert "words" not in "".join(capfd.readouterr())


def test_a_part_that_is_killed_starts_again(parts_under_watch):
    parts_under_watch.start([part("web", SLEEP)])
    first = parts_under_watch.pids()["web"]
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: "web" in parts_under_watch.look())
    assert eventually(lambda: not parts_under_watch.look() and parts_under_watch.pids().get("web", first) != first)


def test_the_pause_grows_for_a_part_that_does_not_stay():
    watching = Supervisor(pauses=(0.0, 600.0))
    watching.start([part("brief", SLEEP)])
    for comes_back in (True, False):
        os.kill(watching.pids()["brief"], signal.SIGKILL)
        assert eventually(lambda: "brief" in watching.look())
        assert watching.look() == []
        assert ("brief" in watching.pids()) is comes_back
    watching.stop()


def test_stop_ends_every_part_also_one_that_does_not_listen(monkeypatch, tmp_path):
    watching = Supervisor()
    deaf = tmp_path / "deaf"
    watching.start([part("one", SLEEP), part("two", [*STUBBORN, str(deaf)], ready=lambda pid: deaf.exists())])
    pids = watching.pids().values()
    monkeypatch.setattr(supervisor, "PATIENCE", 0.3)
    watching.stop()
    assert not any(alive(pid) for pid in pids)


PARENT = """
import os, sys, time
from feedback.ops.supervisor import Part, Supervisor
watching = Supervisor()
watching.start([Part(f"part {n}", sys.argv[2:], dict(os.environ)) for n in range(3)])
time.sleep(0.3)
print(*watching.pids().values(), watching._guard.pid, flush=True)
time.sleep(600)
"""


def crash(*, with_guard: bool) -> list[int]:
    """Start a supervisor with three parts, kill it (and its guard) as a crash would; the parts' pids."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT, "parts", *SLEEP], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    *parts, guard = (int(pid) for pid in parent.stdout.readline().split())
    assert all(alive(pid) for pid in parts)
    if with_guard:
        os.kill(guard, signal.SIGKILL)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    return parts


def test_when_the_supervisor_is_killed_every_part_ends():
    parts = crash(with_guard=False)
    assert eventually(lambda: not any(alive(pid) for pid in parts))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_when_supervisor_and_guard_are_killed_together_every_part_ends():
    parts = crash(with_guard=True)
    assert eventually(lambda: not any(alive(pid) for pid in parts))


def test_the_guard_alone_ends_what_it_was_told_of_when_nobody_tells_any_more():
    """Without the help of the system, as on macOS: the process is not the supervisor's child, only its pid is told."""
    part_ = subprocess.Popen(SLEEP, start_new_session=True)
    done = subprocess.Popen(SLEEP, start_new_session=True)
    told = f"{part_.pid}\n{done.pid}\n-{done.pid}\n".encode()
    command = [sys.executable, "-I", "-S", str(supervisor.GUARD), "watch"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as guard:
        assert guard.stdin is not None
        guard.stdin.write(told)
        guard.stdin.close()
        assert part_.wait(timeout=60) == -signal.SIGTERM
    assert done.poll() is None
    done.kill()
    done.wait()
