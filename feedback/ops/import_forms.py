"""`python -m feedback import`: reads a table and its map, shows what would happen, and hands each row to the desk."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import sqlalchemy as sa

from feedback import wiring
from feedback.desk import importing
from feedback.desk.importing import Plan, Report, Row
from feedback.errors import DeskError, Invalid
from feedback.models.staff import Staff
from feedback.settings import Settings

MOST_BYTES = 50_000_000
MOST_ROWS = 100_000
SHOWN = 50  # rows that are wrong, in the report

_GUESSES = {
    "key": ("_uuid", "_id", "uuid", "id", "meta/instanceid"),
    "at": ("_submission_time", "end", "start", "date", "today", "time"),
    "text": ("text", "feedback", "message", "description", "comment", "details", "complaint"),
    "sector": ("sector", "category", "topic"),
    "subcategory": ("subcategory", "sub_category", "issue"),
    "kind": ("kind", "type", "feedback_type"),
    "place": ("place", "camp", "location", "site"),
    "language": ("language", "lang"),
    "phone": ("phone", "mobile", "contact", "number"),
    "record": ("consent", "consent_record"),
    "refer": ("consent_refer", "consent_referral"),
    "answer": ("answer", "response", "action_taken"),
    "who.sex": ("sex", "gender"),
    "who.age": ("age", "age_group", "age_band"),
    "who.group": ("group", "population", "nationality"),
}
"""Column names that other tools and paper logs often use; Kobo's groups stand before a slash."""


class CannotImport(Exception):  # noqa: N818
    """Why nothing was imported, for the person at the terminal."""


def run(
    settings: Settings, file: Path, columns: Path, *, by: str, form: Path | None = None, dry_run: bool = False
) -> Report:
    """Import a table. Each row is a transaction of its own: an odd one holds up no other. Raises `CannotImport`."""
    plan = _with_labels(read_plan(columns), form)
    report = Report()
    parts = wiring.live(settings)
    try:
        header, rows = read_table(file)
        importing.check_plan(plan, header)
        staff = _staff(parts, by)
        for row in rows:
            _one(parts, staff, plan, row, report, keep=not dry_run)
    except Invalid as why:
        raise CannotImport("\n".join(f"{name}: {words}" for name, words in why.fields.items())) from None
    except DeskError as why:
        raise CannotImport(str(why)) from None
    finally:
        parts.close()
    return report


def propose(settings: Settings, file: Path, form: Path | None = None) -> str:
    """A map to start from: columns whose names are known elsewhere, and what is written in those that need our codes."""
    header, rows = read_table(file)
    columns = {target: found for target, names in _GUESSES.items() if (found := _guess(header, names))}
    written: dict[str, dict[str, None]] = {target: {} for target in columns if target in importing.CODED}
    for row in rows:
        for target in written:
            if (words := row.cells.get(columns[target], "").strip()) and len(written[target]) < SHOWN:
                written[target][words] = None
    labels = _labels(form) if form else {}
    lines = [
        f"# Look it over, save it as map.toml, then: feedback import {file.name} --map map.toml --as LOGIN --dry-run"
    ]
    lines += [f'source = "{file.stem}"', "", "[columns]", *(f"{_quoted(t)} = {_quoted(c)}" for t, c in columns.items())]
    others = [name for name in header if name not in columns.values()]
    lines += [f"# not used: {', '.join(others)}"] if others else []
    lines += ["", "[always]", '# place = "camp-9"']
    for target, said in written.items():
        lines += ["", f"[values.{target}]  # what the table writes = our code; our own codes and labels need no line"]
        lines += [f'# {_quoted(one)} = ""{"  # " + labels[one] if one in labels else ""}' for one in said]
    return "\n".join(lines)


def show(report: Report, *, dry_run: bool) -> str:
    """The report, with no word of any row."""
    done = "would be new" if dry_run else "new"
    lines = [f"{report.new} {done}, {report.repeats} here already, {report.empty} empty, {len(report.wrong)} wrong"]
    lines += [f"  row {one.number}: {one.why}" for one in report.wrong[:SHOWN]]
    if len(report.wrong) > SHOWN:
        lines.append(f"  … and {len(report.wrong) - SHOWN} more")
    return "\n".join(lines)


