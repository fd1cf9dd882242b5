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
from classifier.parts import judged, part, pieces, propose
from classifier.suggestion import UNREAD, Part, Suggestion, Verdict
from classifier.wordlists import Hit, flatten
from classifier.zawgyi import zawgyi

__all__ = ["load", "read", "suggest", "suggest_many"]

log = logging.getLogger(__name__)

LABELLED = frozenset(
    {"en"}
)  # languages with real labelled text of disclosures; in any other nothing is OPEN (decision 12)
LONGEST = 20_000  # signs; of a longer text the rest is for a person, so it is never OPEN


def suggest(text: str, language: str | None = None) -> Suggestion:
    """Say what one text is about, how urgent and how sensitive it is.

    `language` is what the channel or staff know of it; otherwise it is told from the text. Never raises: whatever
    fails, the verdict is UNSURE (I22).
    """
    return suggest_many([text], [language])[0]


def suggest_many(
    texts: Sequence[str], languages: Sequence[str | None] | None = None, *, machine: Machine | None = None
) -> list[Suggestion]:
    """Say it of many texts at once, in their order; a text that fails is UNSURE and harms no other.

    `machine`: one that an installation trained and chose; else the shipped one.
    """
    if not texts:
        return []
    known = list(languages or [None] * len(texts))
    try:
        return read(machine or load(), texts, known)
    except Exception as failure:  # the words must not reach a log
        log.error("batch not classified: %s", type(failure).__name__)
    if len(texts) == 1:
        return [UNREAD]
    return [suggest_many([text], [spoken], machine=machine)[0] for text, spoken in zip(texts, known, strict=True)]


def read(machine: Machine, texts: Sequence[str], known: Sequence[str | None]) -> list[Suggestion]:
    """Read a batch with a given machine; raises whatever fails."""
    flat = [flatten(text[:LONGEST]) for text in texts]
    found = grams(flat)
    spoken = _languages(machine, texts, known, found)
    hits = [machine.lists.search(whole) for whole in flat]
    sectors, kinds, dangers = (_scores(machine, name, found, hits) for name in ("sector", "kind", "danger"))
    words = _evidence(machine, found, sectors)
    cut = [pieces(text[:LONGEST]) for text in texts]
    windows = [
        judged(whole, single) if lang in LABELLED else [] for whole, single, lang in zip(flat, cut, spoken, strict=True)
    ]
    closer = iter(_scores(machine, "danger", grams([window for mine in windows for window in mine])))
    for whole, mine in zip(dangers, windows, strict=True):
        for _ in mine:
            _raise(whole, next(closer))
    readings = zip(texts, flat, hits, spoken, sectors, kinds, dangers, words, cut, strict=True)
    return [_one(machine, *reading) for reading in readings]


def _one(
    machine: Machine,
    text: str,
    flat: str,
    hits: list[Hit],
    spoken: str,
    likely: dict[str, float],
    kinds: dict[str, float],
    danger: dict[str, float],
    words: tuple[str, ...],
    cut: list[str],
) -> Suggestion:
    old = spoken == "my" and zawgyi(text)
    if old or not flat.strip():
        return Suggestion(language=spoken, model=machine.name, zawgyi=old)
    learned = spoken in LABELLED
    said = sensitivity.join(hits, danger if learned else {})
    urgent, why_urgent = sensitivity.urgent(hits, danger if learned else {})
    needs = [hit for hit in hits if spoken in (hit.entry.language, "und") or hit.entry.category != "need"]
    knows = learned or spoken in machine.taught("sector")  # of danger a desk teaches no language: people decide
    sectors = sector.join(likely if knows else {}, words if knows else (), needs, len(flat))
    which, sure, why = kind.join(kinds if learned or spoken in machine.taught("kind") else {}, hits)
    verdict = _verdict(
        said.confidence, spoken, healthy="danger" in danger and language.pure(text) and len(text) <= LONGEST
    )
    sensitive = verdict is Verdict.SENSITIVE
    best = sectors[0] if sectors and sectors[0].confidence >= sector.GIVEN else None
    tier = said.tier if sensitive else "T1" if urgent else "T0"
    return Suggestion(
        language=spoken,
        verdict=verdict,
        tier=tier,
        compartment=sensitivity.COMPARTMENT[tier] if sensitive else None,
        sensitive_confidence=said.confidence,
        sector=best.sector if best else None,
        subcategory=best.subcategory if best else None,
        confidence=best.confidence if best else 0.0,
        sectors=sectors,
        kind=which,
        kind_confidence=sure,
        signals=tuple(dict.fromkeys([*(word for score in sectors for word in score.signals), *why])),
        danger=tuple(dict.fromkeys([*said.fragments, *(why_urgent if urgent and not sensitive else ())])),
        model=machine.name,
        parts=_parts(machine, cut) if len(cut) > 1 else (),
    )


def _parts(machine: Machine, cut: list[str]) -> tuple[Part, ...]:
    """Judge the pieces of a text by the lists, which name what they found, and propose a split."""
    issues = []
    for piece in cut:
        hits = machine.lists.search(flatten(piece))
        danger = sensitivity.join(hits, {})
        named = sector.join({}, (), hits)
        tier = (
            danger.tier
            if danger.confidence >= sensitivity.SENSITIVE_AT
            else "T1"
            if sensitivity.urgent(hits, {})[0]
            else "T0"
        )
        issues.append(part(piece, tier, named[0].sector if named else None, named[0].subcategory if named else None))
    return propose(cut, issues)


def _verdict(confidence: float, spoken: str, *, healthy: bool) -> Verdict:
    if confidence >= sensitivity.SENSITIVE_AT:
        return Verdict.SENSITIVE
    return Verdict.OPEN if healthy and confidence < sensitivity.UNSURE_AT and spoken in LABELLED else Verdict.UNSURE


def _raise(whole: dict[str, float], piece: dict[str, float]) -> None:
    """A piece can only make its text more dangerous."""
    for name, chance in piece.items():
        whole[name] = max(whole[name], chance)


def _languages(machine: Machine, texts: Sequence[str], known: Sequence[str | None], found: Grams) -> list[str]:
    scripts = [language.script(text) for text in texts]
    model = machine.scorers.get("language")
    told = language.name(scripts, model, found) if model else [language.name_by_script(one) for one in scripts]
    return [said or own for said, own in zip(known, told, strict=True)]


def _scores(machine: Machine, name: str, found: Grams, hits: list[list[Hit]] | None = None) -> list[dict[str, float]]:
    model = machine.scorers.get(name)
    if model is None:
        return [{} for _ in range(found.texts)]
    return [dict(zip(model.labels, map(float, row), strict=True)) for row in model.probabilities(found, hits).tolist()]


def _evidence(machine: Machine, found: Grams, sectors: list[dict[str, float]]) -> list[tuple[str, ...]]:
    model = machine.scorers.get("sector")
    if model is None:
        return [()] * found.texts
    chances: NDArray[Any] = np.array([list(row.values()) for row in sectors])
    label = np.where(chances.max(1) >= sector.SHOWN, chances.argmax(1), -1)
    return model.evidence(found, label)
