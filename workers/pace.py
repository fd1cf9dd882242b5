"""How fast one of our numbers may send: segments a second, as carriers count."""

from __future__ import annotations

import time
from collections.abc import Callable

from channels.text import segments


class Pace:
    """Waits before a text so that a number's segments stay within its rate. One worker sends, so it keeps the time alone."""

    def __init__(
        self,
        per_second: float,
        *,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._per_second, self._now, self._sleep = per_second, now, sleep
        self._free: dict[str, float] = {}  # adapter → when its number is free again

    def wait(self, adapter: str, text: str) -> None:
        """Wait until this text may go, then count it."""
        now = self._now()
        free = max(self._free.get(adapter, now), now)
        if free > now:
            self._sleep(free - now)
        self._free[adapter] = free + segments(text).count / self._per_second

    def fits(self, seconds: float) -> int:
        """How many short texts can go within so long; at least one."""
        return max(1, int(self._per_second * seconds))
