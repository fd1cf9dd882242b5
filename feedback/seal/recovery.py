"""A recovery kit in three parts of which any two open it: three wrapped copies, one a pair, no new cryptography (decision 14)."""

from __future__ import annotations

import base64
import itertools
import os

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from feedback.seal import box

PARTS = ("a", "b", "c")
PAIRS = tuple("".join(pair) for pair in itertools.combinations(PARTS, 2))


def new_parts() -> dict[str, str]:
    """Three parts by letter, each 32 random bytes in base32, in groups that can be read out and typed."""
    return {letter: f"{letter}-{_grouped(os.urandom(32))}" for letter in PARTS}


def wrap(parts: dict[str, str], compartment: str, generation: int, packed: bytes) -> dict[str, bytes]:
    """The compartment's secret, once for each pair of parts."""
    return {
        pair: box.seal(
            _key(parts[pair[0]], parts[pair[1]]),
            packed,
            table="recovery",
            row=generation,
            column=f"{compartment}.{pair}",
        )
        for pair in PAIRS
    }


def unwrap(one: str, other: str, compartment: str, generation: int, copies: dict[str, bytes]) -> bytes:
    """The secret again, from any two parts in any order. Raises `BadSeal` for wrong ones, or one part twice."""
    first, second = sorted((_clean(one), _clean(other)))
    pair = first[:1] + second[:1]
    if pair not in copies:
        raise box.BadSeal("recovery")
    key = _key(first, second)
    return box.unseal(key, copies[pair], table="recovery", row=generation, column=f"{compartment}.{pair}")


def _key(first: str, second: str) -> bytes:
    both = f"{_clean(first)}/{_clean(second)}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"feedback/1/recovery").derive(both)


def _clean(part: str) -> str:
    return "".join(one for one in part.lower() if one.isalnum())


def _grouped(secret: bytes) -> str:
    text = base64.b32encode(secret).decode("ascii").rstrip("=").lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))
