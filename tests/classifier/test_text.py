"""One spelling for every text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.text import normalize, sentences, words

SCRIPTS = st.text(
    alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from("য়ড়ঢ়য়ড়়াি্ကာေါ့္်း‌‍éÀßﬁＡаеоe\u0301'’_1১၁"))
)


@settings(deadline=None)
@given(SCRIPTS)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalize(text)
    assert normalize(once) == once


@settings(deadline=None)
@given(SCRIPTS)
def test_words_are_the_same_before_and_after_normalising(text: str) -> None:
    assert words(text) == words(normalize(text))


@pytest.mark.parametrize("letter", ["\u09df", "\u09dc", "\u09dd"])
def test_both_spellings_of_a_dotted_letter_are_equal(letter: str) -> None:
    split = unicodedata.normalize("NFD", letter)
    assert split != letter
    assert normalize(f"প{letter}") == normalize(f"প{split}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("আমাদের পানি নাই।", ["আমাদের", "পানি", "নাই"]),
        ("ရေ မရှိဘူး။ ကူညီပါ", ["ရေ", "မရှိဘူး", "ကူညီပါ"]),
        ("block-C, no water!", ["block", "c", "no", "water"]),
        ("Don't go", ["don't", "go"]),
        ("৩ দিন", ["3", "দিন"]),
        ("၃ ရက်", ["3", "ရက်"]),
        ("", []),
        ("?!", []),
    ],
)
def test_words_are_whole_and_keep_their_vowel_signs(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_a_word_is_not_found_inside_a_longer_one() -> None:
    assert "পান" not in words("পানি নাই")


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("HELPPPP", "help" + "p"),
        ("ＨＥＬＰ", "help"),
        ("rаpe", "rape"),  # the second letter is Cyrillic
        ("ha\u200bnd", "hand"),
        ("b\u0301ebe\u0301", "bebe"),
        ("tout  le\tmonde\n", "tout le monde"),
        ("can’t", "can't"),
    ],
)
def test_spellings_that_look_alike_fall_together(seen: str, meant: str) -> None:
    assert normalize(seen) == meant


def test_sentences_end_at_the_marks_of_every_script() -> None:
    assert sentences("No water. Help!\nপানি নাই। ရေမရှိဘူး။ 3.5 km") == ["No water", "Help", "পানি নাই", "ရေမရှိဘူး", "3.5 km"]
