"""From texts to suggestions: the shipped lists and model put together. The desk calls nothing else here."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier import kind, language, sector, sensitivity
from classifier.features import Grams, grams
from classifier.machine import Machine, load
from classifier.suggestion import UNREAD, Suggestion, Verdict
from classifier.wordlists import flatten

__all__ = ["load", "suggest", "suggest_many"]

log = logging.getLogger(__name__)

LABELLED = frozenset(
    {"en"}
)  # languages with real labelled text of disclosures; in any other nothing is OPEN (decision 12)
SENSITIVE_AT, UNSURE_AT = 0.9, 0.2
LONGEST = 20_000  # signs; of a longer text the rest is for a person, so it is never OPEN


def suggest(text: str, language: str | None = None) -> Suggestion:
    """Say what one text is about, how urgent and how sensitive it is.

    `language` is what the channel or staff know of it; otherwise it is told from the text. Never raises: whatever
    fails, the verdict is UNSURE (I22).
    """
    return suggest_many([text], [language])[0]


def suggest_many(texts: Sequence[str], languages: Sequence[str | None] | None = None) -> list[Suggestion]:
    """Say it of many texts at once, in their order; a text that fails is UNSURE and harms no other."""
    known = list(languages or [None] * len(texts))
    try:
        return _read(load(), texts, known)
    except Exception as failure:  # the words must not reach a log
        log.error("batch not classified: %s", type(failure).__name__)
    if len(texts) == 1:
        return [UNREAD]
    return [suggest_many([text], [spoken])[0] for text, spoken in zip(texts, known, strict=True)]


def _read(machine: Machine, texts: Sequence[str], known: Sequence[str | None]) -> list[Suggestion]:
    flat = [flatten(text[:LONGEST]) for text in texts]
    found = grams(flat)
    spoken = _languages(machine, texts, known, found)
    sectors, kinds, dangers = (_scores(machine, name, found) for name in ("sector", "kind", "danger"))
    words = _evidence(machine, found, sectors)
    return [
        _one(machine, text, said, lang, likely, kinds[i], dangers[i].get("danger"), words[i])
        for i, (text, said, lang, likely) in enumerate(zip(texts, flat, spoken, sectors, strict=True))
    ]


def _one(
    machine: Machine,
    text: str,
    flat: str,
    spoken: str,
    likely: dict[str, float],
    kinds: dict[str, float],
    danger_score: float | None,
    words: tuple[str, ...],
) -> Suggestion:
    if not flat.strip():
        return Suggestion(language=spoken, model=machine.name)
    hits = machine.lists.search(flat)
    danger = sensitivity.join(hits, danger_score if spoken == "en" else None)
    urgent = sensitivity.urgent(hits)
    learned = spoken in LABELLED
    sectors = sector.join(likely if learned else {}, words if learned else (), hits)
    which, sure, why = kind.join(kinds if learned else {}, hits)
    healthy = danger_score is not None and len(text) <= LONGEST
    verdict = _verdict(danger.confidence, spoken, healthy)
    sensitive = verdict is Verdict.SENSITIVE
    best = sectors[0] if sectors and sectors[0].confidence >= sector.GIVEN else None
    tier = danger.tier if sensitive else "T1" if urgent else "T0"
    return Suggestion(
        language=spoken,
        verdict=verdict,
        tier=tier,
        compartment=sensitivity.COMPARTMENT[tier] if sensitive else None,
        sensitive_confidence=danger.confidence,
        sector=best.sector if best else None,
        subcategory=best.subcategory if best else None,
        confidence=best.confidence if best else 0.0,
        sectors=sectors,
        kind=which,
        kind_confidence=sure,
        signals=tuple(dict.fromkeys([*(said for score in sectors for said in score.signals), *why])),
        danger=tuple(dict.fromkeys([*danger.fragments, *(() if sensitive else urgent)])),
        model=machine.name,
    )


def _verdict(confidence: float, spoken: str, healthy: bool) -> Verdict:
    if confidence >= SENSITIVE_AT:
        return Verdict.SENSITIVE
    return Verdict.OPEN if healthy and confidence < UNSURE_AT and spoken in LABELLED else Verdict.UNSURE


def _languages(machine: Machine, texts: Sequence[str], known: Sequence[str | None], found: Grams) -> list[str]:
    scripts = [language.script(text) for text in texts]
    model = machine.scorers.get("language")
    told = language.name(scripts, model, found) if model else [language.name_by_script(one) for one in scripts]
    return [said or own for said, own in zip(known, told, strict=True)]


def _scores(machine: Machine, name: str, found: Grams) -> list[dict[str, float]]:
    model = machine.scorers.get(name)
    if model is None:
        return [{} for _ in range(found.texts)]
    return [dict(zip(model.labels, map(float, row), strict=True)) for row in model.probabilities(found).tolist()]


def _evidence(machine: Machine, found: Grams, sectors: list[dict[str, float]]) -> list[tuple[str, ...]]:
    model = machine.scorers.get("sector")
    if model is None:
        return [()] * found.texts
    chances: NDArray[Any] = np.array([list(row.values()) for row in sectors])
    label = np.where(chances.max(1) >= sector.SHOWN, chances.argmax(1), -1)
    return model.evidence(found, label)
