"""Find where a text says that it comes from: a camp by its number or a place by its name, in any script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from feedback.responses.reading import Section
from feedback.responses.terms import Place

_LETTER = r"[^\W\d_]"
_GAP = r"[\s\-.:,#(/]{0,3}"
_BURMESE = re.compile(r"[\u1000-\u109f]")
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")


@dataclass(frozen=True, slots=True)
class Finder:
    """The patterns made from the places of one response. Zawgyi-encoded Burmese is not read: turn it into Unicode first."""

    names: re.Pattern[str] | None
    codes_by_name: Mapping[str, tuple[str, ...]]
    numbers: tuple[re.Pattern[str], ...]
    code_by_number: Mapping[str, str]
    suffix_by_word: Mapping[str, str]

    def mentions(self, text: str) -> list[tuple[str, ...]]:
        """Each mention of a place: the codes it may mean, mostly one."""
        plain = _plain(text)
        found = [self._numbered(match) for pattern in self.numbers for match in pattern.finditer(plain)]
        if self.names is not None:
            found += [
                self.codes_by_name[" ".join(match.group().casefold().split())] for match in self.names.finditer(plain)
            ]
        return [codes for codes in found if codes]

    def _numbered(self, match: re.Match[str]) -> tuple[str, ...]:
        number = match["number"].lstrip("0")
        said = next((match[name] for name in ("word", "near", "far") if match[name]), "").casefold()
        suffix = self.suffix_by_word.get(said, said)
        for exact in (number + suffix, number):
            if exact in self.code_by_number:
                return (self.code_by_number[exact],)
        return tuple(code for other, code in self.code_by_number.items() if re.fullmatch(rf"{number}[a-z]", other))


def read_finder(section: Section, places: Iterable[Place]) -> Finder:
    """Make the patterns from [find] of places.toml and from the aliases and numbers of the places."""
    camp, number = _any_of(section.texts("camp_words")), _any_of(section.texts("number_words"))
    suffixes = section.section("suffixes")
    by_word = {_plain(word).casefold(): suffix for suffix in suffixes.codes() for word in suffixes.texts(suffix)}
    section.done()
    codes_by_name: dict[str, tuple[str, ...]] = {}
    code_by_number: dict[str, str] = {}
    for place in places:
        for alias in place.aliases:
            name = " ".join(_plain(alias).casefold().split())
            codes_by_name[name] = (*codes_by_name.get(name, ()), place.code)
        if place.number is not None:
            code_by_number[place.number] = place.code
    names = _any_of(codes_by_name)
    return Finder(
        re.compile(names, re.IGNORECASE) if names else None,
        codes_by_name,
        _number_patterns(camp, number, _suffix_pattern(by_word, set(suffixes.codes()))) if camp and number else (),
        code_by_number,
        by_word,
    )


def _number_patterns(camp: str, number_word: str, suffix: str) -> tuple[re.Pattern[str], ...]:
    digits = rf"(?<!\d)(?P<number>\d{{1,2}})(?!\d){suffix}"
    patterns = (
        rf"{camp}s?{_GAP}(?:{number_word}{_GAP})?{digits}",  # camp 9, camp no. 9, ক্যাম্প নং ৯
        rf"{digits}{_GAP}{number_word}{_GAP}(?:\S+\s+)?{camp}",  # 9 no camp, ৯ নম্বর রোহিঙ্গা ক্যাম্প
        rf"{number_word}{_GAP}{digits}[\s)]{{0,2}}{camp}",  # အမှတ် (၉) စခန်း
    )
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


def _suffix_pattern(by_word: Mapping[str, str], letters: Iterable[str]) -> str:
    """1 East, 1-E and 1E; "1 E" only in capitals, since "camp 1 e" is romanised Bangla for "in camp 1"."""
    words = "|".join(map(re.escape, sorted(by_word, key=len, reverse=True))) or "(?!)"
    near = "".join(letters)
    end = f"(?!{_LETTER})"
    return (
        rf"(?:[\s\-(]{{0,2}}(?P<word>{words}){end}|-?(?P<near>[{near}]){end}|\s(?P<far>(?-i:[{near.upper()}])){end}|"
        rf"(?P<none>))"
    )


def _any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first. Burmese is written without gaps, so its words may stand anywhere."""
    plain = sorted({" ".join(_plain(word).casefold().split()) for word in words}, key=len, reverse=True)
    burmese = [re.escape(word) for word in plain if _BURMESE.search(word)]
    spaced = [_spaced(word) for word in plain if not _BURMESE.search(word)]
    choices = [f"(?<!{_LETTER})(?:{'|'.join(spaced)})"] if spaced else []
    return f"(?:{'|'.join(choices + burmese)})" if choices + burmese else ""


def _spaced(word: str) -> str:
    """Latin words are whole; Bangla ones may carry an ending (ক্যাম্পে, টেকনাফের)."""
    pattern = re.escape(word).replace(r"\ ", r"\s+")
    return pattern + f"(?!{_LETTER})" if word.isascii() else pattern


def _plain(text: str) -> str:
    """One spelling of each letter, and digits of every script as 0 to 9."""
    if text.isascii():
        return text
    return _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), unicodedata.normalize("NFKC", text))
