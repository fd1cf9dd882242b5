"""One spelling for every text, so that lists, models and the desk's search compare like with like."""

from __future__ import annotations

import re
import unicodedata


def normalize(text: str) -> str:
    """Give the one spelling under which texts are compared; the original is kept elsewhere.

    Case, width, accents of Latin letters, look-alike letters, zero-width marks, digits of any script, the two
    spellings of য় ড় ঢ় and stretched letters ("helppp") fall together. Vowel signs stay. `normalize` of its own
    result changes nothing.
    """
    if text.isascii():
        return _tidy(text.lower().translate(_CONTROLS))
    for _ in range(4):  # a fold may open the way for another (ligatures, stacked marks); one more round settles it
        after = _fold(text)
        if after == text:
            break
        text = after
    return text


def words(text: str) -> list[str]:
    """Return the whole words of a text, normalised. Cut at white space and punctuation, never at a vowel sign.

    Burmese is written without spaces: there a "word" is what stands between two spaces.
    """
    return split(normalize(text))


def split(normal: str) -> list[str]:
    """Return the words of a text that went through `normalize` already."""
    if normal.isascii():
        return _PLAIN_WORD.findall(normal)
    return _WORD.findall(normal.replace("_", " "))


def sentences(text: str) -> list[str]:
    """Cut a raw text at full stops, question marks and line ends of any of our scripts; no part is empty."""
    return [part for part in (part.strip() for part in _STOP.split(text)) if part]


def _fold(text: str) -> str:
    text = unicodedata.normalize("NFKD", text.casefold())
    text = _DROPPED.sub("", text)
    text = unicodedata.normalize("NFC", text)
    return _tidy(text.translate(_LETTERS).replace("য়", "\u09df").replace("ড়", "\u09dc").replace("ঢ়", "\u09dd"))


def _tidy(text: str) -> str:
    return " ".join(_STRETCHED.sub(r"\1\1", text).split())


# Marks that carry no sound: accents on Latin letters, Arabic short vowels, joiners, direction marks, variants.
_DROPPED = re.compile(
    "[\u0300-\u036f\u064b-\u0652\u0670\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]"
)
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_STOP = re.compile(r"[.!?;।॥။၊…]+(?=\s|$)|(?<=[^\d\s])[.!?;।॥။](?=[^\W\d_])|\n")

_LOOK_ALIKE = dict(zip("аеорсухіјѕԁһԛԝкмтвнαοερτυικν", "aeopcyxijsdhqwkmtbnaoeptuikv", strict=True))
_QUOTES = dict.fromkeys("‘’‚‛′`´ʼ", "'") | dict.fromkeys("“”„«»″", '"') | dict.fromkeys("‐‑‒–—−", "-")
_DIGITS = {chr(zero + n): str(n) for zero in (0x660, 0x6F0, 0x966, 0x9E6, 0x1040, 0x1090, 0x10D30) for n in range(10)}
_CONTROLS = dict.fromkeys((*range(32), 127), " ")
_LETTERS = str.maketrans(_LOOK_ALIKE | _QUOTES | _DIGITS) | _CONTROLS


def _marks() -> str:
    """Vowel signs and other marks, as the inside of a character class: Python's `\\w` knows letters and digits only."""
    codes = [code for code in range(0x300, 0x10000) if unicodedata.category(chr(code)) in ("Mn", "Mc")]
    return "".join(map(chr, codes))


SOUND = rf"[\w{_marks()}]+"
_WORD = re.compile(f"{SOUND}(?:'{SOUND})*")
_PLAIN_WORD = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*")
