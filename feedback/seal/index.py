"""Keyed indexes: addresses and words can be found again without being stored."""

from __future__ import annotations

import hashlib
import hmac

OPEN = "open"


def address_index(key: bytes, wall: str, address: str) -> bytes:
    """16 bytes that stand for an address inside one wall; the same address elsewhere gives other bytes (I25)."""
    room = hmac.digest(key, f"wall/{wall}".encode(), hashlib.sha256)
    return hmac.digest(room, address.encode(), hashlib.sha256)[:16]


def term_index(key: bytes, word: str) -> int:
    """A signed 64-bit number that stands for a normalised word in the search table (decision 2)."""
    return int.from_bytes(hmac.digest(key, word.encode(), hashlib.sha256)[:8], "big", signed=True)


def row_index(key: bytes, row: bytes) -> str:
    """40 hex digits that stand for an imported row; apart from the numbers that stand for words."""
    room = hmac.digest(key, b"rows", hashlib.sha256)
    return hmac.digest(room, row, hashlib.sha256).hex()[:40]


def mark(key: bytes, purpose: str, words: bytes) -> bytes:
    """32 bytes that stand for these words for one purpose; for another purpose they are others."""
    room = hmac.digest(key, f"mark/{purpose}".encode(), hashlib.sha256)
    return hmac.digest(room, words, hashlib.sha256)
