"""Rows of somebody else's table, paper logs and other tools' exports, as forms: mapped, checked, taken in once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import ValidationError
from sqlalchemy.orm import Session

from channels.contract import Unreadable
from feedback import clock
from feedback.desk import events, permissions, room, taking
from feedback.desk.form_facts import REPORT, WHO, Agreed, Filled, Way
from feedback.desk.permissions import Action
from feedback.errors import DeskError, Invalid
from feedback.models.staff import Staff
from feedback.responses.terms import Labels

TARGETS = (
    "key", "at", "text", "answer", "language", "sector", "subcategory", "kind", "place", "phone", "name", "terms",
    "tier", "record", "refer", "contact", "handed_to", "handed_at", *(f"who.{one}" for one in WHO),
    *(f"report.{one}" for one in REPORT),
)  # fmt: skip
"""What a column may say. `key` is the row's own id in the table, where it has one (Kobo: `_uuid`)."""

CODED = ("sector", "subcategory", "kind", "place", "language", "tier")
CONSENTS = ("record", "refer", "contact")
_AGREED = {"yes": "yes", "y": "yes", "1": "yes", "true": "yes", "no": "no", "n": "no", "0": "no", "false": "no"}
_TIMES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%d.%m.%Y")


@dataclass(frozen=True, slots=True)
class Plan:
    """Which column says what. `values`: per target, what the table writes → our code; `always`: what every row says."""

    source: str
    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    always: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One row with its number in the file, the header's line counted."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row that was not taken in, and why; the words of the row are not repeated."""

    number: int
    why: str


@dataclass(slots=True)
class Report:
    """What became of the rows."""

    new: int = 0
    repeats: int = 0
    empty: int = 0
    wrong: list[Wrong] = field(default_factory=list)


def check_plan(plan: Plan, header: Iterable[str]) -> None:
    """Raises `Invalid`, naming each target that there is not, and each column that the table does not have."""
    have, wrong = set(header), {}
    for target in {*plan.columns, *plan.values, *plan.always} - set(TARGETS):
        wrong[target] = "There is no such field."
    for target, column in plan.columns.items():
        if column not in have:
            wrong[target] = f"The table has no column {column!r}."
    if not plan.source.strip():
        wrong["source"] = "Name the table: the same name when it is imported again."
    if wrong:
        raise Invalid(wrong)


def read_rows(session: Session, plan: Plan, rows: Iterable[Row]) -> Iterator[Filled | Wrong | None]:
    """Each row as a form, as what is wrong with it, or as None where it says nothing."""
    known = _codes(session)
    for row in rows:
        said = {target: row.cells.get(column, "").strip() for target, column in plan.columns.items()}
        if not any(said.values()):
            yield None
            continue
        try:
            yield _filled(session, plan, known, row, {**plan.always, **{k: v for k, v in said.items() if v}})
        except ValidationError as why:
            wrong = why.errors(include_input=False, include_url=False, include_context=False)
            fields = ", ".join(sorted({str(one["loc"][0]) for one in wrong if one["loc"]}))
            yield Wrong(row.number, f"can't be read: {fields}")
        except _Odd as why:
            yield Wrong(row.number, str(why))


def bring_in(session: Session, staff: Staff, plan: Plan, row: Row, report: Report) -> None:
    """Take one row in, as entered by this person. A row that is here already changes nothing (safe to run again)."""
    permissions.require(staff, Action.ENTER)
    (read,) = read_rows(session, plan, [row])
    if read is None:
        report.empty += 1
    elif isinstance(read, Wrong):
        report.wrong.append(read)
    elif taking.is_here(session, read.key):
        report.repeats += 1
    else:
        try:
            with session.begin_nested():
                ticket = taking.take(session, staff, read)
        except Unreadable:
            report.wrong.append(Wrong(row.number, "nothing was written down"))
        except DeskError as why:
            fields = ", ".join(why.fields) if isinstance(why, Invalid) else str(why)
            report.wrong.append(Wrong(row.number, f"was refused: {fields}"))
        else:
            events.record(session, ticket, "import", actor=events.by(staff))
            report.new += 1


