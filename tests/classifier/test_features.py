"""Hashed features: the same for a text wherever it stands in a batch."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.features import HALF, SIZE, grams
from classifier.wordlists import flatten


@settings(deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
def test_a_text_has_the_same_features_alone_and_in_a_batch(texts: list[str]) -> None:
    flat = [flatten(text) for text in texts]
    together = grams(flat)
    for row, one in enumerate(flat):
        alone = grams([one])
        assert Counter(together.bucket[together.row == row].tolist()) == Counter(alone.bucket.tolist())


def test_words_and_pieces_lie_in_their_own_halves() -> None:
    found = grams([" no water here "])
    assert (found.bucket[found.family < 2] < HALF).all()
    assert (found.bucket[found.family >= 2] >= HALF).all()
    assert found.bucket.max() < SIZE


def test_words_pairs_and_pieces_are_all_there() -> None:
    found = grams([" no water "])
    counted = Counter(found.family.tolist())
    assert (counted[0], counted[1]) == (2, 1)
    assert counted[2] == 3 + 6  # every stretch of two signs inside a word and its two spaces


def test_a_feature_points_at_the_word_it_starts_in() -> None:
    found = grams([" no water ", " rice "])
    words = [found.signs[a:b] for a, b in zip(found.words, found.ends, strict=True)]
    assert words == ["no", "water", "rice"]
    assert set(found.word[found.row == 1].tolist()) == {2}


def test_empty_texts_have_no_features() -> None:
    found = grams(["", "  ", flatten("")])
    assert found.texts == 3
    assert not len(found.row)