def read_plan(path: Path) -> Plan:
    """The map. Raises `CannotImport` when it is not one."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        return Plan(
            said["source"], _texts(said["columns"]), _nested(said.get("values", {})), _texts(said.get("always", {}))
        )
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as why:
        raise CannotImport(f"{path.name} is not a map: {type(why).__name__} {why}") from None


def read_table(path: Path) -> tuple[list[str], Iterator[Row]]:
    """Header and rows of a CSV or XLSX file. Raises `CannotImport`."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CannotImport(f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB: cut it into pieces.")
        lines = _xlsx(path) if path.suffix.lower() in (".xlsx", ".xlsm") else _csv(path)
        header = [str(name).strip() for name in next(lines, [])]
    except (OSError, UnicodeDecodeError, csv.Error, BadZipFile, KeyError, ValueError) as why:
        raise CannotImport(f"{path.name} can't be read: {type(why).__name__}") from None
    if not any(header):
        raise CannotImport(f"{path.name} has no header.")
    return header, _rows(header, lines)


def _rows(header: list[str], lines: Iterator[Sequence[str]]) -> Iterator[Row]:
    for number, line in enumerate(lines, start=2):
        if number > MOST_ROWS + 1:
            raise CannotImport(f"More than {MOST_ROWS} rows: cut the table into pieces.")
        yield Row(number, dict(zip(header, line, strict=False)))


def _csv(path: Path) -> Iterator[Sequence[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = file.readline()
        file.seek(0)
        between = max(",;\t", key=first.count)
        yield from csv.reader(file, delimiter=between)


def _xlsx(path: Path, sheet: str | None = None) -> Iterator[Sequence[str]]:
    from openpyxl import load_workbook  # heavy, and needed here only

    book = load_workbook(path, read_only=True, data_only=True)
    try:
        for cells in (book[sheet] if sheet else book.worksheets[0]).iter_rows(values_only=True):
            yield ["" if cell is None else _cell(cell) for cell in cells]
    finally:
        book.close()


def _cell(value: Any) -> str:
    return value.isoformat(sep=" ") if hasattr(value, "hour") else str(value)


def _labels(form: Path) -> dict[str, str]:
    """Of an XLSForm: what each choice is called, by its name."""
    try:
        lines = _xlsx(form, "choices")
        header = [str(one).strip().lower() for one in next(lines)]
        name = header.index("name")
        label = next(n for n, one in enumerate(header) if one.startswith("label"))
        return {line[name].strip(): line[label].strip() for line in lines if line[name].strip()}
    except (OSError, KeyError, ValueError, StopIteration, BadZipFile):
        raise CannotImport(
            f"{form.name} is no XLSForm: its sheet “choices” needs the columns name and label."
        ) from None


def _with_labels(plan: Plan, form: Path | None) -> Plan:
    """Where the table holds the names of choices, their labels are tried too: they may be our labels."""
    if form is None:
        return plan
    labels = _labels(form)
    return replace(plan, values={target: {**labels, **plan.values.get(target, {})} for target in importing.CODED})


def _one(parts: wiring.Parts, staff: Staff, plan: Plan, row: Row, report: Report, *, keep: bool) -> None:
    """One row, in a transaction that a dry run takes back."""
    try:
        with parts.database.transaction() as session:
            importing.bring_in(session, staff, plan, row, report)
            if not keep:
                raise _OnlyLooking
    except _OnlyLooking:
        return


class _OnlyLooking(Exception):  # noqa: N818
    """Takes a row back that was tried."""


def _staff(parts: wiring.Parts, login: str) -> Staff:
    with parts.database.transaction(write=False) as session:
        staff = session.scalars(sa.select(Staff).where(Staff.login == login, Staff.active)).one_or_none()
    if staff is None:
        raise CannotImport("Say with --as who answers for these forms: the sign-in name of somebody of the team.")
    return staff


def _guess(header: Sequence[str], names: Sequence[str]) -> str | None:
    plain = {column.lower().rsplit("/", 1)[-1]: column for column in reversed(header)}
    plain |= {column.lower(): column for column in reversed(header)}
    return next((plain[name] for name in names if name in plain), None)


def _quoted(words: str) -> str:
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _texts(table: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in table.items()}


def _nested(table: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {name: _texts(inner) for name, inner in table.items()}
