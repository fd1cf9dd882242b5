"""The arrows of the house hold, and the console stays light (style.md, sections 1 and 2)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_nothing_points_back() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert checked.returncode == 0, checked.stdout


def test_the_console_never_loads_the_model() -> None:
    heavy = ("sklearn", "scipy", "numpy", "skops", "joblib", "workers", "classifier.suggest")
    code = f"import sys, feedback.app; print(sorted(set(sys.modules) & set({heavy!r})))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (loaded.stdout.strip(), loaded.returncode) == ("[]", 0)
