"""The words that an adapter and the desk share: what was heard, what is to be sent, what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable


class ChannelName(StrEnum):
    """How a person reached us; the answer goes back the same way."""

    SMS = "sms"
    HOTLINE = "hotline"
    IN_PERSON = "in_person"


class Delivery(StrEnum):
    """What a provider says of a message it took: each later word outranks the earlier ones."""

    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


class Fate(StrEnum):
    """What may be done about a reply that failed."""

    FINAL = "final"  # this number will not get it: a task for a person
    OPTED_OUT = "opted_out"  # final, and nothing more may go to this number
    LATER = "later"  # the same again can work, a few times
    ONCE_MORE = "once_more"  # the provider does not know why: one more try, no further
    SETUP = "setup"  # nothing can be sent until staff mend the account: they are told


class Wish(StrEnum):
    """Whom a caller wants to talk to (R23)."""

    WOMAN = "woman"
    MAN = "man"
    ANYONE = "anyone"


class CallStep(StrEnum):
    """How far a call has come, as an exchange tells it."""

    BEGAN = "began"
    MISSED = "missed"  # turned away free of charge: they ask to be called back (R4)
    WAITS = "waits"  # asks for somebody to talk to
    GAVE_UP = "gave_up"  # nobody came in time: the message box
    LEFT = "left"  # a message
    TALKS = "talks"  # a person and one of us are joined
    STAFF_AWAY = "staff_away"  # our colleague's phone was not answered
    NOT_REACHED = "not_reached"  # the person's was not
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class HookRequest:
    """One request of a provider. `url` is our own public address of the hook with its query, never taken from `Host`."""

    hook: str
    url: str
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    at: datetime  # aware, UTC
    peer: str = ""  # the IP address that connected, behind our own proxy; for adapters whose provider signs nothing


@dataclass(frozen=True, slots=True)
class Media:
    """Something to fetch from the provider: a recording or a picture."""

    ref: str
    url: str
    media_type: str
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Which piece of a long text this is: `number` from 1 to `total`; `of` is the same for all pieces of one sender's text."""

    of: str
    number: int
    total: int


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message in our terms, whichever way it came."""

    adapter: str
    provider_ref: str  # unique within the adapter; a repeat is the same message
    channel: ChannelName
    received_at: datetime
    address: str | None = None  # E.164, or None when the person gave none
    text: str = ""
    language: str | None = None  # only where the person chose it by key, or staff said so
    recording: Media | None = None
    media: tuple[Media, ...] = ()
    place: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)  # what staff noted beside the words; kept encrypted
    opted: bool | None = None  # the provider itself took it as "write to me no more" (False) or "write again" (True)
    part: Part | None = None  # of a long text that the carrier did not join
    raw: bytes = b""  # the request's body as it came; kept encrypted


@dataclass(frozen=True, slots=True)
class Receipt:
    """A provider's word on a message that it took from us. `reply` is our own reference, where the hook carries it."""

    adapter: str
    provider_ref: str
    delivery: Delivery
    at: datetime
    reply: str | None = None
    code: str | None = None
    fate: Fate | None = None  # of a failure: what may be done about it; None is final
    address: str | None = None  # whom it is about, where the provider says so


@dataclass(frozen=True, slots=True)
class CallNews:
    """What has become of a call. `call` is the provider's reference of it, `ours` our own of a call that we placed."""

    adapter: str
    step: CallStep
    at: datetime
    call: str
    ours: str | None = None
    address: str | None = None
    language: str | None = None
    wish: Wish | None = None


@dataclass(frozen=True, slots=True)
class Ring:
    """A call to place: first to a colleague's phone, then on to a person, so that neither sees the other's number.

    `person` is the number to go on to; where it is None, whoever waits first in the line of `wish` and `language`.
    """

    reference: str  # ours
    staff: str  # E.164
    person: str | None = None
    wish: Wish = Wish.ANYONE
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the provider in the body of its own request."""

    body: str = ""
    media_type: str = "text/xml"


@dataclass(frozen=True, slots=True)
class Heard:
    """What one hook call told us. `acknowledged` is said instead of `answer` when a message is new and its number not silent;
    `queued` when the desk lets a caller wait for somebody."""

    messages: tuple[Inbound, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    answer: Answer = Answer()
    acknowledged: Answer | None = None
    calls: tuple[CallNews, ...] = ()
    queued: Answer | None = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """A reply ready to go, with no database behind it. `reply` is our reference of this try of it, `since` when it was first tried."""

    reply: str
    address: str
    text: str
    since: datetime


class Untrusted(Exception):  # noqa: N818 - the house names refusals as what they are
    """The request does not come from the provider, or not in a form that the provider uses. Nothing is stored."""


class Unreadable(Exception):  # noqa: N818
    """The request is genuine, but not a message we can read. It is quarantined and seen by a person."""


class SendFailed(Exception):  # noqa: N818
    """The provider did not take a reply. The text is a short word for staff, without words or numbers of people.

    `retry`: trying again later can help. `unknown`: the provider may have taken it; look it up before anyone tries again.
    `fate` says it finer, where the provider does.
    """

    def __init__(self, why: str, *, retry: bool, unknown: bool = False, fate: Fate | None = None) -> None:
        super().__init__(why)
        self.why, self.retry, self.unknown = why, retry, unknown
        self.fate = fate or (Fate.LATER if retry else Fate.FINAL)


class Channel(Protocol):
    """An adapter: the code of one provider. It verifies, translates and sends, and knows no ticket."""

    name: str  # in the hook's URL and in the tables, for example "twilio-sms"
    channel: ChannelName
    hooks: frozenset[str]
    methods: frozenset[str]  # of HTTP, that its provider calls our hooks with
    says_thanks: bool  # the acknowledgement travels in the answer to its own request; if not, it is sent a little later

    def hear(self, request: HookRequest) -> Heard:
        """Check that the request is genuine, then translate it. Raises `Untrusted` or `Unreadable`."""

    def send(self, envelope: Envelope) -> str:
        """Hand a reply to the provider and return the provider's reference. Raises `SendFailed`."""

    def look_up(self, envelope: Envelope) -> str | None:
        """The provider's reference of a reply whose sending had no known end, or None when it never took it.

        Raises `SendFailed` where that cannot be told: now (`retry`), or ever, and then a person decides.
        """

    def fetch(self, media: Media) -> Iterator[bytes]:
        """The bytes of a recording, in pieces. Raises `SendFailed` where it can't be had (yet, if `retry`)."""


@runtime_checkable
class Exchange(Protocol):
    """An adapter that can place calls."""

    name: str

    def ring(self, ring: Ring) -> str:
        """Place a call and return the provider's reference of it. Raises `SendFailed`."""


class Kept(StrEnum):
    """What a provider may still keep of what passed through it."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    RECORDING = "recording"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Copy:
    """One thing that a provider still keeps. `ref` is its reference, which for what we heard is the message's own."""

    kind: Kept
    ref: str
    at: datetime  # aware, UTC: when it passed, as far as the provider says


@runtime_checkable
class Keeper(Protocol):
    """An adapter whose provider keeps a list: gaps can be filled from it (I3), and its copies deleted (I18)."""

    name: str

    def list_inbound(self, since: datetime) -> Iterator[Inbound]:
        """What arrived at the provider since then, as its hook would have told it. Raises `SendFailed`."""

    def list_copies(self, before: datetime) -> Iterator[Copy]:
        """What it still keeps that passed before then. Raises `SendFailed`."""

    def delete(self, copy: Copy) -> None:
        """Empty and delete a copy. One that is gone is no failure. Raises `SendFailed`: with `retry` where it may work later."""
