"""One call from a phone: what was said in it, and what the line waits for."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from channels.sandbox.twiml import Verb


class Waiting(StrEnum):
    """What the line waits for before it goes on."""

    KEYS = "keys"
    SOUND = "sound"
    NOTHING = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a call: `say` and `play` from the desk, `key`, `sound` and `silence` from the caller, `end` from the carrier."""

    kind: str
    text: str
    language: str = ""


@dataclass(slots=True, eq=False)
class Call:
    """One call. `status` is Twilio's word: ringing, in-progress, completed, busy or failed."""

    sid: str
    number: str
    status: str = "ringing"
    waiting: Waiting = Waiting.NOTHING
    steps: list[Step] = field(default_factory=list)
    ahead: deque[Verb] = field(default_factory=deque)  # verbs of the document not done yet
    verb: Verb | None = None  # the Gather or Record that waits
    keys: str = ""  # pressed for this Gather so far
    url: str = ""  # of the document in hand, as the desk's public address
    documents: int = 0  # fetched since the caller last did something
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def ended(self) -> bool:
        """Whether the line is dead."""
        return self.status not in {"ringing", "in-progress"}
