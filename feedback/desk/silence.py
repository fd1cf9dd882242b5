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


def mark(session: Session, address: str, at: datetime, *, by_staff: bool = False) -> None:
    """Nothing goes to this number any more. A second mark changes nothing.

    `by_staff`: somebody of us set it, at the person's wish or since it is not safe. Then a second row, alike and keyed
    apart, keeps a text from lifting it: whoever holds the phone could have sent that (decision 7).
    """
    indexes = [room.vault(session).silent_index(one) for one in (address, *([_kept(address)] if by_staff else []))]
    known = set(session.scalars(sa.select(Silent.address_index).where(Silent.address_index.in_(indexes))))
    rows = [{"address_index": index, "at": at} for index in indexes if index not in known]
    if rows:
        session.connection().execute(sa.insert(Silent), rows)


def is_kept(session: Session, address: str) -> bool:
    """Did staff set the mark of this number? Then a person decides, never a text."""
    return address in kept_among(session, [address])


def kept_among(session: Session, addresses: Iterable[str]) -> set[str]:
    """Which of these numbers staff silenced; one SELECT."""
    kept = {_kept(address): address for address in addresses}
    return {kept[one] for one in among(session, kept)}


def lift(session: Session, address: str, *, by_staff: bool = False) -> None:
    """The number asked to be written to again. What staff set stays, unless one of them lifts it (`asking_again`)."""
    if by_staff or not is_kept(session, address):
        indexes = [room.vault(session).silent_index(one) for one in (address, _kept(address))]
        session.connection().execute(sa.delete(Silent).where(Silent.address_index.in_(indexes)))


def _kept(address: str) -> str:
    """What stands for "staff set it" in the list: no number looks like this."""
    return f"kept\n{address}"
