"""python -m classifier: train, predict, evaluate, compare, suggest, report."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from typer.core import TyperGroup

from classifier import rows, scorer
from classifier.rows import BadRows
from classifier.scorer import RefusedModel, Scorer
from classifier.suggestion import Suggestion


class _Speaking(TyperGroup):
    """Says what is wrong with a file in one line, for all commands alike."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise
        except OSError as wrong:
            raise typer.BadParameter(f"{wrong.filename or 'file'}: {wrong.strerror or wrong}") from wrong
        except (BadRows, RefusedModel) as wrong:
            raise typer.BadParameter(str(wrong)) from wrong


app = typer.Typer(
    cls=_Speaking, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__
)
Text = Annotated[str, typer.Option("--text", help="column of the text")]
Model = Annotated[Path, typer.Option("--model", help="folder that train wrote")]
MANY = 500


@app.command()
def train(
    out: Annotated[Path, typer.Option("--out", help="folder for the model")],
    data: Annotated[list[Path], typer.Option("--data", help="CSV files, .gz too; give it several times")] = [],  # noqa: B006 - typer reads it
    text: Text = "text",
    labels: Annotated[str, typer.Option("--labels", help="label columns, joined by commas")] = "",
    multi: Annotated[bool, typer.Option("--multi", help="several labels at once")] = False,
    group: Annotated[str | None, typer.Option("--group", help="column whose rows stay together in every split")] = None,
    sets: Annotated[Path, typer.Option("--sets", help="folder of public sets, for the shipped model")] = Path(
        "../shared/data"
    ),
    rarest: Annotated[
        int, typer.Option("--rarest", help="fewest texts a feature must stand in; 5 for a deployment's tickets")
    ] = 2,
    lessons: Annotated[list[Path], typer.Option("--lessons", help="what the desk exported, several times")] = [],  # noqa: B006
    axes: Annotated[
        str, typer.Option("--axes", help="with --lessons: what to learn anew (sector,kind,danger); else all")
    ] = "",
) -> None:
    """Train any set of labels; without --data, the model that ships (seed texts and permissive public sets).

    With --lessons, the same model with a desk's own decisions added: one ticket in five is held apart for `compare`.
    """
    from classifier import shipping
    from classifier.train import FOLDS, fit, scarce

    if not data and not sets.is_dir():
        _note(f"there is no folder {sets}: what public sets teach will be missing")
    if lessons:
        from classifier import learning

        print(learning.build(sets, _lessons(lessons), out, _split(axes)))  # noqa: T201
        return
    if not data:
        print(shipping.build(sets, out))  # noqa: T201 - a command speaks
        return
    given = [row for path in data for row in rows.read(path)]
    names, table = rows.labels(given, _named(labels))
    groups = rows.texts(given, group) if group else None
    trained = fit(rows.texts(given, text), table, names, multi=multi, groups=groups, rarest=rarest)
    if few := scarce(table, names):
        _note(f"too few rows to learn from, so always the commoner answer: {', '.join(few)}")
    if groups is not None and len(set(groups)) < FOLDS:
        _note(f"{group} has fewer than {FOLDS} groups: rows were split without it")
    if not trained.multi and (odd := int((table.sum(1) != 1).sum())):
        _note(f"{odd} rows have no label or several, yet exactly one is given to each text: --multi gives any number")
    print(scorer.save({"labels": trained}, out))  # noqa: T201


@app.command()
def predict(
    model: Model,
    data: Annotated[Path, typer.Option("--data")],
    out: Annotated[Path, typer.Option("--out", help="JSON lines, in input order")],
    text: Text = "text",
) -> None:
    """Write scores and decisions for each label, one JSON line a row."""
    from classifier.evaluate import score

    trained = _trained(model)
    chances = score(trained, rows.texts(list(rows.read(data)), text))
    given = trained.given(chances)
    with out.open("w", encoding="utf-8") as lines:
        for likely, decided in zip(chances, given, strict=True):
            line = {
                "scores": {name: round(float(chance), 5) for name, chance in zip(trained.labels, likely, strict=True)},
                "decisions": {name: int(yes) for name, yes in zip(trained.labels, decided, strict=True)},
            }
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")


@app.command()
def evaluate(
    model: Model,
    data: Annotated[Path, typer.Option("--data")],
    labels: Annotated[str, typer.Option("--labels", help="label columns, joined by commas")],
    result: Annotated[Path, typer.Option("--json", help="file for the figures")],
    text: Text = "text",
) -> None:
    """Measure a model on labelled rows, for all of its labels or some."""
    from classifier.evaluate import figures

    trained = _trained(model)
    given = list(rows.read(data))
    if not given:
        raise BadRows(f"{data.name} has no rows")
    names, asked = rows.labels(given, _named(labels), trained.labels)
    if unknown := sorted(set(names) - set(trained.labels)):
        raise BadRows(f"the model does not know {', '.join(unknown)}; it knows {', '.join(trained.labels)}")
    only = [trained.labels.index(name) for name in names]
    if not trained.multi and (odd := int((asked.sum(1) == 0).sum())):
        _note(f"{odd} rows have no label that the model knows: what is given to them counts as wrong")
    table = np.zeros((len(given), len(trained.labels)), np.int8)
    table[:, only] = asked
    found = figures(trained, rows.texts(given, text), table, only=only)
    result.write_text(json.dumps(found, indent=1), encoding="utf-8")


