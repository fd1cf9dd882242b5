"""A whole installation on one machine: all its processes and the scheduler, started and ended together."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from feedback import wiring
from feedback.ops import parts, valkey
from feedback.ops.folder import Folder
from feedback.ops.lan import Lan
from feedback.ops.scheduler import Scheduler
from feedback.ops.supervisor import Supervisor
from feedback.settings import Settings


class House:
    """Start it, watch it, stop it. `settings` hold the address of the embedded Valkey once it has started.

    `logs` False lets the parts print here. `say` is told when a part has gone. With `sandbox`, the carrier runs too;
    with `lan`, phones on this machine's network reach the desk.
    """

    def __init__(
        self,
        folder: Folder,
        settings: Settings,
        *,
        sandbox: bool,
        lan: Lan | None = None,
        logs: bool = True,
        say: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        self.settings = settings
        self._folder, self._sandbox, self._logs, self._lan = folder, sandbox, logs, lan
        self._scheduler: Scheduler | None = None
        self._parts: wiring.Parts | None = None
        self.supervisor = Supervisor(say=say)

    def start(self, *, cancelled: threading.Event | None = None) -> None:
        """Start everything and wait until every part answers. Raises `NotReady`, or what `wiring.live` raises."""
        program = valkey.binary() if not self.settings.redis_url else None
        if program is not None:
            self.supervisor.start([valkey.part(program, self._folder, log=self._log("valkey"))], cancelled=cancelled)
            self.settings = replace(self.settings, redis_url=f"unix://{valkey.socket_path(self._folder)}")
        wanted = [parts.web(self.settings, self._log), *parts.workers(self.settings, self._log)]
        if self._sandbox:
            token = self._folder.carrier_token.read_text(encoding="ascii").strip()
            wanted.append(parts.sandbox(self.settings, token=token, accounts=self._folder.accounts, log=self._log))
        wanted += self._lan.parts(self.settings, self._log) if self._lan else []
        self.supervisor.start(wanted, cancelled=cancelled)
        self._parts = wiring.live(self.settings)
        self._scheduler = Scheduler(self._parts)
        self._folder.say_running(self.settings)

    def watch(self, stop: threading.Event) -> None:
        """Restart what exits, until told to stop."""
        self.supervisor.watch(stop)

    def stop(self) -> None:
        """End everything."""
        self._folder.say_ended()
        if self._scheduler is not None:
            self._scheduler.stop()
        self.supervisor.stop()
        if self._parts is not None:
            self._parts.close()

    def _log(self, part: str) -> Path | None:
        return self._folder.log(part) if self._logs else None
