"""Which sectors a text is for: what the lists name and what the model weighs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from classifier.suggestion import SectorScore
from classifier.wordlists import Hit

SHOWN = 0.2  # a sector below this is not worth a look
GIVEN = 0.35  # below this the classifier abstains
TOLD = 4.0  # a list hit multiplies the model's odds by this; measured on held-out SMS, see docs/classifier.md
ALONE = 0.36  # least worth of a list hit for a sector that no public set teaches the model
UNLEARNED = 0.75  # worth of a list hit in a language that the model has not learned at all
PASSING = 0.3  # the same for a single word in a long text there, where it may be said in passing
SHORT = 90  # signs of a text in which a single word is probably what it is about; in a longer one it takes a phrase
TAUGHT = frozenset(  # what the public sets teach well: there the model's own odds count
    {
        "wash.no_water",
        "food_security.ration_quantity",
        "shelter_nfi.shelter_damage",
        "shelter_nfi.nfi_missing",
        "shelter_nfi.loss",
        "health",
        "health.medicine",
        "health.mhpss",
        "health.referral_transport",
        "protection.tracing",
    }
)
LAST = frozenset({"accountability"})  # asks about anything: only where no other sector is named


def join(
    likely: Mapping[str, float], words: tuple[str, ...], hits: Iterable[Hit], length: int = 0
) -> tuple[SectorScore, ...]:
    """Join model and lists into scores, best first.

    `likely` is empty where the model has not learned the language; `words` are those that spoke for its best sector;
    `length` counts the signs of the text.
    """
    named: dict[str, list[Hit]] = {}
    for hit in hits:
        if hit.entry.category == "need" and not hit.denied:
            named.setdefault(hit.entry.code.partition(".")[0], []).append(hit)
    best = max(likely, key=lambda sector: likely[sector], default=None)
    found = []
    for sector in likely.keys() | named.keys():
        mine = named.get(sector, [])
        codes = {hit.entry.code for hit in mine}
        told = length <= SHORT or any(" " in hit.fragment for hit in mine)
        confidence = _joined(sector, likely.get(sector, 0.0), codes, told) if likely else _named(sector, mine, told)
        if confidence >= SHOWN:
            said = [hit.fragment for hit in mine] + (list(words) if sector == best else [])
            found.append(SectorScore(sector, round(confidence, 4), _subcategory(mine), tuple(dict.fromkeys(said))))
    return tuple(sorted(found, key=lambda score: (-score.confidence, score.sector)))


def _joined(sector: str, likely: float, named: set[str], told: bool) -> float:
    if not named:
        return likely
    odds = TOLD * likely / max(1 - likely, 1e-6)
    lifted = odds / (1 + odds)
    return max(lifted, ALONE - 0.01 * (sector in LAST)) if told and not named <= TAUGHT else lifted


def _named(sector: str, hits: list[Hit], told: bool) -> float:
    if not hits:
        return 0.0
    return (UNLEARNED if told else PASSING) - 0.01 * (sector in LAST)


def _subcategory(hits: list[Hit]) -> str | None:
    """The subcategory with the most telling hit: urgent before plain, a long fragment before a short one."""
    told = [hit for hit in hits if "." in hit.entry.code]
    if not told:
        return None
    best = max(told, key=lambda hit: (hit.entry.tier == "T1", len(hit.fragment)))
    return best.entry.code.partition(".")[2]
