"""How sensitive a text is, and how urgent: the OR of detectors that do not know each other."""

from __future__ import annotations

from dataclasses import dataclass

from classifier.wordlists import Hit, Lists

COMPARTMENT = {
    "T2-C": "conduct",
    "T2-P": "protection",
    "T3-G": "gbv",
    "T3-S": "psea",
    "T3-C": "child_protection",
    "T3-L": "protection",
}
GRAVEST = ("T3-L", "T3-S", "T3-C", "T3-G", "T2-P", "T2-C", "T1", "T0")  # decides between hits of one text
STRONG, WEAK, DENIED = 0.95, 0.4, 0.3  # what a hit is worth; measured on ordinary texts, see docs/classifier.md


@dataclass(frozen=True, slots=True)
class Danger:
    """The outcome for one text: its tier, how sure, and the fragments that spoke for it."""

    tier: str
    confidence: float
    fragments: tuple[str, ...]


def judge(hits: list[Hit]) -> Danger:
    """Join the list hits of a text. A denied or weak hit makes unsure, a strong one sensitive."""
    told = sorted((h for h in hits if h.entry.category not in ("need", "kind")), key=_rank)
    if not told:
        return Danger("T0", 0.0, ())
    confidence = max(_worth(hit) for hit in told)
    return Danger(told[0].entry.tier, confidence, tuple(dict.fromkeys(hit.fragment for hit in told)))


def urgent(hits: list[Hit]) -> tuple[str, ...]:
    """Return the fragments that name an urgent open need (T1): no water, food or shelter, medical, fire, flood."""
    return tuple(h.fragment for h in hits if h.entry.tier == "T1" and not h.denied)


def _worth(hit: Hit) -> float:
    return DENIED if hit.denied else WEAK if hit.entry.weak else STRONG


def _rank(hit: Hit) -> tuple[float, int]:
    return -_worth(hit), GRAVEST.index(hit.entry.tier)


def lists_tell(lists: Lists, text: str) -> Danger:
    """Judge a text by the lists alone."""
    return judge(lists.find(text))
