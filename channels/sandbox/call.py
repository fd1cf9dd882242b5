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
    SOMEBODY = "somebody"  # in a line, or while another phone rings
    TALK = "talk"  # joined with another phone
    NOTHING = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a call: `say` and `play` from the desk, `key`, `sound`, `answer` and `silence` from the phone, `ring`,
    `joined` and `end` from the carrier."""

    kind: str
    text: str
    language: str = ""


@dataclass(slots=True, eq=False)
class Call:
    """One call of one phone. `status` is Twilio's word: ringing, in-progress, completed, busy, no-answer or failed.

    `outgoing`: the desk calls this phone; `answers` is then the address of what it does when that is picked up.
    """

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
    dialled: str = ""  # the number of ours that was called; empty: the only one
    outgoing: bool = False
    answers: str = ""
    callback: str = ""  # is told when a call of the desk's has ended
    line: str | None = None  # in which this caller waits
    waited: int = 0  # seconds in it
    other: Call | None = field(default=None, repr=False)  # the phone it is joined with, or that rings for it
    dialling: Verb | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def ended(self) -> bool:
        """Whether the line is dead."""
        return self.status not in {"ringing", "in-progress"}
