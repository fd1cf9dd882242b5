"""Trials of sectors and labels: each trains on one part of a public set and measures on another that it has not seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from classifier import shipping
from classifier.evaluate import coverage, figures
from classifier.figure import Columns, Figure, Labels, between, count, reader, readings, split, table, texts
from classifier.rows import Row
from classifier.scorer import Scorer
from classifier.train import fit

SECTORS: Columns = {s: c for s, c in shipping.SECTORS.items() if c} | {"search_and_rescue": ("search_and_rescue",)}
CORE = ("wash", "food_security", "shelter_nfi", "health")
HELD = 4_000  # rows of munro_disaster kept apart
APART = "munro_disaster, 4,000 of its training rows held apart"


def sectors(sets: Path) -> list[Figure]:
    """Eight sectors on SMS and news together and on SMS alone, clean and noisy."""
    held, known = split(shipping.public(sets, "munro_disaster"), HELD)
    scorer = _taught(known, "message", SECTORS)
    sms = [row for row in held if row["genre"] == "direct"]
    core = [scorer.labels.index(name) for name in CORE]
    clean = _macro(scorer, texts(held, "message"), table(held, SECTORS))
    return [
        _f1("eight sectors, SMS and news", scorer, held, ">= .64"),
        _f1("eight sectors, SMS", scorer, sms, ">= .57"),
        _f1("four core sectors, SMS and news", scorer, held, ">= .79", core),
        _f1("four core sectors, SMS", scorer, sms, ">= .80", core),
        *(_lost(name, spoil, scorer, held, clean) for name, spoil in NOISES.items()),
    ]


def all_labels(sets: Path) -> list[Figure]:
    """All labels of munro_disaster."""
    held, known = split(shipping.public(sets, "munro_disaster"), HELD)
    columns: Columns = {name: (name,) for name in list(known[0])[6:]}
    labels = table(held, columns)
    found = figures(_taught(known, "message", columns), texts(held, "message"), labels)
    return [
        Figure("all labels, macro-F1", APART, "en", count(labels), between(found, "macro_f1"), ">= .62"),
        Figure("all labels, micro-F1", APART, "en", count(labels), between(found, "micro_f1"), ">= .73"),
    ]


def originals(sets: Path) -> list[Figure]:
    """The senders' own words, in Kreyol, from few rows and from many."""
    rows = [
        row
        for row in shipping.public(sets, "munro_disaster")
        if row["event"] == "haiti_earthquake" and row["original"].strip()
    ]
    held, known = split(rows, 1_200)
    core = {name: SECTORS[name] for name in CORE}
    where, labels, said = (
        "munro_disaster, column original, Haiti; 1,200 held apart",
        table(held, core),
        texts(held, "original"),
    )
    few = [
        _macro(_taught(known[start : start + 500], "original", core), said, labels) for start in range(0, 2_500, 500)
    ]
    many = figures(_taught(known, "original", core), said, labels)
    return [
        Figure(
            "core sectors in Kreyol, 500 rows (mean of five draws)",
            where,
            "Kreyol",
            count(labels),
            f"{np.mean(few):.3f}",
            ">= .58",
        ),
        Figure(
            f"core sectors in Kreyol, {len(known):,} rows",
            where,
            "Kreyol",
            count(labels),
            between(many, "macro_f1"),
            ">= .70 with 7,000",
        ),
    ]


def emergency(sets: Path) -> list[Figure]:
    """Learn from one disaster, read the next."""
    rows = shipping.public(sets, "munro_disaster")
    known, held = ([row for row in rows if row["event"] == event] for event in ("haiti_earthquake", "pakistan_floods"))
    found = figures(_taught(known, "message", SECTORS), texts(held, "message"), table(held, SECTORS))
    where = "munro_disaster, Haiti to Pakistan"
    return [
        Figure(
            "a new emergency, eight sectors",
            where,
            "en",
            count(table(held, SECTORS)),
            between(found, "macro_f1"),
            ">= .44",
        )
    ]


def abstaining(sets: Path) -> list[Figure]:
    """Accuracy of the best sector on what is not abstained."""
    held, known = split(shipping.public(sets, "munro_disaster"), HELD)
    names = tuple(shipping.SECTORS)
    who = reader(sector=shipping.teach(names, True, shipping.sectors(known)))
    sms = [row for row in held if row["genre"] == "direct"]
    chances = np.zeros((len(sms), len(names)), np.float32)
    for line, said in zip(chances, readings(who, texts(sms, "message")), strict=True):
        for score in said.sectors:
            line[names.index(score.sector)] = score.confidence
    labels = table(sms, shipping.SECTORS)
    surest = coverage(chances, labels)["0.8"]
    return [
        Figure(
            "top sector right, at 80 % coverage",
            f"{APART}, SMS with a sector",
            "en",
            count(labels),
            f"{surest:.3f}",
            ">= .93",
        )
    ]


