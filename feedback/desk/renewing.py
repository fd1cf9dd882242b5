"""Renewing keys while everybody works: in batches, each a short transaction, from where it stopped (I26)."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.desk import compartments, room, sealing
from feedback.desk.visibility import seen
from feedback.models.compartment import CompartmentKey, Holding, RecoveryCopy
from feedback.models.ticket import TicketKey
from feedback.seal import boxes
from feedback.seal.vault import DESK

BATCH = 200


def rewrap_desk(session: Session, *, limit: int = BATCH) -> int:
    """Wrap keys of older generations of the desk key under the newest; how many. 0: none is left."""
    vault = room.vault(session)
    old = sa.select(TicketKey).where(TicketKey.recipient == DESK, TicketKey.generation < vault.generation)
    rows = session.scalars(seen(old.limit(limit).with_for_update(skip_locked=True))).all()
    for row in rows:
        fresh = vault.wrap(row.ticket_id, vault.unwrap(row.ticket_id, row.generation, row.wrapped))
        row.generation, row.wrapped = vault.generation, fresh["wrapped"]  # type: ignore[assignment]
    return len(rows)


def follow(session: Session, compartment: str, *, limit: int = BATCH) -> int:
    """Wrap keys of a compartment's older generations under its newest, in a holder's unlocked session; how many. What is
    wrapped for single people beside it stays, and so does a key that this holder can't open: another one may."""
    newest = compartments.current(session)[compartment]
    old = sa.select(TicketKey).where(TicketKey.recipient == f"c:{compartment}")
    old = old.where(TicketKey.generation < newest.generation).limit(limit).with_for_update(skip_locked=True)
    rows = session.scalars(seen(old)).all()
    keys = sealing.keys(session, [row.ticket_id for row in rows])
    opened = [row for row in rows if row.ticket_id in keys]
    for row in opened:
        name = sealing.wrap_name(row.ticket_id, row.recipient, newest.generation)
        row.generation = newest.generation
        row.wrapped = boxes.seal_to(newest.public, keys[row.ticket_id], what=name)
    return len(opened)


def retire(session: Session, compartment: str) -> bool:
    """Destroy a compartment's older generations, once nothing is wrapped under them. False while something is."""
    newest = compartments.current(session)[compartment].generation
    left = sa.select(TicketKey.ticket_id).where(TicketKey.recipient == f"c:{compartment}")
    if session.scalar(seen(left.where(TicketKey.generation < newest).limit(1))) is not None:
        return False
    for table in (Holding, RecoveryCopy, CompartmentKey):
        old = sa.delete(table).where(table.compartment == compartment, table.generation < newest)
        session.execute(old)
    return True


def left_behind(session: Session) -> int:
    """How many keys are still wrapped under an older generation of the desk key."""
    old = sa.select(sa.func.count()).select_from(TicketKey).where(TicketKey.recipient == DESK)
    return session.scalar(seen(old.where(TicketKey.generation < room.vault(session).generation))) or 0
