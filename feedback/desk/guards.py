"""Against loops and floods: how often one number is thanked in an hour. No message is ever dropped (feature 9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.contract import Inbound
from feedback.desk import room
from feedback.models.lately import Lately

HOUR = timedelta(hours=1)

THANKS_AN_HOUR = 3
"""So often one number hears the acknowledgement; a machine that answers machines then talks to itself."""

SAME_WORDS = 1
"""So often for the same words: an auto-responder has only one sentence."""

FLOOD = 30
"""A number heard more often than this within an hour is counted as a flood, for whoever watches the backlog."""

_WALL = "numbers of this hour"


@dataclass(slots=True)
class _Count:
    heard: int
    thanked: int
    until: datetime
    stored: bool
    touched: bool = False


class Guards:
    """The counts of a batch of messages: loaded at once, counted for each message, written at once.

    They are kept per number, and per number and words, keyed; what was said plays no other part, so that whether
    somebody is thanked says nothing of their message (I20).
    """

    def __init__(self, session: Session, inbounds: Sequence[Inbound], now: datetime) -> None:
        self._session, self._now, self._vault = session, now, room.vault(session)
        wanted = {index for inbound in inbounds if inbound.address for index in self._indexes(inbound)}
        found = sa.select(Lately.what, Lately.heard, Lately.thanked, Lately.until).where(Lately.what.in_(list(wanted)))
        rows = session.connection().execute(found.with_for_update()) if wanted else ()
        self._counts = {what: _Count(heard, thanked, until, stored=True) for what, heard, thanked, until in rows}

    def heard(self, inbound: Inbound, *, thank: bool) -> bool:
        """Count this message; whether it is thanked, which `thank` wants."""
        if not inbound.address:
            return False
        number, words = (self._count(index) for index in self._indexes(inbound))
        thank = thank and number.thanked < THANKS_AN_HOUR and words.thanked < SAME_WORDS
        for count in (number, words):
            count.heard, count.thanked = count.heard + 1, count.thanked + thank
        return thank

    def write(self) -> None:
        """Keep the counts."""
        connection = self._session.connection()
        fresh = []
        for what, count in sorted(
            self._counts.items(), key=lambda item: item[0]
        ):  # one order, so that none waits in a ring
            row = {"heard": count.heard, "thanked": count.thanked, "until": count.until}
            if count.touched and count.stored:
                connection.execute(sa.update(Lately).where(Lately.what == what).values(**row))
            elif count.touched:
                fresh.append({"what": what, **row})
        if fresh:
            connection.execute(sa.insert(Lately), fresh)

    def _count(self, index: bytes) -> _Count:
        count = self._counts.get(index)
        if count is None:
            count = self._counts[index] = _Count(0, 0, self._now + HOUR, stored=False)
        elif count.until <= self._now:
            count.heard, count.thanked, count.until = 0, 0, self._now + HOUR
        count.touched = True
        return count

    def _indexes(self, inbound: Inbound) -> tuple[bytes, bytes]:
        address = inbound.address or ""
        return (
            self._vault.address_index(_WALL, address),
            self._vault.address_index(_WALL, f"{address}\n{inbound.text.strip()}"),
        )


def forget(session: Session, now: datetime) -> None:
    """Let go of the counts whose hour is over."""
    session.execute(sa.delete(Lately).where(Lately.until <= now))


def floods(session: Session, now: datetime) -> int:
    """How many numbers, or repeated sentences, flood us now."""
    many = sa.select(sa.func.count()).select_from(Lately).where(Lately.heard > FLOOD, Lately.until > now)
    return session.scalar(many) or 0


def held(session: Session, now: datetime) -> int:
    """How many numbers hear no more thanks within this hour."""
    many = sa.select(sa.func.count()).select_from(Lately)
    return session.scalar(many.where(Lately.thanked >= THANKS_AN_HOUR, Lately.until > now)) or 0
