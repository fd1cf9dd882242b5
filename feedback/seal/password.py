"""From a password to the bytes that prove it: one Argon2id run, split by HKDF (decision 4)."""

from __future__ import annotations

import hmac
import os
import unicodedata

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

_MEMORY = 32 * 1024  # KiB
_TURNS = 3


def new_salt() -> bytes:
    """16 random bytes."""
    return os.urandom(16)


def verifier(password: str, salt: bytes) -> bytes:
    """32 bytes that prove the password; what will wrap the person's key is derived apart from it.

    The password is normalised first (NFC), since keyboards write the same Bangla letters in two ways.
    """
    plain = unicodedata.normalize("NFC", password).encode()
    master = Argon2id(salt=salt, length=64, iterations=_TURNS, lanes=1, memory_cost=_MEMORY).derive(plain)
    return HKDFExpand(algorithm=SHA256(), length=32, info=b"feedback/1/verifier").derive(master)


def proves(password: str, salt: bytes, expected: bytes) -> bool:
    """Is this the password? Takes the same time either way."""
    return hmac.compare_digest(verifier(password, salt), expected)
