"""The eight digits: every slip is noticed, any script is read (decision 8)."""

from __future__ import annotations

import random

from feedback.desk import codes

CHANCE = random.Random(8)


def test_a_code_has_eight_digits_and_checks() -> None:
    made = [codes.new() for _ in range(500)]
    assert all(len(code) == 8 and codes.read(code) == code for code in made)
    assert len(set(made)) > 495


def test_every_single_wrong_digit_is_noticed() -> None:
    for code in (codes.new() for _ in range(50)):
        for place in range(8):
            for digit in set("0123456789") - {code[place]}:
                assert codes.read(code[:place] + digit + code[place + 1 :]) is None


def test_every_swap_of_neighbours_is_noticed() -> None:
    for code in (codes.new() for _ in range(200)):
        for place in range(7):
            swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            assert swapped == code or codes.read(swapped) is None


def test_a_code_is_read_however_it_is_written() -> None:
    code = codes.new()
    bangla = code.translate({ord(str(digit)): chr(0x9E6 + digit) for digit in range(10)})
    burmese = code.translate({ord(str(digit)): chr(0x1040 + digit) for digit in range(10)})
    for said in (code, codes.spoken(code), f" {code[:4]}-{code[4:]}. ", bangla, burmese):
        assert codes.read(said) == code


def test_what_is_no_code_is_none() -> None:
    for said in ("", "hello", "1234567", "123456789", "²" * 8):
        assert codes.read(said) is None


def test_codes_are_found_in_a_text_and_phone_numbers_are_not() -> None:
    first, second = codes.new(), codes.new()
    assert codes.find(f"my numbers are {codes.spoken(first)} and {second}!") == [first, second]
    assert codes.find(f"call +88017{first}") == []
    assert codes.find("no number here") == []
