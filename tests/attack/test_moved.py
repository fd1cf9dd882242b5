"""What is sealed can't be changed, and can't be moved to another row, column, ticket or person (D36, I24)."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
import sqlalchemy as sa

from feedback import wiring
from feedback.desk import compartments, handling, resealing, sealing
from feedback.desk.visibility import seen
from feedback.models.compartment import Holding
from feedback.models.ticket import TicketKey
from feedback.ops import keys
from feedback.seal import box, boxes
from feedback.seal.box import BadSeal
from tests.factories import Desk
from tests.feedback.desk.plans import act
from tests.trials import trials

CHANGES = trials(default=200, release=1_000)


@dataclass(frozen=True)
class Cell:
    """One sealed value where it stands. `open_` opens it there, as the desk does, or raises `BadSeal`."""

    place: str
    sealed: bytes
    open_: Callable[[bytes], bytes]


@pytest.mark.plan("D36", trials=CHANGES)
def test_every_change_and_every_move_is_refused(desk: Desk, parts: wiring.Parts) -> None:
    cells = _cells(desk, parts)
    assert len({cell.place.partition(" ")[0] for cell in cells}) >= 8
    for cell in cells:  # so that what is refused below is refused for the change
        assert cell.open_(cell.sealed)
    chance = random.Random(36)
    for _ in range(CHANGES):
        cell, other = chance.sample(cells, 2)
        flipped = bytearray(cell.sealed)
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        for changed in (bytes(flipped), other.sealed, cell.sealed[:-1], cell.sealed + b"\0"):
            assert _refused(replace(cell, sealed=changed)), (cell.place, other.place)


def _refused(cell: Cell) -> bool:
    try:
        cell.open_(cell.sealed)
    except BadSeal:
        return True
    return False


def _cells(desk: Desk, parts: wiring.Parts) -> list[Cell]:
    """Sealed values of several tickets in the open and behind walls: words, wrapped keys, and the keys of holders."""
    holders = {name: [desk.holder(name) for _ in range(2)] for name in parts.response.compartments}
    keys.begin(parts)
    focal = holders["gbv"][0]
    tickets = [desk.ticket(f"canary {number}", tier="T3-G", sector="gbv") for number in range(3)]
    for ticket in tickets:
        for number in range(2):
            act(desk, focal, ticket, handling.note, f"note {number}")
        act(desk, focal, ticket, handling.entitle, "a title")
    tickets += [desk.ticket("open") for _ in range(3)]
    with desk.at() as session:
        private = desk.private_key(focal)
        ring = session.info["ring"] = compartments.ring(session, focal, private)
        opened = sealing.keys(session, [ticket.id for ticket in tickets])
        cells = []
        for table, columns in (*resealing.SEALED, (type(tickets[0]), ("title", "facts", "suggestion"))):
            mine = table.id.in_(opened) if table is type(tickets[0]) else table.ticket_id.in_(opened)  # type: ignore[attr-defined]
            for row in session.scalars(seen(sa.select(table).where(mine))):
                key = opened[getattr(row, "ticket_id", None) or row.id]  # type: ignore[attr-defined]
                place = (key, table.__tablename__, row.id)  # type: ignore[attr-defined]
                cells += [_cell(*place, column, getattr(row, column)) for column in columns if getattr(row, column)]
        wraps = session.scalars(seen(sa.select(TicketKey).where(TicketKey.ticket_id.in_(opened))))
        cells += [_wrap(parts, ring, wrap) for wrap in wraps]
        for held in session.scalars(sa.select(Holding).where(Holding.staff_id == focal.id)):
            name = f"holding/{held.compartment}/{held.generation}/{held.staff_id}"
            cells.append(Cell("holding", held.sealed, lambda sealed, name=name: ring.open_own(sealed, what=name)))  # type: ignore[misc]
    return cells


def _cell(key: bytes, table: str, row: int, column: str, sealed: bytes) -> Cell:
    return Cell(
        f"{table}.{column} {row}", sealed, lambda cipher: box.unseal(key, cipher, table=table, row=row, column=column)
    )


def _wrap(parts: wiring.Parts, ring, wrap: TicketKey) -> Cell:  # type: ignore[no-untyped-def]
    if wrap.recipient == "desk":
        return Cell(
            "desk-wrap", wrap.wrapped, lambda cipher: parts.vault.unwrap(wrap.ticket_id, wrap.generation, cipher)
        )
    secret = ring.secret(wrap.recipient.removeprefix("c:"), wrap.generation)
    name = sealing.wrap_name(wrap.ticket_id, wrap.recipient, wrap.generation)
    return Cell("wall-wrap", wrap.wrapped, lambda cipher: boxes.unseal_with(secret.private, cipher, what=name))
