"""Build the model that ships: from the project's seed texts and, where they lie at hand, permissively licensed public sets.

The file that comes out holds hashed weights: no row and no term of any set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from classifier import rows, scorer
from classifier.rows import Row
from classifier.sensitivity import COMPARTMENT
from classifier.train import fit
from classifier.wordlists import dangers as list_of_dangers

SEED = Path(__file__).parent / "seed"
SEEDED = ("en", "bn", "bn-Latn", "rhg-Latn", "my")
"""The languages of the seed texts."""

SEED_WEIGHT = 4.0  # a seed text stands for what no public set has
DANGER_SEED_WEIGHT = 2.0  # more than that and ordinary words of a family begin to look dangerous

SECTORS: dict[str, tuple[str, ...]] = {  # our sector: the columns of munro_disaster that mean it
    "wash": ("water",),
    "food_security": ("food",),
    "shelter_nfi": ("shelter", "clothing"),
    "health": ("medical_help", "medical_products", "hospitals"),
    "protection": ("security", "missing_people", "refugees"),
    "livelihoods": ("money",),
    "site_management": ("electricity", "transport", "infrastructure_related", "aid_centers"),
    "nutrition": (),
    "education": (),
    "telecom_logistics": (),
    "accountability": (),
    "host_relations": (),
}
KINDS = ("question", "request", "complaint", "suggestion", "thanks", "rumour", "incident", "appeal")
IFRC_KINDS = {
    "Question": "question",
    "Request or suggestion": "request",
    "Observation, perception or belief": "rumour",
    "Encouragement or praise": "thanks",
}
DANGERS = ("danger", *COMPARTMENT, "T1")  # whether at all, and which; and whether a need is urgent
LANGUAGES = ("en", "bn-Latn", "rhg-Latn", "other")


@dataclass(frozen=True, slots=True)
class Lesson:
    """One text to learn from, with its labels and how much it counts."""

    text: str
    labels: frozenset[str]
    weight: float = 1.0
    source: str = "seed"


def build(sets: Path, out: Path) -> str:
    """Train every scorer of the shipped model and write them to `out`; returns the digest of the file."""
    return scorer.save({name: teach(*what) for name, what in lessons(sets).items()}, out)


def lessons(sets: Path) -> dict[str, tuple[Sequence[str], bool, list[Lesson]]]:
    """What each scorer of the shipped model is taught: its labels, whether several at once, and the lessons."""
    munro = public(sets, "munro_disaster")
    return {
        "sector": (tuple(SECTORS), True, sectors(munro)),
        "kind": (KINDS, False, [*_seed_kinds(), *_ifrc_kinds(public(sets, "ifrc_feedback_codes"))]),
        "language": (LANGUAGES, False, _languages(munro, public(sets, "bnsentmix_bn_latn"))),
        "danger": (DANGERS, True, list(dangers(sets, munro))),
    }


def teach(names: Sequence[str], multi: bool, lessons: list[Lesson]) -> scorer.Scorer:
    """Train one scorer from lessons."""
    table = np.array([[name in lesson.labels for name in names] for lesson in lessons], np.int8)
    weight = np.array([lesson.weight for lesson in lessons], np.float32)
    listed = set(names) == set(SECTORS)  # elsewhere lists join later, or would only echo themselves
    return fit([lesson.text for lesson in lessons], table, names, multi=multi, weight=weight, listed=listed)


def seed(language: str) -> list[Row]:
    """The project's own texts in a language."""
    path = SEED / f"{language}.csv"
    return list(rows.read(path)) if path.exists() else []


def sectors(munro: list[Row]) -> list[Lesson]:
    """What texts for each sector look like: seed and munro_disaster."""
    return [*_seed_sectors(), *map(_munro_sectors, munro)]


def dangers(sets: Path, munro: list[Row]) -> Iterable[Lesson]:
    """What disclosures look like in English: seed, questions to therapists, posts on self-harm; and what they don't."""
    for row in seed("en"):
        labels = {"danger", row["danger"]} if row["danger"] else {"T1"} if row["urgent"] else set()
        yield Lesson(row["text"], frozenset(labels), DANGER_SEED_WEIGHT)
    for row in munro:
        if row["genre"] == "direct" and not _told(row["message"]):
            yield Lesson(row["message"], frozenset(), source="munro_disaster")
    for row in public(sets, "counselchat_questions"):
        tier = "T3-G" if row["domestic_violence"] == "1" else "T3-L" if row["self_harm"] == "1" else ""
        if tier or not _told(row["text"]):
            yield Lesson(
                row["text"],
                frozenset({"danger", tier} if tier else ()),
                SEED_WEIGHT if tier else 1.0,
                "counselchat_questions",
            )
    for row in public(sets, "cssrs_suicide_risk"):
        for post in row["text"].split("', '"):
            told = row["risk"] == "1" and _told(post)
            if told or row["label"] == "Supportive":
                yield Lesson(
                    post, frozenset({"danger", "T3-L"} if told else ()), 1.0 if told else 0.5, "cssrs_suicide_risk"
                )


def _told(text: str) -> bool:
    """Whether the lists already find a danger: such a row is no honest negative, whatever its set says."""
    return any(not h.denied and not h.entry.weak for h in list_of_dangers().find(text))


def _seed_sectors() -> Iterable[Lesson]:
    for language in SEEDED:
        for row in seed(language):
            yield Lesson(row["text"], frozenset(row["sectors"].split("|")), SEED_WEIGHT)


def _munro_sectors(row: Row) -> Lesson:
    return Lesson(row["message"], frozenset(s for s, columns in SECTORS.items() if any(row[c] == "1" for c in columns)))


def _seed_kinds() -> Iterable[Lesson]:
    for language in SEEDED:
        for row in seed(language):
            if row["kind"] in KINDS:
                yield Lesson(row["text"], frozenset({row["kind"]}), SEED_WEIGHT)


def _ifrc_kinds(given: list[Row]) -> Iterable[Lesson]:
    for row in given:
        if row["lang_guess"] == "en" and row["type"] in IFRC_KINDS:
            yield Lesson(row["text"], frozenset({IFRC_KINDS[row["type"]]}))


def _languages(munro: list[Row], banglish: list[Row]) -> list[Lesson]:
    pick: Callable[[list[Row]], list[Row]] = lambda given: given[:: max(1, len(given) // 3000)]  # noqa: E731
    direct = [row for row in munro if row["genre"] == "direct"]
    told = [Lesson(row["message"], frozenset({"en"})) for row in pick(munro)]
    told += [Lesson(row["original"], frozenset({"other"})) for row in pick([r for r in direct if r["original"]])]
    told += [Lesson(row["text"], frozenset({"bn-Latn"})) for row in pick(banglish)]
    for language in ("en", "bn-Latn", "rhg-Latn"):
        told += [Lesson(row["text"], frozenset({language}), 10.0) for row in seed(language)]
    return told


def public(sets: Path, name: str) -> list[Row]:
    """The rows of a public set that lies in a folder; none where it is absent."""
    path = sets / name / "train.csv.gz"
    return list(rows.read(path)) if path.exists() else []
