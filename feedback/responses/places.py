"""The places of a response, from the camp outwards to the area around it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from feedback.responses.finding import Finder, read_finder
from feedback.responses.reading import Section
from feedback.responses.terms import Place

FINE = frozenset({"block", "union"})  # finer than a T3 ticket may say (R25)
KINDS = FINE | {"camp", "island", "upazila", "area"}


@dataclass(frozen=True, slots=True)
class Places:
    """All places of a response, and how they are found in a text."""

    all: Mapping[str, Place]
    finder: Finder

    def around(self, code: str | None) -> tuple[str | None, ...]:
        """The place, the area around it, and so on outwards; the last is None, for anywhere."""
        found: list[str | None] = []
        while code is not None:
            found.append(code)
            code = self.all[code].parent
        return (*found, None)

    def shared(self, one: str | None, other: str | None) -> str | None:
        """What two mentions have in common: the finer one if it lies in the other, else the nearest area around both."""
        around = self.around(other)
        if one in around:
            return other
        if other in self.around(one):
            return one
        return next(place for place in self.around(one) if place in around)

    def coarse(self, code: str | None) -> str | None:
        """The camp, island or upazila that this place lies in."""
        return next(place for place in self.around(code) if place is None or self.all[place].kind not in FINE)

    def find(self, text: str) -> str | None:
        """The place that a text names; the area around where it names several, None where it names none."""
        named = [self._one(codes) for codes in self.finder.mentions(text)]
        if not named:
            return None
        place = named[0]
        for other in named[1:]:
            place = self.shared(place, other)
        return place

    def _one(self, codes: tuple[str, ...]) -> str | None:
        place: str | None = codes[0]
        around = self.around(place)
        for code in codes[1:]:
            other = self.around(code)
            around = tuple(each for each in around if each in other)
            place = around[0]
        return place


def read_places(file: Section) -> Places:
    """The places of places.toml, each parent checked."""
    found = {code: _place(code, section) for code, section in file.sections("place").items()}
    numbered: dict[str, str] = {}
    for place in found.values():
        _check_parents(file, place, found)
        if place.number is not None and numbered.setdefault(place.number, place.code) != place.code:
            raise file.wrong(
                f"place.{place.code}.number", f"{place.number!r} is the number of {numbered[place.number]} too"
            )
    finder = read_finder(file.section("find"), found.values())
    file.done()
    return Places(found, finder)


def _place(code: str, section: Section) -> Place:
    place = Place(
        code,
        section.labels(),
        section.text("kind"),
        section.text("parent", "") or None,
        section.text("number", "") or None,
        section.texts("aliases"),
        section.flag("closed", default=False),
    )
    if place.kind not in KINDS:
        raise section.wrong("kind", f"{place.kind!r} is not one of {', '.join(sorted(KINDS))}")
    if place.number is not None and not re.fullmatch(r"[1-9]\d?[a-z]?", place.number):
        raise section.wrong("number", 'must be like "9", "8e" or "4x"')
    section.done()
    return place


def _check_parents(file: Section, place: Place, found: Mapping[str, Place]) -> None:
    seen = {place.code}
    parent = place.parent
    while parent is not None:
        if parent not in found:
            raise file.wrong(f"place.{place.code}.parent", f"{parent!r} is not a place")
        if parent in seen:
            raise file.wrong(f"place.{place.code}.parent", "goes round in a circle")
        seen.add(parent)
        parent = found[parent].parent
    if place.kind in FINE and place.parent is None:
        raise file.wrong(f"place.{place.code}.parent", f"is missing: a {place.kind} lies in a camp or upazila")
