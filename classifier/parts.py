"""A text of several issues: its pieces, judged singly, and the split into several tickets that they propose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from classifier.sensitivity import COMPARTMENT
from classifier.suggestion import Part
from classifier.text import sentences
from classifier.wordlists import flatten

FEWEST = 3  # words; a shorter piece says nothing by itself


def pieces(text: str) -> list[str]:
    """Cut a raw text into the pieces that may be issues of their own: sentences, and clauses that begin with "also"."""
    return [part for sentence in sentences(text) for part in _clauses(sentence)]


def judged(flat: str, cut: Sequence[str]) -> list[str]:
    """Return the flattened pieces that danger is looked for in beside the whole text; empty for a text of one piece."""
    if len(cut) < 2 and len(flat) < LONG:
        return []
    return [f" {' '.join(window)} " for piece in cut for window in _windows(flatten(piece).split())]


def propose(cut: Sequence[str], found: Sequence[Part]) -> tuple[Part, ...]:
    """Join neighbours that are of one issue into parts; nothing unless two issues differ in wall or in sector.

    A piece without an issue of its own ("please help") stays with the one before it.
    """
    issues: list[Part] = []
    for piece, part in zip(cut, found, strict=True):
        silent = part.sector is None and part.compartment is None
        if issues and (silent or _same(issues[-1], part)):
            before = issues.pop()
            part = Part(
                f"{before.text}. {piece}",
                max(before.tier, part.tier),
                before.compartment,
                before.sector,
                before.subcategory or part.subcategory,
            )
        issues.append(part)
    if len(issues) > 1 and issues[0].sector is None and issues[0].compartment is None:
        first, second = issues[:2]
        issues[:2] = [replace(second, text=f"{first.text}. {second.text}")]
    differ = len([key for key, _ in groupby(issues, key=lambda part: (part.compartment, part.sector))])
    return tuple(issues) if differ > 1 else ()


def part(piece: str, tier: str, sector: str | None, subcategory: str | None) -> Part:
    """Name one piece; what is sensitive has a wall and no sector."""
    wall = COMPARTMENT.get(tier)
    return Part(piece, tier, wall, None if wall else sector, None if wall else subcategory)


def _same(one: Part, other: Part) -> bool:
    return (one.compartment, one.sector) == (other.compartment, other.sector)


def _clauses(sentence: str) -> list[str]:
    return [clause for clause in (clause.strip(" ,-") for clause in _ALSO.split(sentence)) if clause]


def _windows(words: list[str]) -> list[list[str]]:
    if len(words) <= WIDE:
        return [words] if len(words) >= FEWEST else []
    return [words[start : start + WIDE] for start in range(0, len(words) - WIDE // 2, WIDE // 2)]


LONG = 160  # signs; a longer text without full stops is looked at in windows
WIDE = 60  # words of a window; 20 and 60 lay within four of 233 disclosures of each other, and 60 is cheaper
_ALSO = re.compile(
    r",?\s+(?:and\s+)?(?:also|another (?:thing|problem|issue)|second(?:ly)?,|besides|moreover|এছাড়া|আরেকটা|tachara|arekta)\s+",
    re.IGNORECASE,
)
