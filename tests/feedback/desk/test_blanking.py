"""Blanking: what names somebody goes, what says what is the matter stays."""

from __future__ import annotations

import pytest

from feedback.desk.blanking import blank

CASES = [
    ("call me 01712 345 678 now", "call me # now"),
    ("my card is FCN-204 331 please", "my card is FCN-# please"),
    ("আমার নম্বর ০১৭১২৩৪৫৬৭৮", "আমার নম্বর #"),
    ("ဖုန်း ၀၉၄၅၁၂၃၄၅", "ဖုန်း #"),
    ("block B4 camp 12, 3 days no water", "block B4 camp 12, 3 days no water"),
    ("shelter A12C7B9", "shelter #"),
    ("write to karim@example.org or https://x.example/me", "write to # or #"),
    ("My name is Abdul Karim. No water", "My name is #. No water"),
    ("amar naam Rohima, pani nai", "amar naam #, pani nai"),
    ("আমার নাম করিম। পানি নাই", "আমার নাম #। পানি নাই"),
    ("when will rice come", "when will rice come"),
]


@pytest.mark.parametrize(("said", "left"), CASES)
def test_numbers_addresses_and_announced_names_are_blanked(said: str, left: str) -> None:
    assert blank(said) == left


def test_a_known_name_is_blanked_wherever_it_stands_whole() -> None:
    said = "ROHIMA says rohima khatun has no food; Rohimabad is far"
    assert blank(said, ["Rohima Khatun"]) == "# says # # has no food; Rohimabad is far"


def test_a_name_too_short_to_tell_is_left() -> None:
    assert blank("no water", ["No"]) == "no water"
