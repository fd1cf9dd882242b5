"""Runs the full counts in pieces, goes on where an earlier run stopped, and says how many trials each number of the plan had.

`make test-release`, then `make test-release RESUME=1` for whatever has not passed yet at this commit. With `--minutes 9` no
further piece begins after so long. Kept in `.pytest_cache/release/`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.plan import ASKED

ROOT = Path(__file__).parents[1]
KEPT = ROOT / ".pytest_cache" / "release"
LONG = re.compile(r"\btrials\(|\bmark\.(full|release)\b")
"""What a file says whose tests take longer here than in `make test`: it is a piece of its own."""

PIECE = 600
"""Seconds that a piece may take before the run says so: whoever is interrupted loses no more than that."""


def main() -> None:
    """Run what has not passed; exit 0 when all of it has."""
    asked = argparse.ArgumentParser(prog="python -m tests.release", description=__doc__)
    asked.add_argument("--resume", action="store_true", help="go on where the last run at this commit stopped")
    asked.add_argument("--minutes", type=float, default=0, help="begin no further piece after so long")
    asked.add_argument("-n", dest="processes", default="2", help="test processes side by side")
    asked.add_argument("--only", default="", help="a part of the names of the files to run")
    given, more = asked.parse_known_args()
    begin(resume=given.resume)
    until = time.monotonic() + 60 * given.minutes if given.minutes else float("inf")
    rest, broken = [piece for piece in pieces() if given.only in " ".join(piece)], []
    while rest and time.monotonic() < until:
        piece = rest.pop(0)
        if not run(piece, ["-n", given.processes, *more]):
            broken.append(named(piece))
    ended = last(read())
    say("\n".join(table(ended)))
    if broken:
        say(f"These did not come to their end: {', '.join(broken)}.")
    if rest:
        say(f"{len(rest)} pieces are left: go on with RESUME=1.")
    sys.exit(bool(rest or broken) or any(one["outcome"] == "failed" for one in ended.values()))


def begin(*, resume: bool) -> None:
    """Forget what was kept, unless it is of the very same files and somebody wants to go on."""
    KEPT.mkdir(parents=True, exist_ok=True)
    now, of = version(), KEPT / "version"
    if resume and of.exists() and of.read_text(encoding="utf-8") != now:
        say("The files are not those of the last run: everything is run again.")
        resume = False
    if not resume:
        (KEPT / "ended.jsonl").unlink(missing_ok=True)
    of.write_text(now, encoding="utf-8")


def version() -> str:
    """The commit, and what has been changed since."""
    commit, changes = (_git(*words) for words in (("rev-parse", "HEAD"), ("diff", "HEAD")))
    return f"{commit.strip()} {hashlib.sha256(changes.encode()).hexdigest()[:12]}"


def pieces() -> list[list[str]]:
    """The files of each piece: what is quick goes together by folder, what is long stands alone."""
    quick: dict[Path, list[str]] = {}
    long: list[list[str]] = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        name = str(path.relative_to(ROOT))
        if LONG.search(path.read_text(encoding="utf-8")):
            long.append([name])
        else:
            quick.setdefault(path.parent, []).append(name)
    return [*quick.values(), *long]


def run(files: list[str], more: list[str]) -> bool:
    """Run one piece, but for what has passed. False: pytest itself gave up, so that not every test has ended."""
    passed = [name for name, one in last(read()).items() if one["outcome"] == "passed"]
    (KEPT / "passed").write_text("\n".join(passed), encoding="utf-8")
    env = {
        "DESK_RELEASE_ENDED": str(KEPT / "ended.jsonl"),
        "DESK_RELEASE_PASSED": str(KEPT / "passed"),
        "DESK_TEST_TIER": "release",
    }
    say(f"— {named(files)}")
    began = time.monotonic()
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "tests.remembering", "-m", "", *more, *files]
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}  # a test may run this
    code = subprocess.run(argv, env={**ours, **env}, cwd=ROOT, check=False).returncode
    if time.monotonic() - began > PIECE:
        say(f"This piece took {time.monotonic() - began:.0f} s: make two of it.")
    return code in (0, 1, 5)  # all passed, some failed, nothing was left to run


def named(files: list[str]) -> str:
    """What a piece is called: its file, or the folder of its files."""
    return files[0] if len(files) == 1 else str(Path(files[0]).parent)


def read() -> Iterator[dict[str, Any]]:
    """What is remembered, oldest first. A line that was cut off by a kill is left out."""
    path = KEPT / "ended.jsonl"
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        try:
            yield json.loads(line)
        except ValueError:
            continue


def last(ended: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """How each test ended the last time; one that failed after it had passed (while cleaning up) has failed."""
    return {one["test"]: one for one in ended}


def table(ended: dict[str, dict[str, Any]]) -> list[str]:
    """A line for each number of the plan: trials asked for, trials made, how they ended."""
    made, failed = dict.fromkeys(ASKED, 0), dict.fromkeys(ASKED, 0)
    marked: set[str] = set()
    for one in ended.values():
        for number, trials in one["plan"].items():
            marked.add(number)
            made[number] += trials if one["outcome"] == "passed" else 0
            failed[number] += one["outcome"] == "failed"
    lines = [f"{'plan':<6}{'asked':>8}{'made':>8}  result"]
    for number, asked in ASKED.items():
        result = "ok" if made[number] >= asked else "fewer than asked" if number in marked else "no test marked"
        result = f"{failed[number]} FAILED" if failed[number] else result
        lines.append(f"{number:<6}{asked:>8,}{made[number]:>8,}  {result}")
    outcomes = [one["outcome"] for one in ended.values()]
    counts = ", ".join(f"{outcomes.count(word)} {word}" for word in ("passed", "failed", "skipped"))
    return [*lines, counts]


def say(words: str) -> None:
    """To whoever ran it."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
