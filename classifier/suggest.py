"""From texts to suggestions: the shipped lists and model put together. The desk calls nothing else here."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache

from classifier import sensitivity
from classifier.language import detect
from classifier.suggestion import UNREAD, SectorScore, Suggestion, Verdict
from classifier.wordlists import Hit, Lists, shipped

log = logging.getLogger(__name__)

LABELLED = frozenset(
    {"en"}
)  # languages with real labelled text of disclosures; in any other nothing is OPEN (decision 12)
SENSITIVE_AT, UNSURE_AT = 0.9, 0.2
LONGEST = 20_000  # signs; a longer text is for a person


def suggest(text: str, language: str | None = None) -> Suggestion:
    """Say what one text is about, how urgent and how sensitive it is.

    `language` is what the channel or staff know of it; otherwise it is told from the text. Never raises: whatever
    fails, the verdict is UNSURE (I22).
    """
    return suggest_many([text], [language])[0]


def suggest_many(texts: Sequence[str], languages: Sequence[str | None] | None = None) -> list[Suggestion]:
    """Say it of many texts at once, in their order; a text that fails is UNSURE and harms no other."""
    try:
        lists = load()
    except Exception as failure:  # no lists, no opinion: people read it
        log.error("classifier not loaded", extra={"error": type(failure).__name__})
        return [UNREAD] * len(texts)
    return [_one(lists, text, known) for text, known in zip(texts, languages or [None] * len(texts), strict=True)]


@cache
def load() -> Lists:
    """Load lists and model once, to warm up."""
    return shipped()


def _one(lists: Lists, text: str, known: str | None) -> Suggestion:
    try:
        return _suggestion(lists, text, known)
    except Exception as failure:  # the words must not reach a log
        log.error("text not classified", extra={"error": type(failure).__name__})
        return UNREAD


def _suggestion(lists: Lists, text: str, known: str | None) -> Suggestion:
    language = known or detect(text)
    if len(text) > LONGEST or not text.strip():
        return Suggestion(language=language)
    hits = lists.find(text)
    danger = sensitivity.judge(hits)
    urgent = sensitivity.urgent(hits)
    sectors = _sectors(hits)
    kind, why = _kind(hits)
    verdict = _verdict(danger.confidence, language)
    sensitive = verdict is Verdict.SENSITIVE
    best = sectors[0] if sectors else None
    tier = danger.tier if sensitive else "T1" if urgent else "T0"
    return Suggestion(
        language=language,
        verdict=verdict,
        tier=tier,
        compartment=sensitivity.COMPARTMENT[tier] if sensitive else None,
        sensitive_confidence=danger.confidence,
        sector=best.sector if best else None,
        subcategory=best.subcategory if best else None,
        confidence=best.confidence if best else 0.0,
        sectors=sectors,
        kind=kind,
        kind_confidence=0.6 if kind else 0.0,
        signals=tuple(dict.fromkeys([*(s for sector in sectors for s in sector.signals), *why])),
        danger=tuple(dict.fromkeys([*danger.fragments, *(urgent if not sensitive else ())])),
        model="lists",
    )


def _verdict(confidence: float, language: str) -> Verdict:
    if confidence >= SENSITIVE_AT:
        return Verdict.SENSITIVE
    return Verdict.OPEN if confidence < UNSURE_AT and language in LABELLED else Verdict.UNSURE


def _sectors(hits: list[Hit]) -> tuple[SectorScore, ...]:
    found: dict[str, SectorScore] = {}
    for hit in hits:
        if hit.entry.category != "need" or hit.denied:
            continue
        sector, _, sub = hit.entry.code.partition(".")
        before = found.get(sector)
        found[sector] = SectorScore(
            sector=sector,
            confidence=0.75,
            subcategory=before.subcategory if before and before.subcategory else sub or None,
            signals=(*(before.signals if before else ()), hit.fragment),
        )
    return tuple(sorted(found.values(), key=lambda s: -len(s.signals)))


def _kind(hits: list[Hit]) -> tuple[str | None, tuple[str, ...]]:
    told = [hit for hit in hits if hit.entry.category == "kind"]
    if not told:
        return None, ()
    best = min(told, key=lambda hit: KINDS.index(hit.entry.code))
    return best.entry.code, (best.fragment,)


KINDS = ("appeal", "suggestion", "rumour", "question", "complaint", "incident", "request", "thanks")
