"""A one-time link: the desk keeps a digest of its word, to find it by, and nowhere the key that the word opens with."""

from __future__ import annotations

import hashlib
import secrets

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_BYTES = 32


def new_word() -> str:
    """256 random bits, as they stand in an address: too many to try."""
    return secrets.token_urlsafe(_BYTES)


def digest(word: str) -> bytes:
    """32 bytes to find it by; neither the word nor its key can be had from them."""
    return hashlib.sha256(b"feedback/1/link/" + word.encode(errors="replace")).digest()


def key(word: str) -> bytes:
    """The 32-byte key that only this word gives."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"feedback/1/link/key")
    return derived.derive(word.encode(errors="replace"))
