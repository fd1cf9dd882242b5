"""What one person may read of a ticket, as frozen views: templates get these and never a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list. Codes, not labels: the console puts them into the reader's language."""

    reference: str
    title: str
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
    compartment: str | None
    assigned: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was said: `kind` is message, reply, note or visit."""

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


@dataclass(frozen=True, slots=True)
class Line:
    """One line of history."""

    at: datetime
    actor: str
    action: str
    detail: str


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket as this person may see it."""

    row: Row
    code: str | None
    address: str | None  # masked, unless the person has the call in hand
    can_answer_by: str  # sms, hotline, in_person: how an answer would go
    assigned_to: str | None
    outcome: str | None
    agency: str | None
    desk: str | None
    provider: str | None
    suggestion: Suggested | None
    thread: tuple[Entry, ...]
    history: tuple[Line, ...]
    facts: Mapping[str, str]
    actions: frozenset[str]
    version: int
