"""Words that give somebody away, and words by which somebody asks us not to come near: both as lists of the response."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import time

from classifier.text import normalize, words
from feedback.responses.reading import Section


@dataclass(frozen=True, slots=True)
class Listed:
    """Words and pieces of words, in their one spelling.

    In Latin letters an entry is one or more whole words, with a star at its end any word that begins so. Scripts whose
    words take endings, or that are written without spaces, are looked through for the entry itself.
    """

    whole: frozenset[str]
    begins: tuple[str, ...]
    phrases: tuple[str, ...]
    anywhere: tuple[str, ...]

    def found_in(self, text: str) -> list[str]:
        """What of the list stands in a text, in the spelling of the list; nothing is an empty list."""
        plain = normalize(text)
        said = [word.removesuffix("'s") for word in words(plain)]
        joined = f" {' '.join(said)} "
        found = {word for word in said if word in self.whole}
        found |= {start for start in self.begins for word in said if word.startswith(start)}
        found |= {phrase for phrase in self.phrases if f" {phrase} " in joined}
        found |= {piece for piece in self.anywhere if piece in plain}
        return sorted(found)


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of the day, local. A span that ends before it begins goes over midnight."""

    since: time
    until: time

    def hold(self, at: time) -> bool:
        """Is this time of day inside? The end is not."""
        if self.since <= self.until:
            return self.since <= at < self.until
        return at >= self.since or at < self.until


def read_listed(section: Section, languages: Container[str], *, more: Iterable[str] = ()) -> Listed:
    """A list of words per language; `more` are names that count in every language."""
    entries = [normalize(one) for one in more]
    for language in section.codes():
        if language not in languages:
            raise section.wrong(language, "is not a language of this response")
        entries += [normalize(one) for one in section.texts(language)]
    return listed(entries)


def listed(entries: Iterable[str]) -> Listed:
    """A list from normalised entries."""
    latin: list[str] = []
    other: list[str] = []
    for entry in entries:
        (latin if entry.isascii() else other).append(entry)
    return Listed(
        whole=frozenset(one for one in latin if not one.endswith("*") and " " not in one),
        begins=tuple(one[:-1] for one in latin if one.endswith("*")),
        phrases=tuple(" ".join(words(one)) for one in latin if " " in one and not one.endswith("*")),
        anywhere=tuple(other),
    )


def read_hours(section: Section) -> Hours:
    """Hours as `from` and `until`, written "09:00"."""
    return Hours(_time(section, "from"), _time(section, "until"))


def hours_of(since: str, until: str) -> Hours | None:
    """Hours from two times as people type them in a form; None where one is not a time."""
    try:
        return Hours(time.fromisoformat(since), time.fromisoformat(until))
    except ValueError:
        return None


def names_of(agencies: Mapping[str, object], abbreviations: Iterable[str]) -> list[str]:
    """The names that no neutral text holds: of agencies, and the signs of sectors."""
    return [re.sub(r"[-_]", " ", code) for code in agencies] + list(abbreviations)


def _time(section: Section, key: str) -> time:
    try:
        return time.fromisoformat(section.text(key))
    except ValueError:
        raise section.wrong(key, 'must be a time of day like "09:00"') from None