def baseline(sets: Path) -> list[Figure]:
    """What a textbook classifier reaches on the very same rows: TF-IDF of words and pieces, balanced logistic regression."""
    rows = shipping.public(sets, "munro_disaster")
    held, known = split(rows, HELD)
    sms = [row for row in held if row["genre"] == "direct"]
    haiti, pakistan = (
        [row for row in rows if row["event"] == event] for event in ("haiti_earthquake", "pakistan_floods")
    )
    words = [row for row in haiti if row["original"].strip()]
    apart, taught = split(words, 1_200)
    core = {name: SECTORS[name] for name in CORE}
    every: Columns = {name: (name,) for name in list(rows[0])[6:]}
    tests = (
        ("all labels", known, held, "message", every),
        ("eight sectors, SMS and news", known, held, "message", SECTORS),
        ("eight sectors, SMS", known, sms, "message", SECTORS),
        ("four core sectors, SMS and news", known, held, "message", core),
        ("four core sectors, SMS", known, sms, "message", core),
        ("core sectors in Kreyol, 500 rows (first draw)", taught[:500], apart, "original", core),
        (f"core sectors in Kreyol, {len(taught):,} rows", taught, apart, "original", core),
        ("a new emergency, eight sectors", haiti, pakistan, "message", SECTORS),
    )
    found = []
    for what, learned, measured, column, columns in tests:
        labels = table(measured, columns)
        value = _textbook(texts(learned, column), table(learned, columns), texts(measured, column), labels)
        language = "en" if column == "message" else "Kreyol"
        found.append(Figure(f"textbook baseline: {what}", "as above", language, count(labels), f"{value:.3f}"))
    return found


TRIALS: tuple[Callable[[Path], list[Figure]], ...] = (sectors, all_labels, originals, emergency, abstaining, baseline)


def noisy(text: str, seed: int) -> str:
    """Replace, drop, double or swap about one sign in twenty, always the same ones."""
    chance = np.random.default_rng(seed)
    signs = list(text)
    for index in np.flatnonzero(chance.random(len(signs)) < 0.05):
        signs[index] = ["", signs[index] * 2, chr(97 + int(chance.integers(26)))][int(chance.integers(3))]
    return "".join(signs)


NOISES: dict[str, Callable[[str, int], str]] = {
    "5 % of signs changed": noisy,
    "all lower case": lambda text, _: text.lower(),
    "no accents, no punctuation": lambda text, _: "".join(sign if sign.isalnum() else " " for sign in text),
}


def _lost(name: str, spoil: Callable[[str, int], str], scorer: Scorer, held: list[Row], clean: float) -> Figure:
    labels = table(held, SECTORS)
    loss = clean - _macro(scorer, [spoil(text, number) for number, text in enumerate(texts(held, "message"))], labels)
    return Figure(f"macro-F1 lost: {name}", APART, "en", count(labels), f"{loss:.3f}", "<= .04")


def _taught(rows: Sequence[Row], column: str, columns: Columns) -> Scorer:
    return fit(texts(rows, column), table(rows, columns), tuple(columns), multi=True)


def _f1(what: str, scorer: Scorer, rows: list[Row], reach: str, only: list[int] | None = None) -> Figure:
    labels = table(rows, SECTORS)
    found = figures(scorer, texts(rows, "message"), labels, only=only)
    return Figure(f"{what}, macro-F1", APART, "en", count(labels), between(found, "macro_f1"), reach)


def _macro(scorer: Scorer, given: list[str], labels: Labels) -> float:
    return float(figures(scorer, given, labels, draws=0)["macro_f1"])


def _textbook(learned: list[str], taught: Labels, measured: list[str], labels: Labels) -> float:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import f1_score
    from sklearn.pipeline import make_union

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
    vectors = make_union(words, pieces).fit(learned)
    known, unknown = vectors.transform(learned), vectors.transform(measured)
    told = [
        f1_score(
            labels[:, label],
            LogisticRegression(class_weight="balanced", solver="liblinear").fit(known, here).predict(unknown),
        )
        for label, here in enumerate(taught.T)
        if here.any() and labels[:, label].any()
    ]
    return float(np.mean(told))
