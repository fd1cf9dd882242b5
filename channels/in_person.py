"""What staff write down for someone in front of them, in our terms; the way back is a person too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from channels import phone
from channels.contract import (
    ChannelName,
    Envelope,
    Heard,
    HookRequest,
    Inbound,
    Media,
    SendFailed,
    Unreadable,
    Untrusted,
)

ADAPTER = "in-person"
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, slots=True)
class Form:
    """One filled-in form. `key` is made once when the form is opened, so that sending it twice is one message."""

    key: str  # 16-64 letters, digits, - or _
    text: str
    phone: str = ""  # as written; empty when the person gave none, which is the default (R1)
    language: str | None = None
    place: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    recording: Media | None = None  # a voice note
    coded: bool = False  # what it is about was pointed at, so that no word is needed

    @staticmethod
    def is_key(key: str) -> bool:
        """Can this be the key of a form?"""
        return _KEY.fullmatch(key) is not None


def listen(form: Form, *, at: datetime, region: str) -> Inbound:
    """Turn a form into a message. Raises `Unreadable` with a short reason for the person who filled it in.

    `at` is aware and UTC, `region` completes a phone number written without its country ("BD").
    """
    if not Form.is_key(form.key):
        raise Unreadable("the form has no key of its own")
    if not (form.text.strip() or form.recording or form.coded):
        raise Unreadable("nothing was written down")
    address = phone.parse(form.phone, region) if form.phone.strip() else None
    if form.phone.strip() and address is None:
        raise Unreadable("the phone number cannot be read")
    return Inbound(
        adapter=ADAPTER,
        provider_ref=form.key,
        channel=ChannelName.IN_PERSON,
        received_at=at,
        address=address,
        text=form.text.strip(),
        language=form.language,
        recording=form.recording,
        place=form.place,
        facts=dict(form.facts),
    )


class InPerson:
    """The channel without a provider: nobody calls in, and what is sent becomes a task for a person."""

    name = ADAPTER
    channel = ChannelName.IN_PERSON
    hooks: frozenset[str] = frozenset()
    methods: frozenset[str] = frozenset()
    says_thanks = True  # a person does

    def hear(self, request: HookRequest) -> Heard:
        """No provider stands behind this channel. Always raises `Untrusted`."""
        raise Untrusted("nobody calls in on this channel")

    def send(self, envelope: Envelope) -> str:
        """Staff read the answer out. Always raises `SendFailed`."""
        raise SendFailed("by hand", retry=False)

    def look_up(self, envelope: Envelope) -> str | None:
        """Nothing was ever handed to a provider."""
        return None

    def fetch(self, media: Media) -> Iterator[bytes]:
        """Nothing lies with a provider. Always raises `SendFailed`."""
        raise SendFailed("nothing to fetch on this channel", retry=False)
