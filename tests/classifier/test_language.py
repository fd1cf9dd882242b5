"""Languages are told by script, then by pieces of words; unknown is a value."""

from __future__ import annotations

import pytest

from classifier.language import detect


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("There is no water in our block, please help", "en"),
        ("আমাদের ব্লকে পানি নাই", "bn"),
        ("amader block e tin din pani nai", "bn-Latn"),
        ("añrar block ot fani nai, tin din oiye", "rhg-Latn"),
        ("ရေမရှိဘူး ကူညီပါ", "my"),
        ("nou bezwen dlo ak manje tanpri ede nou", "und"),
        ("لا يوجد ماء في المخيم", "und"),
        ("нам нужна вода", "und"),
        ("12345", "und"),
        ("", "und"),
    ],
)
def test_a_language_is_told_or_stays_unknown(text: str, expected: str) -> None:
    assert detect(text) == expected
