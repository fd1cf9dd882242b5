"""Tell Burmese typed in the old Zawgyi font encoding: its letters stand in another order, so nothing else here can read it."""

from __future__ import annotations

import re


def zawgyi(text: str) -> bool:
    """Say whether a Burmese text is in Zawgyi: more signs that only Zawgyi writes than signs that only Unicode writes."""
    old = len(_ONLY_ZAWGYI.findall(text))
    return old > 0 and old > len(_ONLY_UNICODE.findall(text))


_ONLY_ZAWGYI = re.compile(
    "[\u1060-\u1097]"  # stacked letters and variants that Unicode gave to other languages
    "|(?<![\u1000-\u102a\u103f\u1039-\u103e\u1031])\u1031"  # the vowel sign e typed before its consonant, as in Zawgyi
    "|\u1039(?![\u1000-\u1021])"  # Zawgyi's asat, where Unicode has a stacker that a consonant must follow
    "|(?<![\u1000-\u102a\u103f\u103b])\u103b"  # the round medial typed before its consonant
)
_ONLY_UNICODE = re.compile(
    "\u1031(?![\u1000-\u102a\u103b])"  # the vowel sign e with no consonant after it
    "|\u103a[\u1037\u1038]|\u1037\u103a"  # asat with a tone mark
)
