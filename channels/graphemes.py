"""What a reader takes for one character: a letter with its marks, an emoji with what is joined to it. Never cut in two."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_ZWNJ, _ZWJ = "\u200c", "\u200d"
_JOINS = frozenset(
    {_ZWNJ, _ZWJ, "\uff9e", "\uff9f", *map(chr, range(0x1F3FB, 0x1F400)), *map(chr, range(0xE0020, 0xE0080))}
)
# Marks with a width of their own that Unicode lets stand alone (its table of cluster breaks), most of them Burmese.
_ALONE = frozenset(
    {0x102B, 0x102C, 0x1038, *range(0x1062, 0x1065), *range(0x1067, 0x106E), 0x1083, *range(0x1087, 0x108D), 0x108F}
    | {*range(0x109A, 0x109D), 0x1A61, 0x1A63, 0x1A64, 0xAA7B, 0xAA7D}
)
_BEFORE = frozenset({*map(chr, range(0x600, 0x606)), "\u06dd", "\u070f", "\u08e2"})  # signs that belong to what follows


def graphemes(text: str) -> Iterator[str]:
    """The clusters of a text, in order; joined they are the text. A line's end of two characters counts as two."""
    cluster, flags = "", 0
    for character in text:
        flag = "\U0001f1e6" <= character <= "\U0001f1ff"
        if cluster and not _stays(cluster, character, flag=flag, flags=flags):
            yield cluster
            cluster, flags = "", 0
        cluster, flags = cluster + character, flags + flag
    if cluster:
        yield cluster


def _stays(cluster: str, character: str, *, flag: bool, flags: int) -> bool:
    last = cluster[-1]
    if _is_control(last) or _is_control(character):
        return False
    if last in _BEFORE or _is_mark(character):
        return True
    if last == _ZWJ and unicodedata.category(character) == "So":
        return True
    return flag and flags == 1 and len(cluster) == 1  # two letters make one country's flag


def _is_mark(character: str) -> bool:
    category = unicodedata.category(character)
    return character in _JOINS or category in ("Mn", "Me") or (category == "Mc" and ord(character) not in _ALONE)


def _is_control(character: str) -> bool:
    category = unicodedata.category(character)
    return category in ("Cc", "Zl", "Zp", "Cs") or (
        category == "Cf" and character not in _JOINS and character not in _BEFORE
    )
