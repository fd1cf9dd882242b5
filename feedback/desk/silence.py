"""Numbers that get nothing from us: one mark for STOP, a number that is gone and a wish, with no reason kept (decision 7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.desk import room
from feedback.models.contact import Silent


def among(session: Session, addresses: Iterable[str]) -> set[str]:
    """Which of these numbers get nothing from us; one SELECT."""
    vault = room.vault(session)
    by_index = {vault.silent_index(address): address for address in addresses}
    if not by_index:
        return set()
    found = sa.select(Silent.address_index).where(Silent.address_index.in_(list(by_index)))
    return {by_index[row.address_index] for row in session.connection().execute(found)}


def mark(session: Session, address: str, at: datetime) -> None:
    """Nothing goes to this number any more. A second mark changes nothing."""
    if not among(session, [address]):
        row = {"address_index": room.vault(session).silent_index(address), "at": at}
        session.connection().execute(sa.insert(Silent), row)


def lift(session: Session, address: str) -> None:
    """The number asked to be written to again."""
    index = room.vault(session).silent_index(address)
    session.connection().execute(sa.delete(Silent).where(Silent.address_index == index))
