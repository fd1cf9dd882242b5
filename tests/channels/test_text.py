"""Segments of a text message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.text import Alphabet, Segments, segments

GSM7, UCS2 = Alphabet.GSM7, Alphabet.UCS2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Segments(GSM7, 0, 0, 160)),
        ("a", Segments(GSM7, 1, 1, 159)),
        ("a" * 160, Segments(GSM7, 1, 160, 0)),
        ("a" * 161, Segments(GSM7, 2, 161, 145)),
        ("a" * 306, Segments(GSM7, 2, 306, 0)),
        ("a" * 307, Segments(GSM7, 3, 307, 152)),
        ("€" * 80, Segments(GSM7, 1, 160, 0)),
        ("€" * 81, Segments(GSM7, 2, 162, 143)),  # 76 in the first: an escape is not parted from its character
        ("a" * 152 + "€" + "a" * 7, Segments(GSM7, 2, 161, 144)),
        ("a" * 151 + "€" + "a" * 8, Segments(GSM7, 2, 161, 145)),
        ("\f^{}\\[~]|€", Segments(GSM7, 1, 20, 140)),
        ("à la carte £5 @ñ\r\n", Segments(GSM7, 1, 18, 142)),
        ("ç", Segments(UCS2, 1, 1, 69)),  # only the capital is in the alphabet
        ("a\tb", Segments(UCS2, 1, 3, 67)),
        ("don’t", Segments(UCS2, 1, 5, 65)),
        ("পানি নাই", Segments(UCS2, 1, 8, 62)),
        ("প" * 70, Segments(UCS2, 1, 70, 0)),
        ("প" * 71, Segments(UCS2, 2, 71, 63)),
        ("প" * 134, Segments(UCS2, 2, 134, 0)),
        ("প" * 135, Segments(UCS2, 3, 135, 66)),
        ("🚰" * 35, Segments(UCS2, 1, 70, 0)),
        ("🚰" * 36, Segments(UCS2, 2, 72, 61)),  # 33 in the first: a pair is not cut in two
    ],
)
def test_segments_are_counted_exactly(text: str, expected: Segments) -> None:
    assert segments(text) == expected


TEXTS = st.text(st.characters(codec="utf-16"), max_size=400) | st.text("ab€[🚰প", max_size=400)


@given(TEXTS)
def test_units_are_those_of_the_alphabet_on_the_wire(text: str) -> None:
    counted = segments(text)
    if counted.alphabet is UCS2:
        assert counted.used == len(text.encode("utf-16-be")) // 2
    else:
        assert counted.used == sum(2 if character in "\f^{}\\[~]|€" else 1 for character in text)


@given(TEXTS)
def test_a_text_fits_its_segments_and_needs_each_of_them(text: str) -> None:
    counted = segments(text)
    joined = 67 if counted.alphabet is UCS2 else 153
    if counted.count > 1:
        assert counted.count * joined >= counted.used > (counted.count - 1) * (joined - 1)
    assert counted.room >= 0


@given(TEXTS, st.sampled_from("a€🚰প"))
def test_a_longer_text_never_takes_fewer_segments(text: str, more: str) -> None:
    assert segments(text + more).count >= segments(text).count
