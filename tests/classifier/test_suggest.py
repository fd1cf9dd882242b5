"""A suggestion leans to people: whatever fails, and whatever no one has labelled text for, is never open (I22, D32, D33)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier import features, kind, language, machine, scorer, sector, sensitivity, suggest, wordlists
from classifier.suggestion import Verdict

TEXT = "no water in block C for three days please help"
ORDINARY = [
    TEXT, "thank you", "the tap near the school is broken", "when is the next food distribution?", "our shelter leaks",
]  # fmt: skip


@pytest.fixture
def fresh() -> Iterator[None]:
    machine.load.cache_clear()
    yield
    machine.load.cache_clear()


def test_an_ordinary_english_text_is_open() -> None:
    assert [one.verdict for one in suggest.suggest_many(ORDINARY)] == [Verdict.OPEN] * len(ORDINARY)


def test_a_batch_says_the_same_as_one_by_one() -> None:
    texts = [TEXT, "my husband beats me", "", "পানি নাই", "when is the next food distribution?", "x" * 30_000]
    assert suggest.suggest_many(texts) == [suggest.suggest(text) for text in texts]


def test_no_texts_no_suggestions() -> None:
    assert suggest.suggest_many([]) == []


@pytest.mark.parametrize("spoken", ["bn", "bn-Latn", "rhg-Latn", "my", "und", "fr"])
def test_a_language_without_labelled_text_is_never_open(spoken: str) -> None:
    assert suggest.suggest(TEXT, spoken).verdict is Verdict.UNSURE


def test_one_word_in_a_script_without_labelled_text_keeps_an_english_text_from_being_open() -> None:
    assert suggest.suggest(f"{TEXT} নদী").verdict is Verdict.UNSURE


@pytest.mark.plan("D32")
def test_a_machine_without_a_model_for_danger_opens_nothing() -> None:
    whole = machine.load()
    lesser = replace(whole, scorers={name: one for name, one in whole.scorers.items() if name != "danger"})
    assert suggest.read(whole, [TEXT], [None])[0].verdict is Verdict.OPEN
    assert suggest.read(lesser, [TEXT], [None])[0].verdict is Verdict.UNSURE


def test_what_is_too_long_to_judge_whole_is_not_open() -> None:
    assert suggest.suggest("no water here. " * 2000).verdict is Verdict.UNSURE


FAULTS: list[tuple[Any, str]] = [
    (wordlists.Lists, "search"),
    (features, "_powers"),
    (suggest, "flatten"),
    (suggest, "grams"),
    (scorer.Scorer, "probabilities"),
    (scorer.Scorer, "matrix"),
    (scorer.Scorer, "evidence"),
    (sensitivity, "join"),
    (sensitivity, "urgent"),
    (sector, "join"),
    (kind, "join"),
    (language, "script"),
    (language, "name"),
    (suggest, "load"),
]
FAILURES = [ValueError, KeyError, MemoryError, RuntimeError, OSError, UnicodeError]


@pytest.mark.plan("D32", trials=len(ORDINARY))
@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.__name__)
@pytest.mark.parametrize(("part", "name"), FAULTS, ids=lambda value: getattr(value, "__name__", value))
def test_a_part_that_fails_leaves_no_text_open(
    part: Any, name: str, failure: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise failure

    monkeypatch.setattr(part, name, broken)
    said = suggest.suggest_many(ORDINARY)
    assert [one.verdict for one in said] == [Verdict.UNSURE] * len(ORDINARY)


def test_a_failure_says_no_word_of_the_text_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(flat: str) -> None:
        raise ValueError(flat)

    monkeypatch.setattr(suggest, "flatten", broken)
    suggest.suggest(TEXT)
    assert caplog.records
    assert "water" not in caplog.text


def test_one_text_that_fails_harms_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    join = sensitivity.join

    def fragile(hits: list[wordlists.Hit], learned: Mapping[str, float]) -> sensitivity.Danger:
        if hits and hits[0].fragment.startswith("thank"):
            raise ValueError
        return join(hits, learned)

    monkeypatch.setattr(sensitivity, "join", fragile)
    said = suggest.suggest_many([TEXT, "thank you", TEXT])
    assert [one.verdict for one in said] == [Verdict.OPEN, Verdict.UNSURE, Verdict.OPEN]


@pytest.mark.plan("D32")
@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("damage", ["bytes", "gone", "pin", "pin gone", "not arrays"])
def test_a_damaged_model_opens_nothing_and_the_lists_still_speak(
    damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(machine.MODEL, folder)
    content = bytearray((folder / scorer.FILE).read_bytes())
    if damage == "bytes":
        content[len(content) // 2] ^= 1
        (folder / scorer.FILE).write_bytes(content)
    elif damage == "gone":
        (folder / scorer.FILE).unlink()
    elif damage == "pin":
        (folder / scorer.PIN).write_text("0" * 64)
    elif damage == "pin gone":
        (folder / scorer.PIN).unlink()
    else:
        (folder / scorer.FILE).write_bytes(b"not arrays")
        scorer_digest = __import__("hashlib").sha256(b"not arrays").hexdigest()
        (folder / scorer.PIN).write_text(scorer_digest)
    monkeypatch.setattr(machine, "MODEL", folder)
    plain, told = suggest.suggest_many([TEXT, "my husband beats me"])
    assert plain.verdict is Verdict.UNSURE
    assert (told.verdict, told.tier) == (Verdict.SENSITIVE, "T3-G")


@settings(deadline=None)
@given(st.text(max_size=200), st.sampled_from(["bn", "bn-Latn", "rhg-Latn", "my", "und"]))
def test_any_text_at_all_gets_a_suggestion_and_none_is_open_in_these_languages(text: str, spoken: str) -> None:
    assert suggest.suggest(text, spoken).verdict is not Verdict.OPEN


@settings(deadline=None)
@given(st.text(max_size=200))
def test_signals_are_words_of_the_text(text: str) -> None:
    said = suggest.suggest(text)
    flat = wordlists.flatten(text)
    for fragment in (*said.signals, *said.danger):
        assert fragment in flat or fragment in flat.replace(" ", "")


def test_nothing_to_read_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    assert suggest.suggest_many([]) == []
    assert caplog.records == []
