"""All that is measured of the channels, in one run: calls, the offline app on slow lines, forms, and what was seen where.

    .venv/bin/python -m bench.channels [--quick]

The peers are Debian's Kannel and Prism with Twilio's own API description; where they are missing it says so.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from itertools import pairwise

from bench import hotline, shared, sync, tablet

SEEN = {
    "Kannel 1.4": "tests/peers/test_kannel.py",
    "Twilio's API description (Prism)": "tests/peers/test_prism.py",
    "Twilio's segment calculator": "tests/peers/test_segments.py",
    "sandbox carrier": "tests/channels/sandbox tests/channels/test_with_carrier.py tests/channels/test_repeats.py",
    "adapters, tables of cases": "tests/channels --ignore tests/channels/sandbox",
    "offline app in Chromium": "tests/browser/test_tablet.py tests/browser/test_shared_tablet.py",
    "journeys over HTTP": "tests/journeys",
}
"""What stood opposite, and the tests that met it."""


def main(*, quick: bool) -> None:
    """Print each part under its heading."""
    print("Calls carried through the hotline's hooks (each of four requests)")
    hotline.measure(2.0 if quick else 5.0)
    print("\nThe offline app on the wire, and seconds until a volunteer can begin")
    tablet.main(1 if quick else 3)
    print("\nA change of user on a shared tablet")
    shared.main(3 if quick else 9)
    print("\nForms taken in by the door for tablets")
    sync.main(40 if quick else 120)
    print("\nSeen against")
    for what, where in SEEN.items():
        print(f"  {what:<34}{_count(where, run=not quick)}")


def _count(where: str, *, run: bool) -> str:
    """How many tests met it: run, or only counted."""
    wanted = ["--no-header", "-q", "-p", "no:cacheprovider", *where.split()]
    argv = [sys.executable, "-m", "pytest", *wanted, *([] if run else ["--collect-only"])]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if not run:
        return f"{sum('::' in line for line in done.stdout.splitlines())} tests"
    ends = Counter({word: many for many, word in _ends(done.stdout)})
    return ", ".join(f"{many} {word}" for word, many in ends.items()) or "could not be run"


def _ends(said: str) -> list[tuple[int, str]]:
    """(how many, "passed" …) of the last line."""
    words = said.strip().splitlines()[-1].replace(",", "").split() if said.strip() else []
    return [(int(many), word) for many, word in pairwise(words) if many.isdigit()]


if __name__ == "__main__":
    main(quick="--quick" in sys.argv[1:])
