"""The code of conduct of a response: what everyone accepts before the desk opens for them, in the desk's languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from feedback.responses.reading import Section
from feedback.responses.terms import Labels, Language


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that is agreed to."""

    title: Labels
    text: Labels


@dataclass(frozen=True, slots=True)
class CodeOfConduct:
    """All of them. Who has accepted another `version` is asked again."""

    version: int
    points: tuple[Point, ...]


def read_code_of_conduct(file: Section, languages: Mapping[str, Language]) -> CodeOfConduct:
    """The code of code_of_conduct.toml. Raises `BadResponse` where a language of the desk is missing: nobody can accept
    what they can't read."""
    version = file.number("version")
    points = tuple(_read(section, languages) for section in file.listed("point"))
    if not points:
        raise file.wrong("point", "is empty")
    file.done()
    return CodeOfConduct(version, points)


def _read(section: Section, languages: Mapping[str, Language]) -> Point:
    point = Point(section.labels("title"), section.labels("text"))
    for name, labels in (("title", point.title), ("text", point.text)):
        missing = [one.code for one in languages.values() if one.interface and one.code not in labels]
        if missing:
            raise section.wrong(name, f"is missing in {', '.join(missing)}")
    section.done()
    return point
