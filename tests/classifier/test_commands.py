"""The commands keep their interfaces: operators and outside measurement call them."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from classifier import lesson_file, machine
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


SAID = [
    (["train", "--data", "gone.csv", "--labels", "wash"], "gone.csv"),
    (["train", "--data", "rows.csv.gz", "--text", "words", "--labels", "wash"], "'words'; there are message"),
    (["train", "--data", "rows.csv.gz", "--labels", "shoes"], "'shoes'; there are message"),
    (["train", "--data", "rows.csv.gz"], "--labels names"),
    (["train", "--data", "rows.csv.gz", "--labels", "wash,wash"], "named twice: wash"),
    (["train", "--data", "rows.csv.gz", "--labels", "wash,kind"], "a label is 0 or 1"),
    (["train", "--data", "rows.csv.gz", "--labels", "place", "--rarest", "999"], "no word stands in 999"),
    (["train", "--data", "rows.csv.gz", "--data", "other.csv", "--labels", "wash"], "'message'; there are other"),
    (["train", "--data", "empty.csv", "--labels", "wash"], "empty.csv is empty"),
    (["train", "--data", "few.csv", "--labels", "wash", "--multi"], "nothing to learn"),
    (["train", "--data", "latin.csv", "--labels", "wash"], "latin.csv is not UTF-8"),
    (["train", "--data", "plain.csv.gz", "--labels", "wash"], "no whole gzip file"),
    (["train", "--data", "cut.csv.gz", "--labels", "wash"], "no whole gzip file"),
    (
        ["train", "--lessons", "lessons.csv", "--sets", "none", "--axes", "sector,shoes"],
        "no axis shoes; there are sector",
    ),
    (["train", "--lessons", "few.csv", "--sets", "none"], "no column 'sectors'"),
    (["predict", "--data", "few.csv", "--model", "."], "no model"),
    (["predict", "--data", "few.csv", "--model", str(machine.MODEL)], "for `suggest`"),
    (["suggest", "latin.csv"], "not UTF-8"),
    (["suggest", "latin.txt"], "line 2 is not UTF-8"),
    (["suggest", "gone.txt"], "gone.txt"),
]


@pytest.mark.parametrize(("command", "told"), SAID)
def test_a_mistake_is_told_in_words_and_not_by_a_trace(
    rows: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], told: str
) -> None:
    for name, content in {
        "empty.csv": b"",
        "few.csv": b"message,wash\nno water,1\nno rice,0\n",
        "other.csv": b"other,wash\nno water,1\n",
        "latin.csv": b"message,wash\ncaf\xe9,1\n",
        "lessons.csv": lesson_file.write([]).encode(),
        "latin.txt": b"no water\ncaf\xe9\n",
        "plain.csv.gz": b"message,wash\n",
        "cut.csv.gz": rows.read_bytes()[:40],
    }.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    text = [] if "--text" in command or command[-1].endswith(".txt") else ["--text", "message"]
    done = run(app, [*command, *text, *(["--out", "out"] if command[0] != "suggest" else [])])
    assert (done.exit_code, told in _plain(done.stderr)) == (2, True), done.output


def test_one_column_of_yes_and_no_is_given_to_some_texts_and_not_to_all(rows: Path, tmp_path: Path) -> None:
    model, out = tmp_path / "m", tmp_path / "out"
    for command in (["train", "--labels", "wash", "--out", model], ["predict", "--model", model, "--out", out]):
        assert run(app, [*map(str, command), "--data", str(rows), "--text", "message"]).exit_code == 0
    given = [json.loads(line)["decisions"]["wash"] for line in out.read_text().splitlines()]
    assert given == lesson(4)[1][:, 0].tolist()


def test_what_can_not_be_learned_or_split_is_noted(rows: Path, tmp_path: Path) -> None:
    given = gzip.decompress(rows.read_bytes()).decode().splitlines()
    few = tmp_path / "few.csv"
    few.write_text("\n".join([given[0] + ",rare", *(f"{line},{int(n < 2)}" for n, line in enumerate(given[1:31]))]))
    command = ["train", "--data", str(few), "--text", "message", "--labels", "wash,rare", "--group", "place"]
    done = run(app, [*command, "--out", str(tmp_path / "m")])
    assert done.exit_code == 0, done.output
    for note in ("commoner answer: rare", "place has fewer than 4 groups", "--multi gives any number"):
        assert note in done.stderr


def test_some_of_the_labels_can_be_measured_alone_and_no_others(rows: Path, tmp_path: Path) -> None:
    model, figures = tmp_path / "m", tmp_path / "f.json"
    given = ["--data", str(rows), "--text", "message"]
    assert run(app, ["train", *given, "--labels", "wash,food", "--multi", "--out", str(model)]).exit_code == 0
    measure = ["evaluate", *given, "--model", str(model), "--json", str(figures), "--labels"]
    assert run(app, [*measure, "food"]).exit_code == 0
    assert json.loads(figures.read_text())["labels"].keys() == {"food"}
    done = run(app, [*measure, "food,place"])
    assert (done.exit_code, "a label is 0 or 1" in _plain(done.stderr)) == (2, True)


def _plain(said: str) -> str:
    """What a box of the terminal holds, in one line."""
    return " ".join(said.replace("│", " ").split())
