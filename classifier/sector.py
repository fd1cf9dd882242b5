"""Which sectors a text is for: what the lists name and what the model weighs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from classifier.suggestion import SectorScore
from classifier.wordlists import Hit

SHOWN = 0.25  # a sector below this is not worth a look
GIVEN = 0.5  # below this the classifier abstains
NAMED = 0.75  # what a list hit alone is worth; measured on held-out texts, see docs/classifier.md


def join(likely: Mapping[str, float], words: tuple[str, ...], hits: Iterable[Hit]) -> tuple[SectorScore, ...]:
    """Join model and lists into scores, best first. `words` are those that spoke for the model's best sector."""
    named: dict[str, list[Hit]] = {}
    for hit in hits:
        if hit.entry.category == "need" and not hit.denied:
            named.setdefault(hit.entry.code.partition(".")[0], []).append(hit)
    best = max(likely, key=lambda sector: likely[sector], default=None)
    found = []
    for sector in likely.keys() | named.keys():
        mine = named.get(sector, [])
        confidence = _joined(likely.get(sector), bool(mine))
        if confidence >= SHOWN:
            said = [hit.fragment for hit in mine] + (list(words) if sector == best else [])
            found.append(SectorScore(sector, round(confidence, 4), _subcategory(mine), tuple(dict.fromkeys(said))))
    return tuple(sorted(found, key=lambda score: (-score.confidence, score.sector)))


def _joined(likely: float | None, named: bool) -> float:
    if likely is None:
        return NAMED if named else 0.0
    return 1 - (1 - likely) * (1 - WORTH) if named else likely


WORTH = 0.5


def _subcategory(hits: list[Hit]) -> str | None:
    """The subcategory with the most telling hit: urgent before plain, a long fragment before a short one."""
    told = [hit for hit in hits if "." in hit.entry.code]
    if not told:
        return None
    best = max(told, key=lambda hit: (hit.entry.tier == "T1", len(hit.fragment)))
    return best.entry.code.partition(".")[2]
