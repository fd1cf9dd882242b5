"""Training is deterministic, learns, and its files are refused when they are not the ones that were pinned."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from classifier import scorer, train
from classifier.evaluate import figures, score
from classifier.features import grams
from classifier.train import fit
from classifier.wordlists import flatten

WATER = [
    "no water in block {}",
    "the pump of camp {} is broken",
    "tap {} is dry",
    "we are thirsty in block {}",
    "water tank {} is empty",
]
FOOD = [
    "no rice in block {}",
    "food card {} is blocked",
    "we are hungry in camp {}",
    "ration {} not received",
    "the oil of shop {} is bad",
]
OTHER = [
    "thank you for call {}",
    "when is the meeting {}",
    "hello number {}",
    "who is the leader of block {}",
    "the road {} is long",
]


def lesson(times: int = 8) -> tuple[list[str], np.ndarray]:
    rows = [
        (line.format(n), label)
        for n in range(times)
        for lines, label in ((WATER, 0), (FOOD, 1), (OTHER, 2))
        for line in lines
    ]
    table = np.array([[label == 0, label == 1] for _, label in rows], np.int8)
    return [text for text, _ in rows], table


@pytest.fixture(scope="module")
def trained() -> scorer.Scorer:
    return fit(*lesson(), ("wash", "food"), multi=True)


def test_it_learns_what_it_is_taught(trained: scorer.Scorer) -> None:
    chances = score(trained, ["water tank in camp 77 is dry", "hungry, no rice in camp 77", "thank you"])
    assert trained.given(chances).tolist() == [[True, False], [False, True], [False, False]]


def test_training_twice_gives_the_same_bytes(trained: scorer.Scorer, tmp_path: Path) -> None:
    again = fit(*lesson(), ("wash", "food"), multi=True)
    assert scorer.save({"labels": trained}, tmp_path / "a") == scorer.save({"labels": again}, tmp_path / "b")
    assert (tmp_path / "a" / scorer.FILE).read_bytes() == (tmp_path / "b" / scorer.FILE).read_bytes()


def test_a_saved_scorer_scores_the_same(trained: scorer.Scorer, tmp_path: Path) -> None:
    scorer.save({"labels": trained}, tmp_path)
    texts, _ = lesson(1)
    assert np.array_equal(score(scorer.load(tmp_path)["labels"], texts), score(trained, texts))


def test_a_changed_file_is_refused(trained: scorer.Scorer, tmp_path: Path) -> None:
    scorer.save({"labels": trained}, tmp_path)
    path = tmp_path / scorer.FILE
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(scorer.RefusedModel, match="pinned"):
        scorer.load(tmp_path)


@pytest.mark.parametrize("number", [None, scorer.FORMAT + 1])
def test_a_file_of_another_format_is_refused_in_words(
    number: int | None, trained: scorer.Scorer, tmp_path: Path
) -> None:
    scorer.save({"labels": trained}, tmp_path)
    with np.load(tmp_path / scorer.FILE) as stored:
        arrays = {name: stored[name] for name in stored.files if name != "format"}
    if number is not None:
        arrays["format"] = np.array(number)
    np.savez(tmp_path / scorer.FILE, allow_pickle=False, **arrays)
    (tmp_path / scorer.PIN).write_text(hashlib.sha256((tmp_path / scorer.FILE).read_bytes()).hexdigest())
    with pytest.raises(scorer.RefusedModel, match="train it anew"):
        scorer.load(tmp_path)


def test_a_file_that_would_run_code_is_refused(tmp_path: Path) -> None:
    with (tmp_path / scorer.FILE).open("wb") as opened:
        np.savez(opened, **{"labels.bucket": np.array([print], object)}, allow_pickle=True)
    (tmp_path / scorer.PIN).write_text(hashlib.sha256((tmp_path / scorer.FILE).read_bytes()).hexdigest())
    with pytest.raises(scorer.RefusedModel):
        scorer.load(tmp_path)


@pytest.mark.plan("D17")
def test_the_file_holds_no_word_of_the_lesson(trained: scorer.Scorer, tmp_path: Path) -> None:
    scorer.save({"labels": trained}, tmp_path)
    with np.load(tmp_path / scorer.FILE) as stored:
        inside = b"".join(stored[name].tobytes() for name in stored.files)
    assert not [word for word in (b"thirsty", b"hungry", b"blocked") if word in inside]


def test_a_label_with_too_few_rows_is_never_given() -> None:
    texts, table = lesson(2)
    rare = np.zeros((len(texts), 1), np.int8)
    rare[:2] = 1
    trained = fit(texts, np.hstack([table, rare]), ("wash", "food", "rare"), multi=True)
    assert not trained.given(score(trained, texts))[:, 2].any()


def test_a_label_that_nearly_every_row_has_is_always_given() -> None:
    texts, table = lesson(2)
    common = np.ones((len(texts), 1), np.int8)
    common[:2] = 0
    trained = fit(texts, np.hstack([table, common]), ("wash", "food", "common"), multi=True)
    chances = score(trained, [*texts, "something else"])
    assert trained.given(chances)[:, 2].all()
    assert (chances[:, 2] > 0.9).all()


@pytest.mark.parametrize(("groups", "kept"), [(2, False), (4, True), (60, True)])
def test_groups_are_kept_together_in_every_split_from_four_on(groups: int, kept: bool) -> None:
    names = [str(number % groups) for number in range(120)]
    apart = [not {names[i] for i in known} & {names[i] for i in held} for known, held in train._folds(120, names)]
    assert all(apart) is kept


def test_a_label_without_a_row_upsets_no_other(trained: scorer.Scorer) -> None:
    texts, table = lesson()
    empty = np.zeros((len(texts), 1), np.int8)
    beside = fit(texts, np.hstack([table, empty]), ("wash", "food", "empty"), multi=True)
    assert np.allclose(score(beside, texts)[:, :2], score(trained, texts), atol=1e-3)
    assert not beside.given(score(beside, texts))[:, 2].any()


def test_terms_of_fewer_than_five_tickets_are_dropped() -> None:
    texts, table = lesson()
    texts[0] += " zanzibar"
    trained = fit(texts, table, ("wash", "food"), multi=True, rarest=5)
    word = grams([flatten("zanzibar")])
    assert word.bucket[word.family == 0][0] not in trained.bucket


def test_exclusive_labels_add_up_to_one_and_one_is_given() -> None:
    texts, table = lesson()
    other = 1 - table.sum(1, keepdims=True)
    trained = fit(texts, np.hstack([table, other]).astype(np.int8), ("wash", "food", "other"), multi=False)
    chances = score(trained, texts)
    assert np.allclose(chances.sum(1), 1, atol=1e-5)
    assert (trained.given(chances).sum(1) == 1).all()


def test_evidence_is_the_word_that_spoke(trained: scorer.Scorer) -> None:
    found = grams([flatten("hello, the water is dry"), flatten("thank you")])
    assert "water" in trained.evidence(found, np.array([0, -1]))[0]
    assert trained.evidence(found, np.array([0, -1]))[1] == ()


def test_figures_of_a_perfect_scorer_are_one(trained: scorer.Scorer) -> None:
    texts, table = lesson()
    found = figures(trained, texts, table)
    assert found["macro_f1"] == pytest.approx(1)
    assert found["labels"]["wash"]["pr_auc"] == pytest.approx(1)
    assert found["coverage"]["1.0"] == pytest.approx(1)
    assert found["interval"]["macro_f1"][0] <= found["macro_f1"] <= found["interval"]["macro_f1"][1]
    assert found["per_second"] > 0
