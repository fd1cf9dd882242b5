"""What an attacker carries away: files as they lie on the disk, and the rows that can be read or carved out of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from feedback.models import Base


@dataclass(frozen=True, slots=True)
class Carved:
    """One row, live or long deleted. `row` None: what it was numbered has been overwritten."""

    table: str
    row: int | None
    values: dict[str, object]
    where: str


def telling() -> dict[str, list[str]]:
    """The tables that hold bytes, and all their columns in the order of the file."""
    return {
        table.name: [column.name for column in table.columns]
        for table in Base.metadata.sorted_tables
        if any(isinstance(column.type, sa.LargeBinary) for column in table.columns)
    }


def row_id(table: str, values: dict[str, object]) -> int | None:
    """The number that a row's seals are bound to: its own, or for a part of something that thing's."""
    for name in ("id", "ticket_id" if table == "ticket_key" else "recording_id", "staff_id"):
        found = values.get(name)
        if isinstance(found, int):
            return found
    return None


def live_rows(url: str) -> Iterator[Carved]:
    """Every row that a plain reading of the database gives."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        for table in telling():
            for row in connection.execute(sa.select(sa.text("*")).select_from(sa.table(table))).mappings():
                values = {
                    name: bytes(value) if isinstance(value, bytes | memoryview) else value
                    for name, value in row.items()
                }
                yield Carved(table, row_id(table, values), values, "rows")
    engine.dispose()
