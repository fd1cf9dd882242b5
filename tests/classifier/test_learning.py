"""Learning from a desk: what was decided is learned, what is held apart is not, and no rare word of a person gets into a model."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from classifier import learning, lesson_file, machine, scorer
from classifier.features import grams
from classifier.lesson_file import COLUMNS, Expired, held_apart, number_of
from classifier.scorer import Scorer
from classifier.shipping import Lesson
from classifier.suggest import read
from classifier.suggestion import Verdict
from classifier.wordlists import flatten

TODAY = date(2026, 11, 24)


def row(number: int, text: str, **more: str) -> dict[str, str]:
    given = {"ticket": number_of(str(number)), "until": "2026-12-01", "language": "en", "channel": "sms", "text": text}
    return {**dict.fromkeys(COLUMNS, ""), **given, **more}


def lessons(many: int = 40, planted: str = "", again: int = 1) -> list[dict[str, str]]:
    """Ordinary texts in which the word "tarpaulin" stands, the planted one in so many of those that are not held apart."""
    taught = [number for number in range(many * 2) if not held_apart(number_of(str(number)))][:many]
    return [
        row(number, f"please give {planted if place < again else ''} the tarpaulin to block", sectors="shelter_nfi")
        for place, number in enumerate(taught)
    ]


def learned(rows: list[dict[str, str]]) -> Scorer:
    """A scorer for shelter alone, from these rows and a few public lines."""
    public = [
        Lesson(text, frozenset()) for text in ("rice is late", "the doctor is away", "please come") for _ in range(9)
    ]
    return learning.learn(("shelter_nfi",), True, public, learning.taught("sector", learning.spare(rows)))


def differ(one: Scorer, other: Scorer) -> list[str]:
    """The arrays in which two scorers differ."""
    arrays = {part: (getattr(one, part), getattr(other, part)) for part in scorer.PARTS}
    arrays["line"] = (one.mixing.line, other.mixing.line)
    return [name for name, (mine, theirs) in arrays.items() if not np.array_equal(mine, theirs)]


@pytest.mark.plan("D17")
def test_a_rare_name_leaves_no_trace_in_any_array() -> None:
    assert differ(learned(lessons()), learned(lessons(planted="rohimullah", again=4))) == []


def test_a_word_of_five_tickets_is_learned() -> None:
    assert "bucket" in differ(learned(lessons()), learned(lessons(planted="rohimullah", again=5)))


def test_one_ticket_that_repeats_itself_counts_once() -> None:
    once = {**lessons(1)[0], "text": "zulekha " * 9}
    assert [one["text"] for one in learning.spare([once] * 9)] == [""] * 9


def test_a_rare_pair_of_common_words_is_not_in_the_model() -> None:
    rows = lessons()
    rows += [{**one, "ticket": number_of(f"x{place}"), "text": "block tarpaulin"} for place, one in enumerate(rows[:4])]
    buckets = learned(rows).bucket
    found = grams([flatten("block tarpaulin")])
    (pair,) = found.bucket[found.family == 1]
    assert np.isin(found.bucket[found.family == 0], buckets).all()
    assert pair not in buckets


def test_what_is_held_apart_teaches_nothing() -> None:
    apart = [
        row(number, "the tarpaulin of kutupalong", sectors="shelter_nfi")
        for number in range(99)
        if held_apart(number_of(str(number)))
    ]
    assert len(apart) > 9
    assert differ(learned(lessons()), learned(lessons() + apart)) == []


def test_each_scorer_is_taught_what_the_row_says_of_it() -> None:
    said = [
        row(1, "no water", sectors="wash", kind="complaint"),
        row(2, "he hits me", danger="T3-G"),
        row(3, "my husband beats me", sectors="gbv", kind="unclear"),
    ]
    labels = {name: [lesson.labels for lesson in learning.taught(name, said)] for name in learning.TEACHABLE}
    assert (labels["sector"], labels["kind"]) == ([frozenset({"wash"})], [frozenset({"complaint"})])
    assert labels["danger"][0] == frozenset()
    assert "danger" in labels["danger"][1]
    assert len(labels["danger"]) == 2  # the lists find danger in the third: it is no honest ordinary text


def test_a_file_past_its_date_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lessons.csv"
    path.write_text(lesson_file.write(lessons(3)), encoding="utf-8")
    assert len(lesson_file.read(path, TODAY)) == 3
    with pytest.raises(Expired):
        lesson_file.read(path, date(2026, 12, 2))


@pytest.mark.parametrize(("column", "value"), [("until", "soon"), ("ticket", "number one")])
def test_a_damaged_file_is_refused(tmp_path: Path, column: str, value: str) -> None:
    path = tmp_path / "lessons.csv"
    path.write_text(lesson_file.write([{**lessons(1)[0], column: value}]), encoding="utf-8")
    with pytest.raises(ValueError, match="damaged"):
        lesson_file.read(path, TODAY)


def test_a_language_that_a_desk_has_taught_enough_is_read_for_its_sector_and_never_released() -> None:
    said = "blok 9 er nil ghor bondho keno"
    rows = [
        row(number, f"blok {number % 7} er nil ghor bondho", language="bn-Latn", sectors="shelter_nfi")
        for number in range(300)
    ]
    apart = learning.spare(rows)
    enough = learning._languages("sector", apart)
    assert (enough, learning._languages("sector", apart[:150])) == (["bn-Latn"], [])
    assert learning._languages("danger", [{**one, "danger": "T3-G"} for one in apart]) == []
    public = [Lesson("rice is late", frozenset()) for _ in range(60)]
    for (
        languages,
        sector,
    ) in ((enough, "shelter_nfi"), ([], None)):
        made = learning.learn(("shelter_nfi", "wash"), True, public, learning.taught("sector", apart), languages)
        whole = machine.load()
        (found,) = read(replace(whole, scorers={**whole.scorers, "sector": made}), [said], ["bn-Latn"])
        assert (found.sector, found.verdict) == (sector, Verdict.UNSURE)
