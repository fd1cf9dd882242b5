"""The box: what was sealed opens only unchanged, under its key and in its place (D36, I24)."""

from __future__ import annotations

import os
import random
from itertools import pairwise

import pytest

from feedback.seal import box

KEY, WORDS = os.urandom(32), "পানি নাই, three days".encode()
PLACE = {"table": "message", "row": 7, "column": "words"}


def test_what_was_sealed_opens_again() -> None:
    assert box.unseal(KEY, box.seal(KEY, WORDS, **PLACE), **PLACE) == WORDS


def test_nothing_at_all_can_be_sealed_too() -> None:
    assert box.unseal(KEY, box.seal(KEY, b"", **PLACE), **PLACE) == b""


def test_the_same_words_never_seal_to_the_same_bytes() -> None:
    assert len({box.seal(KEY, WORDS, **PLACE) for _ in range(100)}) == 100


def test_every_flipped_bit_is_refused() -> None:
    sealed = box.seal(KEY, WORDS, **PLACE)
    for bit in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(box.BadSeal):
            box.unseal(KEY, bytes(changed), **PLACE)


@pytest.mark.parametrize("kept", [0, 1, 11, 12, 27, 28, -1])
def test_a_cut_seal_is_refused(kept: int) -> None:
    with pytest.raises(box.BadSeal):
        box.unseal(KEY, box.seal(KEY, WORDS, **PLACE)[:kept], **PLACE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"row": 8},
        {"column": "raw"},
        {"table": "note"},
        {"table": "message/7", "row": 7},
        {"row": 0},
    ],
)
def test_a_seal_that_was_moved_is_refused(elsewhere: dict[str, object]) -> None:
    sealed = box.seal(KEY, WORDS, **PLACE)
    with pytest.raises(box.BadSeal):
        box.unseal(KEY, sealed, **{**PLACE, **elsewhere})


def test_another_key_opens_nothing() -> None:
    sealed = box.seal(KEY, WORDS, **PLACE)
    for _ in range(20):
        with pytest.raises(box.BadSeal):
            box.unseal(os.urandom(32), sealed, **PLACE)


def test_any_two_of_many_rows_can_not_be_swapped() -> None:
    chance = random.Random(36)
    rows = [chance.getrandbits(63) for _ in range(500)]
    sealed = {row: box.seal(KEY, WORDS, table="note", row=row, column="words") for row in rows}
    refused = 0
    for row, other in pairwise(rows):
        with pytest.raises(box.BadSeal):
            box.unseal(KEY, sealed[row], table="note", row=other, column="words")
        refused += 1
    assert refused == 499


def test_a_refusal_says_nothing_of_the_words() -> None:
    with pytest.raises(box.BadSeal) as refusal:
        box.unseal(KEY, box.seal(os.urandom(32), WORDS, **PLACE), **PLACE)
    assert str(refusal.value) == "message.words"
    assert refusal.value.__cause__ is None
