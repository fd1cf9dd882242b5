"""The memory of each process of a demo, idle and while texts come in as fast as they go (Linux: PSS).

`python -m bench.memory [--texts 5000]`: a fresh demo in a temporary folder. PSS counts shared pages by share, so that
the figures of all processes add up to what the machine really gives.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from channels.sandbox.client import SandboxPhone
from feedback.ops import ports
from feedback.ops.folder import Folder

SAMPLES = Path("channels/sandbox/samples.json")


def main() -> None:
    """Measure and print a line for each process."""
    asked = argparse.ArgumentParser(prog="python -m bench.memory", description=__doc__)
    asked.add_argument("--texts", type=int, default=5000)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        command = [sys.executable, "-m", "feedback", "demo", "--no-browser", "--folder", temporary]
        command += ["--port", str(ports.free(0)), "--sandbox-port", str(ports.free(0))]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as demo:
            assert demo.stdout is not None
            for line in demo.stdout:
                if "The desk is ready" in line:
                    break
            threading.Thread(target=demo.stdout.read, daemon=True).start()
            try:
                time.sleep(5)
                idle = memory(demo.pid)
                settings = Folder.at(Path(temporary)).running()
                assert settings is not None
                busiest = under_replay(settings.sandbox_url, given.texts, demo.pid)
                after = memory(demo.pid)
            finally:
                demo.terminate()
                demo.wait()
    print(f"{'MB':<12}{'idle':>8}{'replay':>8}{'after':>8}")
    for name, least in idle.items():
        print(f"{name:<12}{least:>8.0f}{busiest.get(name, 0):>8.0f}{after.get(name, 0):>8.0f}")
    print(f"{'together':<12}{sum(idle.values()):>8.0f}{sum(busiest.values()):>8.0f}{sum(after.values()):>8.0f}")


def under_replay(sandbox: str, texts: int, supervisor: int) -> Mapping[str, float]:
    """The most that each process took while so many texts were sent."""
    most: dict[str, float] = {}
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.3):
            for name, now in memory(supervisor).items():
                most[name] = max(now, most.get(name, 0.0))

    looking = threading.Thread(target=look)
    looking.start()
    words = [one["text"] for language in json.loads(SAMPLES.read_text("utf-8")) for one in language["samples"]]
    pairs = zip((f"+88019{number:08}" for number in itertools.count()), itertools.cycle(words), strict=False)
    with SandboxPhone(sandbox) as phone:
        for _ in range(0, texts, 500):
            phone.texts(itertools.islice(pairs, 500), at_once=32)
    time.sleep(2)
    done.set()
    looking.join()
    return most


def memory(supervisor: int) -> dict[str, float]:
    """MB of each process, by a short name; the supervisor first."""
    found = {"supervisor": _pss(supervisor)}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rsplit(")", 1)[1].split()[1])
            if parent == supervisor:
                words = (stat.parent / "cmdline").read_bytes().decode().split("\0")
                found[_name(words)] = _pss(int(stat.parent.name))
        except OSError:
            continue
    return found


def _name(words: list[str]) -> str:
    if "valkey-server" in words[0]:
        return "valkey"
    if any(word.endswith("guard.py") for word in words):
        return "guard"
    return {"channels.sandbox": "sandbox"}.get(words[2], words[3])


def _pss(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))


if __name__ == "__main__":
    main()
