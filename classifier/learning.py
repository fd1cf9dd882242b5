"""Learn from a desk: a model from the shipped seed, public sets and the desk's own lessons, with nothing rare of theirs in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier import machine, scorer, shipping
from classifier.features import SIZE, grams
from classifier.lesson_file import held_apart
from classifier.rows import BadRows
from classifier.scorer import Scorer
from classifier.shipping import DANGERS, KINDS, SECTORS, Lesson
from classifier.suggest import LABELLED
from classifier.wordlists import dangers, flatten

FEWEST = 5
"""A term of the desk's own tickets counts from so many tickets on; below, it could be somebody's name."""

TAUGHT = 200
"""Lessons of a language from which its sectors and kinds are read by the model too; what is dangerous never is."""

WEIGHT = 2.0
"""A lesson of the desk beside a row of a public set (1) and a line of the seed (4)."""

DESK = "desk"
TEACHABLE = ("sector", "kind", "danger")
"""What a desk teaches. Languages are told by the machine itself at the desk, so it would only hear its own echo."""

Row = dict[str, str]
Counts = NDArray[np.int64]


def build(sets: Path, rows: Sequence[Row], out: Path, axes: Sequence[str] = (), base: Path = machine.MODEL) -> str:
    """Train a model with the desk's lessons and write it to `out`; the digest of its file.

    `axes`: what is learned anew, else all; the other scorers are those of `base`. Raises `RefusedModel` for an unsound base,
    `BadRows` for an axis that there is not.
    """
    known = shipping.lessons(sets)
    if unknown := sorted(set(axes) - known.keys()):
        raise BadRows(f"no axis {', '.join(unknown)}; there are {', '.join(known)}")
    wanted = tuple(axes) or tuple(known)
    kept = scorer.load(base) if set(wanted) != set(known) else {}
    mine = spare(rows)
    made = {name: learn(*known[name], taught(name, mine), _languages(name, mine)) for name in known if name in wanted}
    return scorer.save({**kept, **made}, out)


def spare(rows: Sequence[Row]) -> list[Row]:
    """The rows that may teach, without the words that stand in fewer than `FEWEST` of their tickets: gone before anything
    is hashed. What is held apart for comparing is not among them."""
    rows = [row for row in rows if not held_apart(row["ticket"])]
    texts = [flatten(row["text"]).split() for row in rows]
    said: dict[str, set[str]] = {}
    for row, text in zip(rows, texts, strict=True):
        said.setdefault(row["ticket"], set()).update(text)
    among = Counter(word for words in said.values() for word in words)
    often = {word for word, tickets in among.items() if tickets >= FEWEST} | {"|"}
    return [
        {**row, "text": " ".join(word for word in text if word in often)} for row, text in zip(rows, texts, strict=True)
    ]


def taught(name: str, rows: Iterable[Row]) -> list[Lesson]:
    """What the rows teach one scorer. An ordinary text teaches of danger only where the lists find none in it."""
    return [lesson for row in rows if row["text"].strip(" |") and (lesson := _lesson(name, row)) is not None]


def learn(
    names: Sequence[str], multi: bool, public: list[Lesson], own: list[Lesson], languages: Sequence[str] = ()
) -> Scorer:
    """Train one scorer from public lessons and the desk's own, without what is rare among these.

    `languages`: those that the desk has taught it well enough to read.
    """
    made = shipping.teach(names, multi, [*public, *own])
    rare = _rare([lesson.text for lesson in own], [lesson.text for lesson in public])
    stays = ~np.isin(made.bucket, rare)
    about = {**made.about, "languages": list(languages)}
    return replace(made, bucket=made.bucket[stays], rarity=made.rarity[stays], weights=made.weights[stays], about=about)


def _languages(name: str, rows: Sequence[Row]) -> list[str]:
    """The languages with lessons enough in them for one scorer."""
    many = Counter(row["language"] for row in rows if name != "danger" and taught(name, [row]))
    return sorted(language for language, count in many.items() if count >= TAUGHT)


def _lesson(name: str, row: Row) -> Lesson | None:
    sectors = frozenset(row["sectors"].split("|")) & SECTORS.keys()
    if name == "sector" and sectors:
        return Lesson(row["text"], sectors, WEIGHT, DESK)
    if name == "kind" and row["kind"] in KINDS:
        return Lesson(row["text"], frozenset({row["kind"]}), WEIGHT, DESK)
    if name == "danger" and row["language"] in LABELLED and (row["danger"] or not _told(row["text"])):
        labels = frozenset({"danger", row["danger"]}) if row["danger"] else frozenset()
        return Lesson(row["text"], labels & frozenset(DANGERS), WEIGHT, DESK)
    return None


def _told(text: str) -> bool:
    return any(not hit.denied for hit in dangers().find(text))


def _rare(own: Sequence[str], public: Sequence[str]) -> Counts:
    """The features, pairs of words above all, that stand in some tickets but in fewer than `FEWEST`, and in no public text."""
    here, elsewhere = _present(own), _present(public)
    return np.flatnonzero((here > 0) & (here < FEWEST) & (elsewhere == 0))


def _present(texts: Sequence[str]) -> Counts:
    """In how many texts each feature stands."""
    if not texts:
        return np.zeros(SIZE, np.int64)
    counted = grams([flatten(text) for text in texts]).matrix()
    counted.sum_duplicates()
    return np.bincount(counted.indices, minlength=SIZE)
