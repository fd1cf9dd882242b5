"""Files that staff take along: published numbers only, inert in a spreadsheet, recorded, and gone after a day (I16, I34)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import events, permissions, publishing, room
from feedback.desk.masking import Label
from feedback.desk.permissions import Action
from feedback.desk.publishing import Month
from feedback.errors import Invalid, NotFound
from feedback.models.published import Export
from feedback.models.staff import Staff
from feedback.responses.places import FINE

LASTS = timedelta(hours=24)
CAPTION = (
    "These numbers say how many people spoke to us, not how many are in need: who can reach us and who trusts us "
    "decides it. Counts under 5 are masked, together with others that would tell them; what is not listed is 0."
)
"""Stands on every export (R26)."""

MASKED = "masked"
HEADER = ("month", "area", "place", "sector", "matter", "list", "code", "count")

Cell = str | int


def make(session: Session, staff: Staff, wanted: Sequence[str]) -> Export:
    """Publish these months and make a file of them that can be fetched for a day. Raises `Invalid` for none or a wrong one."""
    permissions.require(staff, Action.PUBLISH)
    if not wanted:
        raise Invalid({"months": "Choose at least one month."})
    chosen = sorted(set(wanted))
    for month in chosen:
        publishing.publish(session, staff, month)
    now = clock.now()
    export = Export(staff_id=staff.id, at=now, until=now + LASTS, months=chosen, tiers=_countable(session, staff))
    session.add(export)
    events.record(session, None, "export", actor=events.by(staff), detail=" ".join(chosen))
    session.flush()
    return export


def made(session: Session, staff: Staff) -> list[Export]:
    """This person's exports whose links still work, newest first."""
    mine = sa.select(Export).where(Export.staff_id == staff.id, Export.until > clock.now())
    return list(session.scalars(mine.order_by(Export.at.desc())))


def fetch(session: Session, staff: Staff, reference: str) -> str:
    """The file as CSV. Raises `NotFound` once it is over, and for everybody but who made it."""
    return csv_of(_kept(session, staff, reference))


def fetch_xlsx(session: Session, staff: Staff, reference: str) -> bytes:
    """The same as a workbook. Raises `NotFound`."""
    return xlsx_of(_kept(session, staff, reference))


def _kept(session: Session, staff: Staff, reference: str) -> Iterator[Sequence[Cell]]:
    permissions.require(staff, Action.PUBLISH)
    found = sa.select(Export).where(Export.reference == reference, Export.staff_id == staff.id)
    export = session.scalars(found.where(Export.until > clock.now())).one_or_none()
    if export is None:
        raise NotFound
    published = [publishing.publish(session, staff, month) for month in export.months]
    return lines(session, published, export.tiers)


def lines(session: Session, published: Sequence[Month], tiers: Sequence[str]) -> Iterator[Sequence[Cell]]:
    """The lines of a file: the caption, the names of the columns, then each number with its codes."""
    yield (CAPTION,)
    yield HEADER
    for month in published:
        yield from _of(session, month, tiers)


def csv_of(rows: Iterator[Sequence[Cell]]) -> str:
    """Lines as CSV, with a mark that tells spreadsheets its encoding."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([inert(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()


def xlsx_of(rows: Iterator[Sequence[Cell]]) -> bytes:
    """Lines as a workbook in which nothing is a formula or a link (D25)."""
    import xlsxwriter  # heavy, and needed here only

    out = io.BytesIO()
    inactive = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, inactive) as book:
        sheet = book.add_worksheet("figures")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(number, column, cell)
                else:
                    sheet.write_string(number, column, str(inert(cell)))
    return out.getvalue()


def inert(cell: Cell) -> Cell:
    """A cell that no spreadsheet takes for a formula, whatever a deployment calls its places (D25)."""
    if isinstance(cell, int):
        return cell
    plain = "".join(" " if sign in "\t\r\n" or not sign.isprintable() else sign for sign in cell)
    return f"'{plain}" if plain.lstrip(" '\"")[:1] in _FORMULA or plain[:1] in _FORMULA else plain


_FORMULA = frozenset("=+-@|%\uff1d\uff0b\uff0d\uff20\u2212")


def _of(session: Session, month: Month, tiers: Sequence[str]) -> Iterator[Sequence[Cell]]:
    table = month.table
    if table is not None:
        for (row, column), count in sorted(table.cells.items()):
            yield (month.month, *_place(session, row), *_matter(column), "", "", MASKED if count is None else count)
        for label, count in table.rows.items():
            yield (month.month, *_place(session, label), "all", "all", "", "", count)
        for label, count in table.columns.items():
            yield (month.month, "all", "all", *_matter(label), "", "", count)
        yield (month.month, "all", "all", "all", "all", "", "", table.total)
    for name, counts in month.lists.items():
        for code, count in counts.items():
            yield (month.month, "all", "all", "all", "all", name, code or "rest", count)
    for tier in tiers:
        counted = month.tiers.get(tier)
        yield (month.month, "all", "all", "all", "all", "tier", tier, MASKED if counted is None else counted)


def _place(session: Session, label: Label) -> tuple[str, str]:
    """Area and place. What has places within it stands for the rest of them: ("coxs-bazar/ukhiya", "rest")."""
    within = {place.parent for place in room.response(session).places.values() if place.kind not in FINE}
    if not label or label[-1] in within:
        return "/".join(label) or "rest", "rest"
    return "/".join(label[:-1]), label[-1]


def _matter(label: Label) -> tuple[str, str]:
    return (label[0], label[1] if len(label) > 1 else "rest") if label else ("rest", "rest")


def _countable(session: Session, staff: Staff) -> list[str]:
    """The sensitive tiers whose counts this person may have: cleared for the wall, and of no agency that could be accused.

    For everybody else a file is the same whatever stands behind walls (I8, I13).
    """
    if staff.agency is not None:
        return []
    tiers = room.response(session).tiers
    return [code for code, tier in tiers.items() if tier.compartment in staff.clearances]
