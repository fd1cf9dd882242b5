"""Taking out of a text what names somebody, before it teaches: numbers, addresses, and names that are known or announced."""

from __future__ import annotations

import re
from collections.abc import Iterable

from classifier.text import SOUND

BLANK = "#"
SHORTEST = 3
"""Letters of a name that is looked for; a shorter one would hit by chance."""

_NUMBER = re.compile(r"\+?\d(?:[\s\-./()]{0,2}\d){4,}")
"""Five digits or more, however they are written and in any script: phones, cards, tokens, dates."""

_MIXED = re.compile(r"\b(?=\w*\d\w*\d\w*\d)(?=\w*[^\W\d_])\w+\b")
"""Three digits among letters: the number of a card or a shelter."""

_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|\bwww\.\S+|(?<!\w)@\w+", re.IGNORECASE)

_ANNOUNCED = re.compile(
    r"(\b(?:my (?:full )?name(?: is|'s)?|name ?:|(?:amar|amr|añrar|anar|ãr) n(?:aa?|ã)m|(?:father|husband|mother|wife)(?:'s)? name(?: is)?)"
    r"|আমার নাম|নাম ?:|နာမည်(?:က)?)"
    rf"([\s:]+{SOUND}){{1,3}}",
    re.IGNORECASE,
)


def blank(text: str, names: Iterable[str] = ()) -> str:
    """The text with a blank for each number, address and name. `names`: what is known of the person, in any spelling."""
    text = _ANNOUNCED.sub(rf"\1 {BLANK}", _ADDRESS.sub(BLANK, text))
    text = _MIXED.sub(BLANK, _NUMBER.sub(BLANK, text))
    known = {word for name in names for word in re.findall(SOUND, name) if len(word) >= SHORTEST}
    if not known:
        return text
    return re.sub(rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, known)))})(?!\w)", BLANK, text, flags=re.IGNORECASE)
