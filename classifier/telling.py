"""What the lists find in a text, as 0 and 1 for the second layer of a scorer: what people know beside what rows taught."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from classifier.features import Grams
from classifier.wordlists import Hit, Lists

Floats = NDArray[np.float32]


def codes(lists: Lists) -> tuple[str, ...]:
    """The codes of all needs that the lists name, in fixed order."""
    return tuple(sorted({entry.code for entry in lists.entries if entry.category == "need"}))


def flags(found: Sequence[Sequence[Hit]], names: Sequence[str]) -> Floats:
    """Return for each text and code 1 where a hit names it, (texts, codes)."""
    place = {code: index for index, code in enumerate(names)}
    table = np.zeros((len(found), len(names)), np.float32)
    for row, hits in zip(table, found, strict=True):
        for hit in hits:
            if hit.entry.category == "need" and not hit.denied and hit.entry.code in place:
                row[place[hit.entry.code]] = 1
    return table


def search(lists: Lists, found: Grams) -> list[list[Hit]]:
    """Search the texts of a batch."""
    return [lists.search(flat) for flat in found.signs.split("\n")[: found.texts]]


def lengths(found: Grams) -> Floats:
    """Logarithm of the number of words of each text, about centred, (texts, 1)."""
    counted = np.bincount(found.word_row, minlength=found.texts)[: found.texts]
    return (np.log1p(counted).astype(np.float32) - 3)[:, None]
