"""From a password to the bytes that prove it and the key that wraps what is the person's own: one Argon2id run (decision 4)."""

from __future__ import annotations

import hmac
import os
import unicodedata
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

_MEMORY = 32 * 1024  # KiB
_TURNS = 3


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


def derive(password: str, salt: bytes) -> Derived:
    """Run Argon2id over the password, normalised first (NFC): keyboards write the same Bangla letters in two ways."""
    plain = unicodedata.normalize("NFC", password).encode()
    master = Argon2id(salt=salt, length=64, iterations=_TURNS, lanes=1, memory_cost=_MEMORY).derive(plain)
    return Derived(_expand(master, b"verifier"), _expand(master, b"wrapping"))


def verifier(password: str, salt: bytes) -> bytes:
    """32 bytes that prove the password."""
    return derive(password, salt).verifier


def proves(password: str, salt: bytes, expected: bytes) -> bool:
    """Is this the password?"""
    return derive(password, salt).proves(expected)


def _expand(master: bytes, purpose: bytes) -> bytes:
    return HKDFExpand(algorithm=SHA256(), length=32, info=b"feedback/1/" + purpose).derive(master)
