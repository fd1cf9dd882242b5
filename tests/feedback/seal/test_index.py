"""Keyed indexes: found again inside one wall, and nowhere else (D37, I25)."""

from __future__ import annotations

import os
import random

import pytest

from channels.phone import parse
from feedback.seal.index import OPEN, address_index, term_index
from tests.trials import trials

KEY = os.urandom(32)
WALLS = (OPEN, "screening", "conduct", "protection", "gbv", "psea", "child_protection", "silent numbers")
MANY = trials(default=50, release=250)
NUMBERS = [f"+88017{number:08}" for number in range(150)]


def test_an_address_is_found_again_inside_its_wall() -> None:
    assert address_index(KEY, "gbv", NUMBERS[0]) == address_index(KEY, "gbv", NUMBERS[0])


def test_no_two_walls_and_no_two_addresses_share_an_index() -> None:
    indexes = [address_index(KEY, wall, number) for wall in WALLS for number in NUMBERS]
    assert len(set(indexes)) == len(WALLS) * len(NUMBERS)


def test_a_part_of_a_number_says_nothing_of_the_whole() -> None:
    whole = address_index(KEY, OPEN, NUMBERS[0])
    starts = {address_index(KEY, OPEN, NUMBERS[0][:length]) for length in range(1, len(NUMBERS[0]))}
    assert whole not in starts


def test_another_key_finds_nothing() -> None:
    mine = {address_index(KEY, OPEN, number) for number in NUMBERS}
    theirs = {address_index(os.urandom(32), OPEN, number) for number in NUMBERS}
    assert mine.isdisjoint(theirs)


def test_an_index_has_sixteen_bytes() -> None:
    assert {len(address_index(KEY, wall, NUMBERS[0])) for wall in WALLS} == {16}


def test_a_word_is_a_signed_number_that_both_engines_hold() -> None:
    numbers = [term_index(KEY, f"word {count}") for count in range(500)]
    assert all(-(2**63) <= number < 2**63 for number in numbers)
    assert min(numbers) < 0 < max(numbers)
    assert len(set(numbers)) == 500


@pytest.mark.plan("D37", trials=5 * MANY)
def test_of_many_numbers_each_is_found_by_itself_alone_however_it_is_written() -> None:
    """D37: another spelling is the same number; another key, wall, generation or part of it is another index."""
    chance, seen = random.Random(37), set()
    other = os.urandom(32)
    for _ in range(MANY):  # five ways each
        digits = f"17{chance.randrange(10**8):08}"
        number = f"+880{digits}"
        spelled = chance.choice((f"0{digits}", f"+880 {digits[:4]}-{digits[4:]}", f"00880{digits}", f"880{digits}"))
        index = address_index(KEY, "gbv", number)
        assert address_index(KEY, "gbv", parse(spelled, "BD") or "") == index
        assert address_index(other, "gbv", number) != index
        assert address_index(KEY, "gbv", number[: chance.randrange(1, len(number))]) != index
        assert address_index(KEY, chance.choice([wall for wall in WALLS if wall != "gbv"]), number) != index
        near = f"{number[:-1]}{(int(number[-1]) + 1) % 10}"
        assert address_index(KEY, "gbv", near) != index
        seen.add((number, index))
    assert len({number for number, _ in seen}) == len({index for _, index in seen})
