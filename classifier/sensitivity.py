"""How sensitive a text is, and how urgent: the OR of detectors that do not know each other."""

from __future__ import annotations

from dataclasses import dataclass

from classifier.wordlists import Hit

COMPARTMENT = {
    "T2-C": "conduct",
    "T2-P": "protection",
    "T3-G": "gbv",
    "T3-S": "psea",
    "T3-C": "child_protection",
    "T3-L": "protection",
}
GRAVEST = ("T3-L", "T3-S", "T3-C", "T3-G", "T2-P", "T2-C", "T1", "T0")  # decides between hits of one text
UNNAMED = "T3-G"  # a danger that only the model sees: most are of this kind, and its readers know where else to send it
STRONG, WEAK, DENIED = 0.95, 0.4, 0.3  # what a hit is worth; measured on ordinary texts, see docs/classifier.md


@dataclass(frozen=True, slots=True)
class Danger:
    """The outcome for one text: its tier, how sure, and the fragments that spoke for it."""

    tier: str
    confidence: float
    fragments: tuple[str, ...]


def join(hits: list[Hit], learned: float | None) -> Danger:
    """Join the detectors: a strong list hit makes sensitive; a weak or denied one, or the model, at least unsure.

    `learned` is the model's probability, None where no model speaks for the language.
    """
    told = sorted((h for h in hits if h.entry.category not in ("need", "kind")), key=_rank)
    confidence = max([_worth(hit) for hit in told] + [learned or 0.0])
    tier = told[0].entry.tier if told else UNNAMED if confidence else "T0"
    return Danger(tier, round(confidence, 4), tuple(dict.fromkeys(hit.fragment for hit in told)))


def urgent(hits: list[Hit]) -> tuple[str, ...]:
    """Return the fragments that name an urgent open need (T1): no water, food or shelter, medical, fire, flood."""
    return tuple(h.fragment for h in hits if h.entry.tier == "T1" and not h.denied)


def _worth(hit: Hit) -> float:
    return DENIED if hit.denied else WEAK if hit.entry.weak else STRONG


def _rank(hit: Hit) -> tuple[float, int]:
    return -_worth(hit), GRAVEST.index(hit.entry.tier)
