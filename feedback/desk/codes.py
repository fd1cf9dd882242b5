"""The eight digits that a person may say or type: how they are made and checked (decision 8)."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

LIVE = timedelta(days=90)
"""How long a code lives after the last word on its ticket."""

_DAMM = (  # H. M. Damm's quasigroup of order 10: finds every single wrong digit and every swap of neighbours
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
_LOOSE = re.compile(r"(?<!\d)\d{4}[ -]?\d{4}(?!\d)")


def new() -> str:
    """A fresh code: seven random digits and the check digit."""
    digits = f"{secrets.randbelow(10**7):07}"
    return digits + str(_sum(digits))


def read(said: str) -> str | None:
    """The code in what a person typed or said, in any script's digits, or None when it is no code."""
    digits = "".join(str(int(one)) for one in said if one.isdecimal())
    return digits if len(digits) == 8 and _sum(digits) == 0 else None


def find(text: str) -> list[str]:
    """The codes that stand in a text."""
    return [code for found in _LOOSE.findall(text) if (code := read(found))]  # \d is a digit of any script


def spoken(code: str) -> str:
    """The code as it is written for people: two groups of four."""
    return f"{code[:4]} {code[4:]}"


def _sum(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim
