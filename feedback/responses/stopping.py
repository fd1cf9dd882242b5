"""The words by which someone says: write to me no more."""

from __future__ import annotations

import unicodedata
from collections.abc import Container
from dataclasses import dataclass

from feedback.responses.reading import Section

_LONGEST = 100  # characters; whoever writes more says more than stop


@dataclass(frozen=True, slots=True)
class StopWords:
    """All stop words of a response, each in its bare spelling."""

    bare: frozenset[str]

    def said_in(self, text: str) -> bool:
        """Is the whole message a stop word, and nothing else?"""
        return len(text) <= _LONGEST and _bare(text) in self.bare


def read_stop_words(section: Section, languages: Container[str]) -> StopWords:
    """The stop words of response.toml, listed per language."""
    words: set[str] = set()
    for language in section.codes():
        if language not in languages:
            raise section.wrong(language, "is not a language of this response")
        words.update(_bare(word) for word in section.texts(language))
    if "" in words:
        raise section.wrong("en", "has a word without letters: every empty message would be a stop")
    return StopWords(frozenset(words))


def _bare(text: str) -> str:
    """Letters and marks alone, in one spelling: "STOP." and " stop" are the same."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(one if unicodedata.category(one)[0] in "LMN" else " " for one in plain).split())
