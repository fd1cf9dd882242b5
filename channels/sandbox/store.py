"""What the carrier remembers, in memory and bounded: texts, phones, calls and recordings."""

from __future__ import annotations

import secrets
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from channels.sandbox.call import Call
from channels.sandbox.pictures import Picture

THREAD_LENGTH = 200  # texts a phone shows
RECORDINGS_KEPT = 200

FINAL = frozenset({"delivered", "undelivered", "failed", "received"})


@dataclass(slots=True, eq=False)
class Text:
    """One text. `body` is the carrier's copy, which the desk may empty; `shown` is what stands on the phone."""

    sid: str
    sender: str
    to: str
    body: str
    direction: str  # inbound, outbound-api or outbound-reply, in Twilio's words
    status: str
    segments: int
    shown: str = ""
    callback: str = ""
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated: datetime = field(default_factory=lambda: datetime.now(UTC))
    sent_at: datetime | None = None
    error_code: int | None = None
    pictures: list[Picture] = field(default_factory=list)

    def move(self, status: str, error_code: int | None = None) -> None:
        """Take a later status and note when."""
        self.status, self.error_code, self.updated = status, error_code, datetime.now(UTC)
        if status == "sent" and self.sent_at is None:
            self.sent_at = self.updated


@dataclass(slots=True, eq=False)
class Phone:
    """One SIM: its thread, the call it is in, and whether it can be reached."""

    number: str
    thread: deque[Text] = field(default_factory=lambda: deque(maxlen=THREAD_LENGTH))
    off: int | None = None  # the error code that texts to it end with
    opted_out: bool = False
    call: Call | None = None
    version: int = 0  # grows with every change; a page asks again only for what is newer


@dataclass(slots=True, eq=False)
class Recording:
    """A sound left in a call: WAV bytes, its length in seconds, and whether it can be fetched yet."""

    sid: str
    call_sid: str
    sound: bytes
    seconds: int
    ready: bool = False
    created: datetime = field(default_factory=lambda: datetime.now(UTC))


class Store:
    """The carrier's memory. Not shared between threads: all of it is used from the one event loop."""

    def __init__(self, keep: int) -> None:
        self.keep = keep
        self.texts: OrderedDict[str, Text] = OrderedDict()
        self.phones: OrderedDict[str, Phone] = OrderedDict()
        self.calls: OrderedDict[str, Call] = OrderedDict()
        self.recordings: OrderedDict[str, Recording] = OrderedDict()
        self.lines: dict[str, list[Call]] = {}  # who waits, by the name of the line

    def phone(self, number: str) -> Phone:
        """The phone with this number, made at first use."""
        phone = self.phones.get(number)
        if phone is None:
            phone = self.phones[number] = Phone(number)
            _trim(self.phones, self.keep)
        return phone

    def add_text(self, text: Text) -> None:
        """Remember a text at the carrier."""
        self.texts[text.sid] = text
        _trim(self.texts, self.keep)

    def show(self, number: str, text: Text) -> None:
        """Put a text on the phone's thread."""
        phone = self.phone(number)
        phone.thread.append(text)
        phone.version += 1

    def add_call(self, call: Call) -> None:
        """Remember a call, and that its phone is in it."""
        self.calls[call.sid] = call
        phone = self.phone(call.number)
        phone.call = call
        phone.version += 1
        _trim(self.calls, self.keep)

    def add_recording(self, recording: Recording) -> None:
        """Remember a recording."""
        self.recordings[recording.sid] = recording
        _trim(self.recordings, RECORDINGS_KEPT)


def new_sid(prefix: str) -> str:
    """A fresh identifier in Twilio's form: two letters and 32 hex digits."""
    return prefix + secrets.token_hex(16)


Row = TypeVar("Row")


def _trim(rows: OrderedDict[str, Row], keep: int) -> None:
    while len(rows) > keep:
        rows.popitem(last=False)
