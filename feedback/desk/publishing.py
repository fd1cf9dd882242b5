"""What may leave the desk: the numbers of whole months, masked, written down once and never changed (R25, R26, I16)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import masking, months, permissions, room
from feedback.desk.masking import LEAST, Label, Table
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen
from feedback.errors import Invalid
from feedback.models.published import PublishedMonth
from feedback.models.staff import Staff
from feedback.models.ticket import Outcome, Ticket

SETTLES = timedelta(days=3)
"""So long after its end a month waits for late forms and for screeners, before its numbers are fixed."""

NOT_FEEDBACK = (
    Outcome.SPAM,
    Outcome.WRONG_NUMBER,
    Outcome.OPTED_OUT,
    Outcome.OPTED_IN,
    Outcome.DUPLICATE,
    Outcome.JOINED,
)
"""Tickets that ended so are no feedback of their own, and are not counted."""

LISTS = ("kind", "channel", "language")


@dataclass(frozen=True, slots=True)
class Month:
    """The published numbers of a month. `lists`: by kind, channel and language, "" being the rest together.

    `table` is None where fewer than five people were heard. `tiers`: the sensitive ones, at response level, None where
    fewer than five; who may have them is `exports`' word.
    """

    month: str
    table: Table | None
    lists: Mapping[str, Mapping[str, int]]
    tiers: Mapping[str, int | None]


def ready(session: Session) -> list[str]:
    """The months that can be published, newest first: a year back, those that are over and settled."""
    calendar = room.response(session).calendar
    last = months.before(months.today(calendar, clock.now() - SETTLES))
    found = [last]
    while len(found) < 12:
        found.append(months.before(found[-1]))
    return [months.name(day) for day in found]


def publish(session: Session, staff: Staff, month: str) -> Month:
    """The numbers of a month as they were published, or, the first time, as they now are for good.

    They are never counted again: two exports, a week apart, of the same month are the same, and those of two months
    count different people, so no difference between exports tells of one person. Raises `Invalid` for a month that is
    not over.
    """
    permissions.require(staff, Action.PUBLISH)
    if month not in ready(session):
        raise Invalid({"months": "Choose a month that is over."})
    known = session.get(PublishedMonth, month)
    if known is None:
        known = PublishedMonth(
            month=month,
            at=clock.now(),
            response_version=room.response(session).version,
            numbers=_stored(_count(session, month)),
        )
        session.add(known)
        session.flush()
    return _read(known)


def _count(session: Session, month: str) -> Month:
    since, until = months.span(room.response(session).calendar, month)
    heard = sa.and_(
        Ticket.created_at >= since,
        Ticket.created_at < until,
        sa.or_(Ticket.outcome.is_(None), Ticket.outcome.not_in(NOT_FEEDBACK)),
    )
    open_ = sa.and_(heard, Ticket.compartment.is_(None))
    matters = sa.select(Ticket.place, Ticket.sector, Ticket.subcategory, sa.func.count()).where(open_)
    cells: Counter[tuple[Label, Label]] = Counter()
    for place, sector, subcategory, count in session.execute(
        seen(matters.group_by(Ticket.place, Ticket.sector, Ticket.subcategory))
    ):
        cells[_place(session, place), _matter(session, sector, subcategory)] += count
    lists = {}
    for name in LISTS:
        column = getattr(Ticket, name)
        counted = seen(sa.select(column, sa.func.count()).where(open_).group_by(column))
        lists[name] = masking.line({str(code or ""): count for code, count in session.execute(counted)})
    sealed = sa.select(Ticket.tier, sa.func.count()).where(heard, Ticket.compartment.is_not(None))
    counted = seen(sealed.where(Ticket.subject_staff.is_(None)).group_by(Ticket.tier))
    by_tier = {str(tier): count for tier, count in session.execute(counted)}
    sensitive = [code for code, tier in room.response(session).tiers.items() if tier.sensitive]
    tiers = {code: by_tier[code] if by_tier.get(code, 0) >= LEAST else None for code in sensitive}
    return Month(month, masking.mask(cells), lists, tiers)


def _place(session: Session, code: str | None) -> Label:
    """A place by what lies around it, from the largest to itself; nothing finer than a camp leaves the desk."""
    response = room.response(session)
    coarse = response.place_tree.coarse(code if code in response.places else None)
    around = [one for one in response.around(coarse) if one is not None]
    return tuple(reversed(around))


def _matter(session: Session, sector: str | None, subcategory: str | None) -> Label:
    if sector is None or sector not in room.response(session).sectors:
        return ()
    named = room.response(session).subcategory(sector, subcategory)
    return (sector, named.code) if named else (sector,)


def _stored(month: Month) -> dict[str, object]:
    table = month.table
    return {
        "table": None
        if table is None
        else {
            "cells": [[list(row), list(column), count] for (row, column), count in sorted(table.cells.items())],
            "rows": [[list(label), count] for label, count in table.rows.items()],
            "columns": [[list(label), count] for label, count in table.columns.items()],
            "total": table.total,
        },
        "lists": month.lists,
        "tiers": month.tiers,
    }


def _read(row: PublishedMonth) -> Month:
    numbers, table = row.numbers, None
    if numbers["table"] is not None:
        kept = numbers["table"]
        table = Table(
            {(tuple(r), tuple(c)): count for r, c, count in kept["cells"]},
            {tuple(label): count for label, count in kept["rows"]},
            {tuple(label): count for label, count in kept["columns"]},
            kept["total"],
        )
    return Month(row.month, table, numbers["lists"], numbers["tiers"])
