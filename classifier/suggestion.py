"""What the classifier has to say of one text. Imports nothing heavy, so that every part may know it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """May this text be seen by all who work on its sector? Anything but OPEN goes to people who are cleared."""

    OPEN = "open"
    UNSURE = "unsure"
    SENSITIVE = "sensitive"


@dataclass(frozen=True, slots=True)
class SectorScore:
    """One sector that the text may belong to. `confidence` is 0 to 1, calibrated."""

    sector: str
    confidence: float
    subcategory: str | None = None
    signals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One issue of a text that tells of several: what may become a ticket of its own. `text` is confidential as a whole."""

    text: str
    tier: str = "T0"
    compartment: str | None = None
    sector: str | None = None
    subcategory: str | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Language, sectors, kind, tier and sensitivity of one text, with the words that spoke for each.

    `sector` is None where the classifier abstains. `tier` is a code of the response ("T0", "T1", "T2-C", "T2-P",
    "T3-G", "T3-S", "T3-C", "T3-L"). `signals` are pieces of the text itself and so as confidential as the text.
    """

    language: str  # "en", "bn", "bn-Latn", "rhg-Latn", "my", "und" when unknown
    verdict: Verdict = Verdict.UNSURE
    tier: str = "T0"
    compartment: str | None = (
        None  # set when the verdict is SENSITIVE: gbv, psea, child_protection, protection, conduct
    )
    sensitive_confidence: float = 0.0
    sector: str | None = None
    subcategory: str | None = None
    confidence: float = 0.0
    sectors: tuple[SectorScore, ...] = ()  # best first, several at once
    kind: str | None = None  # question, request, complaint, suggestion, thanks, rumour, incident, appeal
    kind_confidence: float = 0.0
    signals: tuple[str, ...] = ()  # for the sector and the kind
    danger: tuple[str, ...] = ()  # for the sensitivity and the urgency
    model: str = ""  # which model and lists said so
    parts: tuple[Part, ...] = ()  # a proposed split, two parts at least; empty where the text tells of one issue
    zawgyi: bool = False  # Burmese in the old font encoding: a reader must know before the words can be read


UNREAD = Suggestion(language="und")
