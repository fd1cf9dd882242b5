"""On real text that nobody here wrote (D33): nothing passes unseen without labelled text, and alarms stay few."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from classifier import machine, rows
from classifier.figure import readings, share
from classifier.suggestion import Suggestion, Verdict

Tell = Callable[[str, object], None]
SETS = Path(__file__).parents[3] / "shared" / "data"

pytestmark = pytest.mark.skipif(not SETS.is_dir(), reason="the public sets are not here")


def read(name: str, column: str, *, every: int = 1, most: int = 400, **where: str) -> list[Suggestion]:
    path = SETS / name / "train.csv.gz"
    if not path.exists():
        pytest.skip(f"{name} is not here")
    given = [
        row[column]
        for row in rows.read(path)
        if all(row[key] == value for key, value in where.items()) and row[column].strip()
    ]
    return readings(machine.load(), given[::every][:most])


@pytest.mark.plan("D33")
@pytest.mark.parametrize(
    ("name", "column", "where"),
    [
        ("sib200_en_bn_my", "text", {"lang": "bn"}),
        ("sib200_en_bn_my", "text", {"lang": "my"}),
        ("bengali_hate_speech", "text", {}),
        ("myhatespeech_my_nc", "text", {}),
    ],
)
def test_no_text_passes_unseen_in_a_language_without_labelled_text(
    name: str, column: str, where: dict[str, str], record_property: Tell
) -> None:
    said = read(name, column, **where)
    record_property("trials", len(said))
    assert len(said) >= 300
    assert not [one for one in said if one.verdict is Verdict.OPEN]


@pytest.mark.plan("D33")
def test_romanised_bangla_passes_only_where_it_is_english(record_property: Tell) -> None:
    said = read("bnsentmix_bn_latn", "text", every=9, most=1_200)
    passed = [one for one in said if one.verdict is Verdict.OPEN]
    record_property("trials", len(said))
    assert len(said) >= 1_000
    assert len(passed) <= len(said) * 0.01  # the set holds some comments that are wholly English
    assert {one.language for one in passed} <= {"en"}


@pytest.mark.parametrize("language", ["en", "bn", "my"])
def test_ordinary_prose_is_hardly_ever_flagged(language: str) -> None:
    said = read("sib200_en_bn_my", "text", most=800, lang=language)
    assert share(said, Verdict.SENSITIVE) <= 0.01


def test_ordinary_messages_are_flagged_once_in_a_hundred_and_read_once_in_eight_at_most() -> None:
    said = read("munro_disaster", "message", every=4, most=2_000, genre="direct")
    assert share(said, Verdict.SENSITIVE) <= 0.012
    assert 1 - share(said, Verdict.OPEN) <= 0.15


SOURCES = [("counselchat_questions", {"domestic_violence": "1"}), ("cssrs_suicide_risk", {"risk": "1"})]


@pytest.mark.plan("D33")
@pytest.mark.parametrize(("name", "where"), SOURCES)
def test_hardly_any_disclosure_passes_the_gate(name: str, where: dict[str, str], record_property: Tell) -> None:
    said = read(name, "text", every=1 if name.startswith("counsel") else 5, **where)
    record_property("trials", len(said))
    assert share(said, Verdict.OPEN) <= 0.02
    assert share(said, Verdict.SENSITIVE) >= 0.75


@pytest.mark.plan("D33")
@pytest.mark.full
@pytest.mark.parametrize(("name", "where"), SOURCES)
def test_of_all_disclosures_two_in_a_hundred_pass_the_gate_at_most(
    name: str, where: dict[str, str], record_property: Tell
) -> None:
    said = read(name, "text", **where)
    record_property("trials", len(said))
    assert share(said, Verdict.OPEN) <= 0.02


@pytest.mark.parametrize("language", ["bn", "my"])
def test_a_sector_is_hardly_ever_claimed_wrongly_where_nothing_was_learned(language: str) -> None:
    path = SETS / "sib200_en_bn_my" / "train.csv.gz"
    given = [row for row in rows.read(path) if row["lang"] == language]
    said = readings(machine.load(), [row["text"] for row in given])
    wrong = [
        one for one, row in zip(said, given, strict=True) if one.sector and not one.sector == row["label"] == "health"
    ]
    assert len(wrong) <= len(said) * 0.05
