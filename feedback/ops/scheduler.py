"""The scheduler, as a thread of the supervisor (decision 5)."""

from __future__ import annotations

import threading
from importlib import import_module

from feedback.wiring import Parts

SCHEDULE = "workers.schedule"
"""Named, not imported, like the jobs in the queue: workers stand above the desk."""


class Scheduler:
    """Asks for every kind of work again and again, until stopped."""

    def __init__(self, parts: Parts) -> None:
        self._stop = threading.Event()
        run = import_module(SCHEDULE).run
        self._thread = threading.Thread(target=run, args=(parts, self._stop), name="scheduler", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for it."""
        self._stop.set()
        self._thread.join(timeout=10)
