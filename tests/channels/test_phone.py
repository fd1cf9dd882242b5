"""Phone numbers as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels import phone


@pytest.mark.parametrize(
    "written",
    [
        "01712345417",
        "01712-345417",
        " +880 1712 345417 ",
        "008801712345417",
        "8801712345417",
        "০১৭১২৩৪৫৪১৭",  # Bangla
        "+৮৮০১৭১২৩৪৫৪১৭",
        "၀၁၇၁၂၃၄၅၄၁၇",  # Burmese
    ],
)
def test_one_number_written_in_many_ways_is_one_number(written: str) -> None:
    assert phone.parse(written, "BD") == "+8801712345417"


@pytest.mark.parametrize(
    ("written", "region"),
    [
        ("16247", "BD"),  # a short code
        ("999", "BD"),
        ("BRAC", "BD"),  # a sender's name
        ("1-800-FLOWERS", "US"),  # letters are no digits
        ("01712345417 x3", "BD"),
        ("01712345417#3", "BD"),  # an extension
        ("0942123456", "BD"),  # Burmese, written without its country: not to be sent to a stranger in Bangladesh
        ("01712345417", None),  # no country at all
        ("+266696687", None),  # "anonymous"
        ("", "BD"),
        ("+", "BD"),
        ("whatsapp:+8801712345417", None),
    ],
)
def test_what_cannot_be_answered_is_no_number(written: str, region: str | None) -> None:
    assert phone.parse(written, region) is None


def test_a_number_of_another_country_is_kept_when_its_country_is_written() -> None:
    assert phone.parse("+95 9 421 234 567", "BD") == "+959421234567"


@given(st.text(max_size=40))
def test_anything_written_gives_a_number_in_one_form_or_none(written: str) -> None:
    number = phone.parse(written, "BD")
    assert number is None or phone.parse(number) == number


def test_a_mask_shows_the_last_three_digits() -> None:
    assert phone.mask("+8801712345417") == "••• ••• 417"


def test_a_mask_of_something_short_shows_nothing() -> None:
    assert phone.mask("16247") == "••• •••"
