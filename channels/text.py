"""The alphabet of a text message and the segments it takes: what a carrier will charge and join."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from channels.graphemes import graphemes

_GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM7_EXTENSION = frozenset("\f^{}\\[~]|€")  # each is sent as two: an escape and a character


class Alphabet(StrEnum):
    """How the characters travel. One character outside GSM-7 turns the whole text into UCS-2."""

    GSM7 = "gsm-7"
    UCS2 = "ucs-2"


_SIZES = {Alphabet.GSM7: (160, 153), Alphabet.UCS2: (70, 67)}  # units in a text alone, in each part of a joined one


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text takes. `used` counts units (septets or UTF-16 units), `room` those still free in the last segment."""

    alphabet: Alphabet
    count: int
    used: int
    room: int


def segments(text: str) -> Segments:
    """Count the segments of a text exactly; an empty text takes none.

    A letter with its marks, an emoji with what is joined to it, an escape with its character: none is cut in two, so a
    segment may end some units early. That is how Twilio counts.
    """
    gsm7 = all(character in _GSM7 or character in _GSM7_EXTENSION for character in text)
    alphabet = Alphabet.GSM7 if gsm7 else Alphabet.UCS2
    alone, joined = _SIZES[alphabet]
    units = [sum(_units(character, alphabet) for character in cluster) for cluster in graphemes(text)]
    used = sum(units)
    if used <= alone:
        return Segments(alphabet, 1 if text else 0, used, alone - used)
    count, filled = 1, 0
    for size in units:
        if filled + size > joined:
            count, filled = count + 1, 0
        filled += size
    return Segments(alphabet, count, used, max(0, joined - filled))


def _units(character: str, alphabet: Alphabet) -> int:
    if alphabet is Alphabet.GSM7:
        return 2 if character in _GSM7_EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1
