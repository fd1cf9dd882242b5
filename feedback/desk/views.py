"""What one person may read of a ticket, as frozen views: templates get these and never a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from feedback.desk.openings import Opening


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list. Codes, not labels: the console puts them into the reader's language."""

    reference: str
    code: str | None
    title: str  # empty for a sealed ticket, and where there is only a sound
    status: str
    sector: str | None
    subcategory: str | None
    kind: str | None
    tier: str | None
    place: str | None
    channel: str
    language: str | None
    at: datetime
    due_at: datetime | None
    outcome: str | None
    compartment: str | None
    assigned: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was said: `kind` is message, recording, transcript, reply, note, visit or correction; or taken_out,
    for what was one of these (`state`) until `taken_at`. `part` names it for taking it out."""

    kind: str
    at: datetime
    words: str
    by: str | None = None  # staff's name; None for the person
    reference: str | None = None  # of a reply or a recording
    state: str | None = None  # of a reply or a recording
    purpose: str | None = None
    why: str | None = None
    seconds: int | None = None
    media_type: str | None = None
    spoken: str | None = (
        None  # of a transcript: the language, whether somebody interpreted, how sure the writer is (R28)
    )
    interpreted: bool = False
    confidence: str | None = None
    part: str | None = None
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Suggested:
    """The classifier's opinion, as far as it is stored with the ticket."""

    sector: str | None
    subcategory: str | None
    confidence: float
    kind: str | None
    tier: str | None
    verdict: str
    compartment: str | None
    language: str
    signals: tuple[str, ...]
    danger: tuple[str, ...]
    model: str = ""  # which model and lists said so; empty in what was read before this was kept


@dataclass(frozen=True, slots=True)
class Line:
    """One line of history."""

    at: datetime
    actor: str
    action: str
    detail: str
    by_staff: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """What a screener decides on: the words or the recordings, and what the machine thought."""

    row: Row
    words: str
    recordings: tuple[Entry, ...]
    suggestion: Suggested | None
    danger_first: bool


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket as this person may see it."""

    row: Row
    titled: str  # the title that staff gave it, or empty
    title_part: str  # names that title for taking it out
    code: str | None
    address: str | None  # masked, unless the person has the call in hand
    carrier: str | None  # the adapter that would take an answer; None: a person tells it
    assigned_to: str | None
    agency: str | None
    desk: str | None
    provider: str | None
    suggestion: Suggested | None
    thread: tuple[Entry, ...]
    history: tuple[Line, ...]
    facts: Mapping[str, str]
    actions: frozenset[str]
    confirmed: bool  # a person has said what it is about
    opening: Opening | None  # of a sealed ticket
    held: bool  # kept beyond its time, for an investigation
    version: int
