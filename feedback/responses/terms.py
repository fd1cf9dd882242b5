"""What a response calls things: sectors, kinds, tiers, compartments, places and languages, each with labels per language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta


class Labels(dict[str, str]):
    """The same words per language. English is always there; never changed after loading."""

    def said(self, language: str) -> str:
        """The label in this language, else in English."""
        return self.get(language) or self["en"]


@dataclass(frozen=True, slots=True)
class Term:
    """A code that is stored, and what people read instead. Kinds and compartments are terms."""

    code: str
    labels: Labels


@dataclass(frozen=True, slots=True)
class Subcategory:
    """A fault within a sector. `tier` is set where naming it is enough to raise a ticket, whatever the words are. `alert`:
    one report of it calls somebody at once, as a sign of an outbreak, a fire or a flood does (R25)."""

    code: str
    labels: Labels
    tier: str | None = None
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Sector:
    """Who should deal. The tickets of a `restricted` sector are sensitive in themselves."""

    code: str
    abbr: str  # as the sectors sign themselves, for example "WASH" or "FSC"
    labels: Labels
    restricted: bool
    subcategories: Mapping[str, Subcategory]


@dataclass(frozen=True, slots=True)
class Subject:
    """Who may be accused, and the tier that this makes of a complaint about conduct (decision 12)."""

    code: str
    labels: Labels
    tier: str


@dataclass(frozen=True, slots=True)
class Retention:
    """How many days after closing each part is kept. None: not by a fixed time, `rule` says how long instead."""

    identity_days: int | None  # names, addresses, whatever identifies a person
    words_days: int | None
    facts_days: int | None  # coded facts without words
    rule: str


@dataclass(frozen=True, slots=True)
class Tier:
    """How grave a ticket is. `compartment` None is open. Clock hours, except where `working_days` (T0 only, decision 11)."""

    code: str
    labels: Labels
    compartment: str | None
    look_within: timedelta  # the first look of a person
    act_within: timedelta
    tell_within: timedelta | None  # None: by the contact plan of the person
    pass_on_within: timedelta | None  # after acting: to the investigation unit (R12)
    referral_silence: timedelta  # a partner who says nothing for so long raises an alarm
    working_days: bool
    urgent: bool
    retention: Retention

    @property
    def sensitive(self) -> bool:
        """True where only those cleared for the compartment may see."""
        return self.compartment is not None


@dataclass(frozen=True, slots=True)
class Screening:
    """When the screening rota is paged, in clock hours (decision 12). Waiting never changes a tier."""

    flagged_within: timedelta  # the light screen saw danger
    look_within: timedelta
    unread_after: timedelta  # no machine has read it: shown to screeners without suggestion, and an alarm


@dataclass(frozen=True, slots=True)
class Place:
    """A place, with its name per language and the words by which people call it."""

    code: str
    labels: Labels
    kind: str  # camp, island, upazila, area; block and union where a deployment adds them
    parent: str | None
    number: str | None  # of a camp, as in texts: "9", "8e", "4x"
    aliases: tuple[str, ...]
    closed: bool  # nobody lives there now; it is still named


@dataclass(frozen=True, slots=True)
class Language:
    """A language that people write or speak. `key` is its digit on the hotline, `instead` what we say where we lack it."""

    code: str
    labels: Labels
    interface: bool
    spoken_only: bool
    key: str | None
    instead: str


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What this response proposes to say to everyone alike before anything is classified (decision 7)."""

    mode: str  # "immediate" or "none"; set-up must choose
    phrase: str