class _Odd(Exception):  # noqa: N818
    """A cell that says something we have no code for."""


def _filled(
    session: Session, plan: Plan, known: Mapping[str, Mapping[str, str]], row: Row, said: dict[str, str]
) -> Filled:
    own = said.pop("key", "") or json.dumps(dict(sorted(row.cells.items())), ensure_ascii=False)
    key = "imp-" + room.vault(session).row_index(f"{plan.source}\0{own}".encode())
    found: dict[str, object] = {"key": key, "way": Way.MATTER, "at": _time(session, said.pop("at", ""))}
    for target, words in said.items():
        if target in CODED:
            found[target] = _code(session, target, plan.values.get(target, {}).get(words, words), known[target])
        elif target in CONSENTS:
            found[target] = _agreed(target, words, plan.values.get(target, {}))
        elif "." in target:
            group, _, name = target.partition(".")
            inner = found.setdefault(group, {})
            assert isinstance(inner, dict)
            inner[name] = plan.values.get(target, {}).get(words, words)
        else:
            found[target] = words
    sector, _, sub = str(found.get("sector", "")).partition(".")
    if sub:
        found["sector"], found["subcategory"] = sector, found.get("subcategory", sub)
    if found.get("tier") and not found.get("sector"):
        found["way"] = Way.SERIOUS
    return Filled.model_validate(found)


def _code(session: Session, target: str, words: str, known: Mapping[str, str]) -> str:
    """Our code for what the table writes: our code itself, our label in any language, or a place as people name it."""
    code = known.get(words.casefold())
    if code is None and target == "place":
        code = room.response(session).find_place(words)
    if code is None:
        raise _Odd(f"{target}: not one of ours; map it under [values.{target}]")
    return code


def _agreed(target: str, words: str, values: Mapping[str, str]) -> Agreed:
    said = values.get(words, words).casefold()
    if said not in (*_AGREED, "not_asked"):
        raise _Odd(f"{target}: yes, no or not_asked")
    return Agreed(_AGREED.get(said, said))


def _time(session: Session, words: str) -> datetime:
    """When it was filled in; a time without a zone is of the response's own zone."""
    if not words:
        return clock.now()
    try:
        at = datetime.fromisoformat(words)
    except ValueError:
        at = next((read for form in _TIMES if (read := _parsed(words, form))), None)  # type: ignore[assignment]
    if at is None:
        raise _Odd("at: not a time that can be read")
    return at if at.tzinfo else at.replace(tzinfo=room.response(session).calendar.zone)


def _parsed(words: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(words, form)  # noqa: DTZ007 - the zone is the response's, put in by the caller
    except ValueError:
        return None


def _codes(session: Session) -> dict[str, dict[str, str]]:
    """Per coded target, everything that names one of our codes, folded."""
    response = room.response(session)
    subs = {
        name: (sub.code, sub.labels)
        for code, sector in response.sectors.items()
        for sub in sector.subcategories.values()
        for name in (sub.code, f"{code}.{sub.code}")
    }
    sectors = {code: (code, one.labels) for code, one in response.sectors.items()}
    sectors |= {one.abbr: (code, one.labels) for code, one in response.sectors.items()}
    sectors |= {name: (name, Labels()) for name in subs if "." in name}
    tables = {
        "sector": sectors,
        "subcategory": subs,
        "kind": {code: (code, one.labels) for code, one in response.kinds.items()},
        "place": {code: (code, one.labels) for code, one in response.places.items()},
        "language": {code: (code, one.labels) for code, one in response.languages.items()},
        "tier": {code: (code, one.labels) for code, one in response.tiers.items()},
    }
    return {
        target: {name.casefold(): code for own, (code, labels) in table.items() for name in (own, *labels.values())}
        for target, table in tables.items()
    }
