"""What can be made to go wrong at the carrier, so that failure can be tried: each fault waits for its next chance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """A thing that carriers do on bad days."""

    REFUSE = "refuse"  # a reply is refused with `code`
    TOO_MANY = "too_many"  # 429 with 20429
    DOWN = "down"  # 503 before anything is taken
    SLOW = "slow"  # taken, but the answer comes after `seconds`
    LOST_ANSWER = "lost_answer"  # taken and delivered, but the answer never comes
    UNDELIVERED = "undelivered"  # taken, then undelivered with `code`
    RECEIPTS_BACKWARDS = "receipts_backwards"  # the last receipt comes first
    RECEIPTS_TWICE = "receipts_twice"  # each receipt comes twice, at the same time
    NO_RECEIPTS = "no_receipts"  # delivered, and never a word about it
    RECORDING_LATE = "recording_late"  # announced at once, to be fetched only `seconds` later


@dataclass(slots=True)
class Fault:
    """One fault, for the next `times` chances; with a `number`, only for that phone."""

    kind: FaultKind
    times: int = 1
    number: str | None = None
    code: int = 30008
    seconds: float = 1.0


class Faults:
    """The faults that wait."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def replace(self, faults: Iterable[Fault]) -> None:
        """Let these wait, and forget the ones before."""
        self._waiting = list(faults)

    def take(self, kind: FaultKind, number: str) -> Fault | None:
        """The first waiting fault of this kind for this number, used up by one; None when all is well."""
        for fault in self._waiting:
            if fault.kind is kind and fault.times > 0 and fault.number in (None, number):
                fault.times -= 1
                return fault
        return None
