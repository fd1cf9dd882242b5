"""The four commands keep their interfaces: operators and outside measurement call them."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from classifier.__main__ import app
from tests.classifier.test_train import lesson

run = CliRunner().invoke


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    texts, table = lesson(4)
    path = tmp_path / "rows.csv.gz"
    with gzip.open(path, "wt", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(["message", "wash", "food", "kind", "place"])
        for number, (text, (wash, food)) in enumerate(zip(texts, table, strict=True)):
            writer.writerow([text, wash, food, "w" if wash else "f" if food else "o", number // 15])
    return path


def test_train_predict_evaluate_on_any_labels(rows: Path, tmp_path: Path) -> None:
    model, out, figures = tmp_path / "model", tmp_path / "out.jsonl", tmp_path / "figures.json"
    for command in (
        [
            "train",
            "--data",
            rows,
            "--text",
            "message",
            "--labels",
            "wash,food",
            "--multi",
            "--group",
            "place",
            "--out",
            model,
        ],
        ["predict", "--model", model, "--data", rows, "--text", "message", "--out", out],
        ["evaluate", "--model", model, "--data", rows, "--text", "message", "--labels", "wash,food", "--json", figures],
    ):
        done = run(app, [str(word) for word in command])
        assert done.exit_code == 0, done.output
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    texts, _ = lesson(4)
    assert len(lines) == len(texts)
    assert set(lines[0]["scores"]) == set(lines[0]["decisions"]) == {"wash", "food"}
    found = json.loads(figures.read_text())
    assert {"macro_f1", "micro_f1", "labels", "coverage", "interval", "per_second"} <= set(found)
    assert set(found["labels"]["wash"]) >= {"f1", "pr_auc", "precision", "recall"}
    assert found["macro_f1"] > 0.9


def test_one_column_of_words_is_a_label_set_too(rows: Path, tmp_path: Path) -> None:
    done = run(
        app, ["train", "--data", str(rows), "--text", "message", "--labels", "kind", "--out", str(tmp_path / "m")]
    )
    assert done.exit_code == 0, done.output
    done = run(
        app,
        [
            "predict",
            "--model",
            str(tmp_path / "m"),
            "--data",
            str(rows),
            "--text",
            "message",
            "--out",
            str(tmp_path / "o"),
        ],
    )
    assert done.exit_code == 0, done.output
    first = json.loads((tmp_path / "o").read_text().splitlines()[0])
    assert sum(first["decisions"].values()) == 1
    assert first["decisions"]["w"] == 1


@pytest.mark.parametrize("text", ["no water in block C", "my husband beats me", ""])
def test_suggest_reads_lines_and_answers_one_json_a_line(text: str) -> None:
    done = run(app, ["suggest", "--json", "-"], input=f"{text}\nthank you\n")
    assert done.exit_code == 0, done.output
    said = [json.loads(line) for line in done.output.splitlines()]
    assert len(said) == 2
    assert {
        "language",
        "verdict",
        "tier",
        "compartment",
        "sectors",
        "kind",
        "sensitive_confidence",
        "signals",
        "danger",
    } <= set(said[0])


def test_suggest_reads_the_text_column_of_a_csv(rows: Path) -> None:
    done = run(app, ["suggest", "--text", "message", str(rows)])
    assert done.exit_code == 0, done.output
    assert len(done.output.splitlines()) == len(lesson(4)[0])
    assert "wash" in done.output


def test_a_missing_column_is_said_by_name(rows: Path, tmp_path: Path) -> None:
    done = run(app, ["train", "--data", str(rows), "--text", "words", "--labels", "wash", "--out", str(tmp_path / "m")])
    assert done.exit_code != 0
    assert "words" in str(done.exception) + done.output
