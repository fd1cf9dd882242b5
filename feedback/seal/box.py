"""Sealing bytes under a key and to one place, so that they can be neither read nor moved."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class BadSeal(Exception):  # noqa: N818
    """The bytes were changed, moved from another place, or sealed under another key. Carries nothing of them."""


def seal(key: bytes, words: bytes, *, table: str, row: int, column: str) -> bytes:
    """Seal `words` (any length) under a 32-byte key for one table, row and column: 12 bytes of nonce, then AES-256-GCM."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, words, _place(table, row, column))


def unseal(key: bytes, sealed: bytes, *, table: str, row: int, column: str) -> bytes:
    """The bytes again. Raises `BadSeal` if they are not exactly what was sealed for this place (I24)."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _place(table, row, column))
    except (InvalidTag, ValueError):  # a nonce that was cut short is a ValueError
        raise BadSeal(f"{table}.{column}") from None


def _place(table: str, row: int, column: str) -> bytes:
    return f"feedback/1/{table}/{row}/{column}".encode()