@app.command()
def compare(
    old: Annotated[Path, typer.Option("--old", help="folder of the model in use")],
    new: Annotated[Path, typer.Option("--new", help="folder of the model that may follow it")],
    data: Annotated[list[Path], typer.Option("--data", help="lessons, or CSV with the seed's columns; several times")],
    result: Annotated[Path | None, typer.Option("--json", help="file that the switch asks for")] = None,
) -> None:
    """Read the texts that are held apart with both models. Exit status 1 where the new one is not recommended."""
    from classifier import comparing

    found = comparing.compare(old, new, _lessons(data))
    if result is not None:
        result.write_text(json.dumps(asdict(found), indent=1), encoding="utf-8")
    for line in found.lines:
        step = f"{line.new - line.old:+.3f} ({line.low:+.3f} to {line.high:+.3f})"
        print(f"{line.axis:<24}{line.code:<10}{line.rows:>6}  {line.old:.3f} {line.new:.3f}  {step}")  # noqa: T201
    for why in found.why_not:
        print(f"not recommended: {why}")  # noqa: T201
    raise typer.Exit(1 if found.why_not else 0)


@app.command()
def suggest(
    file: Annotated[str | None, typer.Argument(help="one text a line, or a CSV; - or nothing: standard input")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line")] = False,
    text: Text = "text",
) -> None:
    """Run the whole shipped pipeline on texts."""
    from classifier.suggest import suggest_many

    batch: list[str] = []
    size = 1 if file is None and sys.stdin.isatty() else MANY
    for line in _lines(file, text):
        batch.append(line)
        if len(batch) >= size:
            _show(suggest_many(batch), as_json)
            batch = []
    _show(suggest_many(batch), as_json)


@app.command()
def report(
    sets: Annotated[Path, typer.Option("--sets", help="folder of the public sets")] = Path("../shared/data"),
    out: Annotated[Path, typer.Option("--out", help="the page to write")] = Path("docs/classifier.md"),
) -> None:
    """Measure everything anew and write the model card; some minutes."""
    from classifier.report import write

    for figure in write(sets, out):
        print(f"{figure.what} [{figure.where}, {figure.language}]: {figure.value} {figure.reach}", flush=True)  # noqa: T201


def _named(labels: str) -> list[str]:
    """The label columns as typed. Raises `BadRows` for none."""
    if names := _split(labels):
        return names
    raise BadRows("--labels names the columns of the labels, joined by commas")


def _split(joined: str) -> list[str]:
    return [name for name in map(str.strip, joined.split(",")) if name]


def _trained(model: Path) -> Scorer:
    """The scorer that `train --data` wrote. Raises `RefusedModel`, also for a model of the whole pipeline."""
    found = scorer.load(model)
    if "labels" not in found:
        raise RefusedModel(
            f"{model} holds {', '.join(found)}: for `suggest`. This command reads what `train --data` wrote"
        )
    return found["labels"]


def _note(words: str) -> None:
    print(f"note: {words}", file=sys.stderr)  # noqa: T201


def _lessons(paths: list[Path]) -> list[dict[str, str]]:
    """Rows of all these files. A file past its date, or with other columns, is a mistake of who typed it."""
    from classifier import comparing

    try:
        return [row for path in paths for row in comparing.read_rows(path, datetime.now(UTC).date())]
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from None


def _lines(file: str | None, column: str) -> Iterator[str]:
    if file is None or file == "-":
        yield from rows.lines(sys.stdin.buffer)
    elif file.endswith((".csv", ".csv.gz")):
        yield from (rows.texts([row], column)[0] for row in rows.read(Path(file)))
    else:
        with Path(file).open("rb") as opened:
            yield from rows.lines(opened)


def _show(said: list[Suggestion], as_json: bool) -> None:
    for one in said:
        print(json.dumps(asdict(one), ensure_ascii=False) if as_json else _line(one), flush=True)  # noqa: T201


def _line(one: Suggestion) -> str:
    sectors = (
        " ".join(f"{s.sector}{'.' + s.subcategory if s.subcategory else ''}={s.confidence:.2f}" for s in one.sectors)
        or "no sector"
    )
    kind = f"{one.kind}={one.kind_confidence:.2f}" if one.kind else "no kind"
    why = ", ".join((*one.danger, *one.signals))
    walled = f"{one.compartment} " if one.compartment else ""
    return f"{one.language} {one.verdict.value} {one.tier} {walled}{one.sensitive_confidence:.2f} | {sectors} | {kind} | {why}"


if __name__ == "__main__":
    app()
