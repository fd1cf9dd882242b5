"""Passwords: one slow run, the same for the same letters however a keyboard writes them."""

from __future__ import annotations

import unicodedata

from feedback.seal import password

SALT = password.new_salt()
BANGLA = "কড়া পাসওয়ার্ড ২০২৬"


def test_a_password_proves_itself_and_no_other_does() -> None:
    kept = password.verifier("correct horse battery", SALT)
    assert password.proves("correct horse battery", SALT, kept)
    assert not password.proves("correct horse batterY", SALT, kept)
    assert not password.proves("correct horse battery", password.new_salt(), kept)


def test_two_spellings_of_the_same_letters_are_one_password() -> None:
    composed, split = unicodedata.normalize("NFC", "café " + BANGLA), unicodedata.normalize("NFD", "café " + BANGLA)
    assert composed != split
    assert password.proves(split, SALT, password.verifier(composed, SALT))


def test_the_salt_is_never_the_same() -> None:
    assert len({password.new_salt() for _ in range(50)}) == 50


def test_what_is_kept_is_not_the_password() -> None:
    kept = password.verifier("correct horse battery", SALT)
    assert len(kept) == 32
    assert b"horse" not in kept
