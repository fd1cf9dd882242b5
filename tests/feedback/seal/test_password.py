"""Passwords: one slow run, the same for the same letters however a keyboard writes them."""

from __future__ import annotations

import unicodedata

import pytest

from feedback.seal import password
from feedback.seal.password import Cost

SALT = password.new_salt()
BANGLA = "কড়া পাসওয়ার্ড ২০২৬"


def test_a_password_proves_itself_and_no_other_does() -> None:
    kept = password.verifier("correct horse battery", SALT)
    assert password.derive("correct horse battery", SALT).proves(kept)
    assert not password.derive("correct horse batterY", SALT).proves(kept)
    assert not password.derive("correct horse battery", password.new_salt()).proves(kept)


def test_two_spellings_of_the_same_letters_are_one_password() -> None:
    composed, split = unicodedata.normalize("NFC", "café " + BANGLA), unicodedata.normalize("NFD", "café " + BANGLA)
    assert composed != split
    assert password.derive(split, SALT).proves(password.verifier(composed, SALT))


def test_the_salt_is_never_the_same() -> None:
    assert len({password.new_salt() for _ in range(50)}) == 50


def test_what_is_kept_is_not_the_password() -> None:
    kept = password.verifier("correct horse battery", SALT)
    assert len(kept) == 32
    assert b"horse" not in kept


def test_what_is_derived_depends_on_its_cost() -> None:
    small, twice, wide = Cost(64, 1), Cost(64, 2), Cost(128, 1)
    assert len({password.derive("correct horse battery", SALT, cost).verifier for cost in (small, twice, wide)}) == 3
    assert small.is_less_than(twice)
    assert small.is_less_than(wide)
    assert not twice.is_less_than(wide)
    assert not twice.is_less_than(small)


@pytest.mark.parametrize("cost", [password.FIRST, Cost(64, 1), Cost(1024 * 1024, 64)])
def test_a_cost_is_read_as_it_was_written(cost: Cost) -> None:
    assert Cost.read(str(cost)) == cost


@pytest.mark.parametrize(
    "written",
    ["", "scrypt", "argon2id m=64 t=1", "argon2id m=64 t=1 p=2", "argon2id m=-1 t=1 p=1", "argon2id m=1048577 t=1 p=1",
     "argon2id m=64 t=65 p=1", "argon2id m=64 t=1 p=1\n"],
)  # fmt: skip
def test_another_way_of_writing_and_a_cost_that_would_stop_the_desk_are_refused(written: str) -> None:
    with pytest.raises(ValueError, match="not a cost"):
        Cost.read(written)


def test_the_cost_of_today_is_no_less_than_the_first() -> None:
    assert not password.NOW.is_less_than(password.FIRST)
