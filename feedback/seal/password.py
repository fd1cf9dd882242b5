"""From a password to the bytes that prove it and the key that wraps what is the person's own: one Argon2id run (decision 4)."""

from __future__ import annotations

import hmac
import os
import re
import unicodedata
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

_MOST_MEMORY, _MOST_TURNS = 1024 * 1024, 64


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of Argon2id takes: `memory` in KiB, `turns` over it. Stored beside each password (decision 16)."""

    memory: int
    turns: int

    def __str__(self) -> str:
        return f"argon2id m={self.memory} t={self.turns} p=1"

    @classmethod
    def read(cls, written: str) -> Cost:
        """From what is stored. Raises `ValueError` for anything else, and for a cost that would stop the desk."""
        found = _WRITTEN.fullmatch(written)
        if found is None or int(found[1]) > _MOST_MEMORY or int(found[2]) > _MOST_TURNS:
            raise ValueError("not a cost of Argon2id")
        return cls(int(found[1]), int(found[2]))

    def is_less_than(self, other: Cost) -> bool:
        """Would a thief's machine have less to do for this one?"""
        return self.memory * self.turns < other.memory * other.turns


_WRITTEN = re.compile(r"argon2id m=(\d{1,9}) t=(\d{1,4}) p=1")
FIRST = Cost(memory=32 * 1024, turns=3)
"""The cost where none is named; never changed, since what was derived at it would not be proved any more."""

NOW = FIRST
"""The cost of what is derived from now on. Raise it, and each password follows at its next sign-in."""


@dataclass(frozen=True, slots=True, repr=False)
class Derived:
    """What one run gives: `verifier` is stored, `wrapping` never is. 32 bytes each."""

    verifier: bytes
    wrapping: bytes

    def proves(self, expected: bytes) -> bool:
        """Is this the password that the stored verifier came from? Takes the same time either way."""
        return hmac.compare_digest(self.verifier, expected)


def new_salt() -> bytes:
    """16 random bytes."""
    return os.urandom(16)


def derive(password: str, salt: bytes, cost: Cost = FIRST) -> Derived:
    """Run Argon2id over the password, normalised first (NFC): keyboards write the same Bangla letters in two ways."""
    plain = unicodedata.normalize("NFC", password).encode()
    master = Argon2id(salt=salt, length=64, iterations=cost.turns, lanes=1, memory_cost=cost.memory).derive(plain)
    return Derived(_expand(master, b"verifier"), _expand(master, b"wrapping"))


def verifier(password: str, salt: bytes) -> bytes:
    """32 bytes that prove the password."""
    return derive(password, salt).verifier


def _expand(master: bytes, purpose: bytes) -> bytes:
    return HKDFExpand(algorithm=SHA256(), length=32, info=b"feedback/1/" + purpose).derive(master)
