"""The reviewed word and phrase lists in `lists/*.toml`, compiled so that one look at each word of a text finds them.

A pattern is words between spaces: `beat*` any ending, `(he|she)` one of these, `..` up to four words between, `..9` up
to nine, `@her` a named set from the list's own `[sets]`. A gap never crosses the end of a sentence. In Burmese, which is
written without spaces, a pattern is looked for anywhere in the text with its spaces taken out.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from classifier.text import SOUND, normalize

HERE = Path(__file__).parent / "lists"
HARMLESS = frozenset({"need", "kind"})
MINOR = 2  # a beginning shorter than this would hit by chance


class BadList(ValueError):  # noqa: N818 - reads as what it is
    """A list file says something that can't be meant; the message names the file and the entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One reviewed entry: what it stands for and the texts that prove it."""

    language: str
    category: str  # gbv, sea, child, life, conduct, protection, need, kind
    tier: str  # as in the response; "T0" where the entry says nothing of urgency
    code: str  # "sector.subcategory", or the kind for category "kind"; empty when there is none
    weak: bool  # alone it makes a text unsure, not sensitive
    note: str
    match: tuple[str, ...]
    hit: tuple[str, ...]
    miss: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found in a text: the fragment that matched, and whether a negation stood right before it."""

    entry: Entry
    fragment: str
    denied: bool


class Lists:
    """All entries, searchable. `find` costs some microseconds a text: only patterns whose rarest word occurs are tried."""

    def __init__(self, entries: Iterable[tuple[Entry, dict[str, str]]]) -> None:
        self.entries: list[Entry] = []
        self._patterns: list[tuple[int, re.Pattern[str]]] = []
        self._exact: dict[str, list[int]] = {}
        self._prefix: dict[str, list[int]] = {}
        self._pieces: list[tuple[int, str]] = []
        for entry, sets in entries:
            self.entries.append(entry)
            for pattern in entry.match:
                self._add(len(self.entries) - 1, _tokens(pattern, sets, entry))
        self._longest = max(map(len, self._prefix), default=0)
        self._of_word = lru_cache(maxsize=50_000)(self._look_up)

    def find(self, text: str) -> list[Hit]:
        """Return the hits in a raw text, each entry once."""
        return self.search(flatten(text))

    def search(self, normal: str) -> list[Hit]:
        """Return the hits in a text that went through `flatten` already."""
        hits: dict[int, Hit] = {}
        for candidate in sorted({c for word in normal.split() for c in self._of_word(word)}):
            number, pattern = self._patterns[candidate]
            if (number not in hits or hits[number].denied) and (found := pattern.search(normal)):
                hits[number] = Hit(self.entries[number], found[0].strip(), _denied(normal, found.start()))
        if not normal.isascii():
            joined = normal.replace(" ", "")
            for number, piece in self._pieces:
                if number not in hits and piece in joined:
                    hits[number] = Hit(self.entries[number], piece, denied=False)
        return list(hits.values())

    def _add(self, number: int, tokens: list[str]) -> None:
        if self.entries[number].language == "my":
            self._pieces.append((number, "".join(tokens)))
            return
        self._patterns.append((number, re.compile("(?<= )" + "".join(map(_regex, tokens)))))
        anchors = max((_choices(t) for t in tokens if not t.startswith("..")), key=lambda c: min(map(_weight, c)))
        for choice in anchors:
            word = max(choice.split(), key=_weight)
            index = self._prefix if word.endswith("*") else self._exact
            index.setdefault(word.rstrip("*"), []).append(len(self._patterns) - 1)

    def _look_up(self, word: str) -> tuple[int, ...]:
        found = list(self._exact.get(word, ()))
        for end in range(MINOR, min(len(word), self._longest) + 1):
            found += self._prefix.get(word[:end], ())
        return tuple(found)


def flatten(text: str) -> str:
    """Return the words of a raw text between single spaces, apostrophes dropped, ` | ` where a sentence ends."""
    normal = _END.sub(" | ", normalize(text.replace("\n", ". "))).replace("'", "")
    return f" {' '.join(_PIECE.findall(normal))} "


@cache
def shipped() -> Lists:
    """The lists that ship with the project, compiled once."""
    return Lists(read(HERE))


@cache
def dangers() -> Lists:
    """Of the shipped lists what tells of danger, without needs and kinds: half the work."""
    return Lists((entry, sets) for entry, sets in read(HERE) if entry.category not in HARMLESS)


def read(folder: Path) -> Iterable[tuple[Entry, dict[str, str]]]:
    """Read every list of a folder. Raises `BadList` with the place of the first mistake."""
    for path in sorted(folder.glob("*.toml")):
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        sets = {name: "|".join(members) for name, members in document.get("sets", {}).items()}
        for row in document["entry"]:
            yield _entry(path.name, document["language"], row), sets


def _entry(name: str, language: str, row: dict[str, object]) -> Entry:
    unknown = row.keys() - {"class", "tier", "code", "weak", "note", "match", "hit", "miss"}
    if unknown or not (row.get("note") and row.get("match") and row.get("hit") and row.get("miss")):
        raise BadList(
            f"{name}: {row.get('note', row)}: needs class, note, match, hit, miss; knows no {sorted(unknown)}"
        )
    return Entry(
        language=language,
        category=str(row["class"]),
        tier=str(row.get("tier", "T0")),
        code=str(row.get("code", "")),
        weak=bool(row.get("weak", False)),
        note=str(row["note"]),
        match=_texts(row["match"]),
        hit=_texts(row["hit"]),
        miss=_texts(row["miss"]),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)


def _tokens(pattern: str, sets: dict[str, str], entry: Entry) -> list[str]:
    tokens = []
    for token in _TOKEN.findall(pattern):
        if token.startswith("@"):
            if token[1:] not in sets:
                raise BadList(f"{entry.language}: {entry.note}: no set is called {token}")
            token = f"({sets[token[1:]]})"
        token = re.sub(r"@(\w+)", lambda m: sets[m[1]], token)
        token = token if token.startswith("..") else normalize(token).replace("'", "")
        tokens.append(token)
        if re.search(r"^\)|\.\.|[?+\[\]{}@]", token.removeprefix("..")) or not all(map(str.strip, _choices(token))):
            raise BadList(f"{entry.language}: {pattern}: can't read {token!r}")
        if not token.startswith("..") and any(
            len(w) <= MINOR and w[-1] == "*" for w in re.split(r"[ |()]+", token) if w
        ):
            raise BadList(f"{entry.language}: {pattern}: a beginning needs {MINOR} signs")
    return tokens


def _choices(token: str) -> list[str]:
    return token.strip("()").split("|")


def _weight(word: str) -> int:
    """How telling a word is as the place to start looking: long is rare, unless everybody says it."""
    return max(0 if part in COMMON else len(part) for part in word.split())


def _regex(token: str) -> str:
    if token.startswith(".."):
        return rf"(?:[^ |]+ ){{0,{token[2:] or 4}}}?"
    return "(?:" + "|".join(re.escape(choice).replace(r"\*", "[^ |]*") for choice in _choices(token)) + ") "


def _denied(normal: str, start: int) -> bool:
    """Whether a negation stands right before; "no bamboo unless …" denies nothing of what comes after the condition."""
    return not _CONDITION.match(normal, start) and bool(_DENIAL.search(normal, max(0, start - 40), start))


_SAID_BY_ALL = """
people food please water help need would information can family are want wants with have has they like is know will find
more come where house good some do what received street take from this that there when your been give gave getting get
days night today home live living work child children woman women money camp block name area send person because after
"""
COMMON = frozenset(_SAID_BY_ALL.split())
_TOKEN = re.compile(r"\([^)]*\)|\S+")
_END = re.compile(r"[.!?;।॥။၊]+(?=\s|$)|(?<=[^\d\s])[.!?;।॥။](?=[^\W\d_])|\|")
_PIECE = re.compile(rf"\||{SOUND}")
_CONDITION = re.compile(r"(?:unless|until|till|if|only|because|after|before) ")
_DENIAL = re.compile(
    r" (?:not|no|never|nobody|noone|without|nor|isnt|wasnt|didnt|doesnt|dont|arent|havent|hasnt)"
    r" (?!(?:only|just|stop\w*|end\w*|let\w*|leav\w*|one) )(?:[^ |]+ ){0,2}$"
)
