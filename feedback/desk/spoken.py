"""Is a text in the language that was agreed? By its script, by the reviewed phrases, at the claim by the machine too (R28)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from feedback.desk import room
from feedback.responses.phrases import Phrases

LATIN = "latin"
_SCRIPT = {"bn": "bengali", "my": "myanmar"}
_BLOCKS = {"bengali": (0x980, 0x9FF), "myanmar": (0x1000, 0x109F)}
FEWEST = 4
"""Words that the machine needs to tell English from other Latin letters; a name or a time alone tells nothing."""


def fits(phrases: Phrases, text: str, language: str) -> bool:
    """By script, and where it is a phrase of ours, by the language that the phrase is in. Loads nothing."""
    if script(text) != _SCRIPT.get(language, LATIN):
        return False
    spoken = _languages_of(phrases, text)
    return not spoken or language in spoken


def sounds_other(session: Session, text: str, language: str) -> bool:
    """Does the machine surely hear English where something else was agreed, or the other way round?

    Bangla and Rohingya in Latin letters are too close for it to part. Only a worker has the machine in its room.
    """
    hears = room.hears(session)
    if hears is None or script(text) != LATIN or language in _SCRIPT or len(text.split()) < FEWEST:
        return False
    heard = hears(text)
    return heard != "und" and (heard == "en") != (language == "en")


def script(text: str) -> str:
    """The script that most letters are in."""
    letters = [ord(sign) for sign in text if sign.isalpha()]
    for name, (first, last) in _BLOCKS.items():
        if sum(first <= code <= last for code in letters) * 2 > len(letters):
            return name
    return LATIN


def _languages_of(phrases: Phrases, text: str) -> set[str]:
    """The languages in which one of our phrases says exactly this; empty for a text that is none of them."""
    return {
        language
        for key, labels in phrases.all.items()
        for language, wording in labels.items()
        if "{code}" not in wording and phrases.text(key, language) == text
    }
