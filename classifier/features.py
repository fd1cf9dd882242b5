"""Hashed features of many texts at once: words, word pairs and pieces of words, as numbers that can't be turned back.

Every stretch of signs gets a hash from one running sum over the whole batch, so a batch costs a few array passes and no
loop over n-grams. The same text gives the same numbers on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

BITS = 20
SIZE = 1 << BITS
HALF = SIZE // 2
PIECES = (2, 3, 4, 5)  # lengths of the pieces of words, a space at either end counted
FAMILIES = ("word", "pair", *(f"piece{n}" for n in PIECES))

_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2^64
_INVERSE = pow(_BASE, -1, 1 << 64)
_MIX = np.uint64(0xFF51AFD7ED558CCD)

Numbers = NDArray[np.int64]
Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Grams:
    """All features of a batch, one row of the arrays each: which text, which family, which bucket, from which word on."""

    texts: int
    row: Numbers
    family: NDArray[np.int8]
    bucket: Numbers
    word: Numbers  # number of the word, in the batch, where the feature starts
    words: Numbers  # start of each word in `signs`
    ends: Numbers
    word_row: Numbers
    signs: str

    def matrix(self) -> sparse.csr_matrix:
        """Count the buckets of each text; a (texts, SIZE) matrix of float32."""
        ones = np.ones(len(self.row), np.float32)
        return sparse.csr_matrix((ones, (self.row, self.bucket)), shape=(self.texts, SIZE), dtype=np.float32)


def grams(flat: Sequence[str]) -> Grams:
    """Hash texts that `wordlists.flatten` has laid out as words between single spaces."""
    signs = "\n".join(flat) + "\n"
    codes = np.frombuffer(signs.encode("utf-32-le"), np.uint32)
    running = np.concatenate([np.zeros(1, np.uint64), np.cumsum(codes * _powers(_BASE, len(codes)), dtype=np.uint64)])
    inverse = _powers(_INVERSE, len(codes) + 1)
    line = codes == 10
    gap = line | (codes == 32)
    row_at = np.cumsum(line) - line
    gaps = np.concatenate([[0], np.cumsum(gap)])
    starts = np.flatnonzero(~gap & np.concatenate([[True], gap[:-1]]))
    ends = np.flatnonzero(~gap & np.concatenate([gap[1:], [True]])) + 1
    word_at = np.cumsum(np.bincount(starts, minlength=len(codes))[: len(codes)]) - 1

    rows, families, buckets, words = [], [], [], []

    def add(family: int, first: Numbers, last: Numbers) -> None:
        hashed = (running[last] - running[first]) * inverse[first]
        rows.append(row_at[first])
        families.append(np.full(len(first), family, np.int8))
        buckets.append(_bucket(hashed, family))
        words.append(np.maximum(word_at[np.minimum(first + 1, len(word_at) - 1)], 0))

    add(0, starts, ends)
    together = np.flatnonzero(row_at[starts[:-1]] == row_at[starts[1:]]) if len(starts) else starts
    add(1, starts[together], ends[together + 1] if len(together) else together)
    for family, length in enumerate(PIECES, start=2):
        first = np.arange(max(0, len(codes) - length + 1))
        inside = (gaps[first + length - 1] - gaps[first + 1] == 0) & ~(line[first] | line[first + length - 1])
        inside &= gaps[first + length] - gaps[first] < length
        first = first[inside]
        add(family, first, first + length)
    return Grams(
        texts=len(flat),
        row=np.concatenate(rows),
        family=np.concatenate(families),
        bucket=np.concatenate(buckets),
        word=np.concatenate(words),
        words=starts,
        ends=ends,
        word_row=row_at[starts],
        signs=signs,
    )


def _bucket(hashed: Hashes, family: int) -> Numbers:
    mixed = (hashed ^ np.uint64((family + 1) * 0x632BE59BD9B4E019 & 0xFFFFFFFFFFFFFFFF)) * _MIX
    mixed ^= mixed >> np.uint64(33)
    mixed *= _MIX
    half = (
        HALF if family > 1 else 0
    )  # words and pairs in the lower half, pieces in the upper: each is weighed by itself
    return (mixed >> np.uint64(65 - BITS)).astype(np.int64) + half


_kept: dict[int, Hashes] = {}


def _powers(base: int, count: int) -> Hashes:
    """The powers of a number modulo 2^64, kept from one batch to the next."""
    kept = _kept.get(base)
    if kept is None or len(kept) < count:
        steps = np.full(max(count, 1 << 16) * 2, base, np.uint64)
        steps[0] = 1
        kept = _kept[base] = np.cumprod(steps, dtype=np.uint64)
    return kept[:count]
