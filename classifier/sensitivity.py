"""How sensitive a text is, and how urgent: the OR of detectors that do not know each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from classifier.wordlists import HARMLESS, Hit

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
SENSITIVE_AT = 0.72  # flags ten to sixteen ordinary texts of a thousand
URGENT_AT = 0.05  # low, since the ordinary texts it learned from name urgent needs too, unmarked
UNSURE_AT = 0.15  # a screener reads nine of a hundred ordinary texts, so that hardly any disclosure passes


@dataclass(frozen=True, slots=True)
class Danger:
    """The outcome for one text: its tier, how sure, and the fragments that spoke for it."""

    tier: str
    confidence: float
    fragments: tuple[str, ...]


def join(hits: list[Hit], learned: Mapping[str, float]) -> Danger:
    """Join the detectors: each one that speaks makes the text surer to be sensitive; none can make it less so.

    `learned` is what the model says of danger at all and of danger to life; empty where no model speaks for the language.
    """
    told = sorted((h for h in hits if h.entry.category not in HARMLESS), key=_rank)
    listed = max(map(_worth, told), default=0.0)
    confidence = 1 - (1 - listed) * (1 - learned.get("danger", 0.0))
    return Danger(_tier(told, learned), round(confidence, 4), tuple(dict.fromkeys(hit.fragment for hit in told)))


def urgent(hits: list[Hit], learned: Mapping[str, float]) -> tuple[bool, tuple[str, ...]]:
    """Say whether a text names an urgent open need (T1: no water, food or shelter, medical, fire, flood), and the fragments."""
    told = tuple(h.fragment for h in hits if h.entry.tier == "T1" and not h.denied)
    return bool(told) or learned.get("T1", 0.0) >= URGENT_AT, told


def _tier(told: list[Hit], learned: Mapping[str, float]) -> str:
    """The tier for which lists and model together speak most; between equals the gravest, and T0 where neither speaks."""
    listed = {hit.entry.tier: _worth(hit) for hit in reversed(told)}
    if not listed and not learned:
        return "T0"
    spoken = {tier: 1 - (1 - listed.get(tier, 0.0)) * (1 - learned.get(tier, 0.0)) for tier in COMPARTMENT}
    return max(spoken, key=lambda tier: (spoken[tier], -GRAVEST.index(tier)))


def _worth(hit: Hit) -> float:
    return DENIED if hit.denied else WEAK if hit.entry.weak else STRONG


def _rank(hit: Hit) -> tuple[float, int]:
    return -_worth(hit), GRAVEST.index(hit.entry.tier)
