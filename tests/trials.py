"""How many trials a test makes: few by default, a tenth in the full tier, all of them before a release (decision 23)."""

from __future__ import annotations

import os

TIER = os.environ.get("DESK_TEST_TIER", "default")


def trials(default: int, release: int) -> int:
    """The number for the tier that runs: `default` for `make test`, a tenth of `release` (at least `default`) for
    `make test-full`, `release` itself for `make test-release`."""
    return {"default": default, "full": max(default, release // 10), "release": release}[TIER]
