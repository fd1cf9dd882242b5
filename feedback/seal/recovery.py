"""A recovery kit in three parts of which any two open it (decision 14).

Each pair of parts gives a key pair; a compartment's secret is sealed to the three public ones. So a new generation can
be sealed to the same kit without the parts, which are kept outside the office. No cryptography of our own.
"""

from __future__ import annotations

import base64
import itertools
import os
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from feedback.seal import boxes
from feedback.seal.box import BadSeal

LETTERS = ("a", "b", "c")
PAIRS = tuple("".join(pair) for pair in itertools.combinations(LETTERS, 2))


def new_parts() -> dict[str, str]:
    """Three parts by letter, each 32 random bytes in base32, in groups that can be read out and typed."""
    return {letter: f"{letter}-{_grouped(os.urandom(32))}" for letter in LETTERS}


def publics(parts: Mapping[str, str]) -> dict[str, bytes]:
    """The public key of each pair of parts; these are stored, the parts are not."""
    return {
        pair: X25519PrivateKey.from_private_bytes(_private(parts[pair[0]], parts[pair[1]]))
        .public_key()
        .public_bytes_raw()
        for pair in PAIRS
    }


def seal(public: bytes, packed: bytes, *, compartment: str, generation: int, pair: str) -> bytes:
    """A compartment's secret, sealed to one pair of parts."""
    return boxes.seal_to(public, packed, what=_what(compartment, generation, pair))


def pair_of(one: str, other: str) -> str:
    """Which pair two parts make, in any order. Raises `BadSeal` for one part twice or no parts of ours."""
    pair = "".join(sorted((_clean(one)[:1], _clean(other)[:1])))
    if pair not in PAIRS:
        raise BadSeal("recovery")
    return pair


def unseal(one: str, other: str, sealed: bytes, *, compartment: str, generation: int) -> bytes:
    """The secret again, from any two parts in any order. Raises `BadSeal`."""
    pair = pair_of(one, other)
    first, second = sorted((_clean(one), _clean(other)))
    return boxes.unseal_with(_private(first, second), sealed, what=_what(compartment, generation, pair))


def _private(first: str, second: str) -> bytes:
    both = f"{_clean(first)}/{_clean(second)}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"feedback/1/recovery").derive(both)


def _what(compartment: str, generation: int, pair: str) -> str:
    return f"recovery/{compartment}/{generation}/{pair}"


def _clean(part: str) -> str:
    return "".join(one for one in part.lower() if one.isalnum())


def _grouped(secret: bytes) -> str:
    text = base64.b32encode(secret).decode("ascii").rstrip("=").lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))
