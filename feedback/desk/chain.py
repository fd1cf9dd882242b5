"""The chain of events: each committed event gets a place and a digest over itself and all before it (decision 22, I31)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import alone
from feedback.desk.visibility import seen
from feedback.models.event import Event

START = hashlib.sha256(b"feedback/1/chain").digest()
"""What the first event chains to."""

BATCH = 200
"""Events chained in one transaction: short enough for SQLite's lock (decision 5)."""

OLDEST = timedelta(seconds=5)
"""No committed event is unchained for longer; `doctor` says so where one is."""

_COLUMNS = (
    Event.place,
    Event.previous,
    Event.digest,
    Event.chained_at,
    Event.id,
    Event.at,
    Event.ticket_id,
    Event.actor,
    Event.action,
    Event.detail,
    Event.wall,
)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain at a moment. Held by two people elsewhere, it proves everything up to its place."""

    place: int
    digest: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain does not hold, and why."""

    place: int
    why: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What a walk along the chain found: its length, what is not chained yet, and the first break or None."""

    chained: int
    unchained: int
    broken: Break | None


def waits(session: Session) -> bool:
    """Is there a committed event without a place?"""
    return session.scalar(seen(sa.select(Event.id).where(Event.place.is_(None)).limit(1))) is not None


def seal(session: Session, *, limit: int = BATCH) -> int:
    """Chain committed events that have no place yet, at most `limit`; how many there were.

    Only what has committed is seen, so the order is that of commits as this looks: an event with an earlier id that
    commits late gets a later place, and none is passed over. One sealer works at a time; another one waits.
    """
    now = clock.now()
    alone.take(session, "chain")
    loose = sa.select(*_COLUMNS).where(Event.place.is_(None)).order_by(Event.id).limit(limit)
    end = head(session)
    place, last = (end.place, end.digest) if end else (0, START)
    rows = []
    for event in session.execute(seen(loose)):
        place += 1
        linked = {**event._mapping, "place": place, "previous": last, "chained_at": now}
        last = _digest(linked)
        rows.append(
            {"row": event.id, "place": place, "previous": linked["previous"], "digest": last, "chained_at": now}
        )
    if rows:
        put = sa.update(Event).where(Event.id == sa.bindparam("row"), Event.place.is_(None))
        names = ("place", "previous", "digest", "chained_at")
        session.connection().execute(put.values({name: sa.bindparam(name) for name in names}), rows)
    return len(rows)


def head(session: Session) -> Head | None:
    """The end of the chain now; None where nothing is chained."""
    last = sa.select(Event.place, Event.digest, Event.chained_at).where(Event.place.is_not(None))
    found = session.execute(seen(last.order_by(Event.place.desc()).limit(1))).one_or_none()
    return Head(found.place, found.digest or b"", found.chained_at or clock.now()) if found else None


def verify(session: Session, heads: Iterable[Head] = ()) -> Verified:
    """Walk the whole chain. `heads` that were written down elsewhere find what a chain alone can't: its end cut off, an
    older copy put back, or all of it made anew.
    """
    known = {one.place: one for one in heads}
    walk = _Walk(known)
    for event in _events(session):
        if not walk.holds(event):
            break
    loose = sa.select(sa.func.count()).select_from(Event).where(Event.place.is_(None))
    unchained = session.scalar(seen(loose)) or 0
    return Verified(walk.place, unchained, walk.broken or walk.cut_off() or _half_chained(session))


def unchained_age(session: Session) -> timedelta:
    """How long the oldest event has waited for its place; zero where none waits. For `doctor`: at most `OLDEST`."""
    oldest = session.scalar(seen(sa.select(sa.func.min(Event.at)).where(Event.place.is_(None))))
    return max(clock.now() - oldest, timedelta()) if oldest else timedelta()


class _Walk:
    """Goes from event to event and remembers the first break."""

    def __init__(self, heads: Mapping[int, Head]) -> None:
        self.place, self._last = 0, START
        self.broken: Break | None = None
        self._heads = heads

    def holds(self, event: Mapping[str, Any]) -> bool:
        self.broken = self._break(event)
        self.place, self._last = event["place"], event["digest"]
        return self.broken is None

    def cut_off(self) -> Break | None:
        beyond = [place for place in self._heads if not 1 <= place <= self.place]
        return Break(self.place + 1, "the chain ends before a head that was written down") if beyond else None

    def _break(self, event: Mapping[str, Any]) -> Break | None:
        here = self.place + 1
        if event["place"] != here:
            return Break(here, "an event is missing, or stands at another place")
        if event["previous"] != self._last:
            return Break(here, "this event does not follow the one before it")
        if event["digest"] != _digest(event):
            return Break(here, "this event was changed")
        if here in self._heads and self._heads[here].digest != event["digest"]:
            return Break(here, "this is not the event that was here when a head was written down")
        return None


def _events(session: Session) -> Iterator[Mapping[str, Any]]:
    chained = sa.select(*_COLUMNS).where(Event.place.is_not(None)).order_by(Event.place)
    for part in session.execute(seen(chained.execution_options(yield_per=5_000))).partitions():
        for row in part:
            yield dict(zip(_NAMES, row, strict=True))


def _half_chained(session: Session) -> Break | None:
    """An event that lost its place but kept a link was taken out of the chain by hand."""
    links = sa.or_(Event.digest.is_not(None), Event.previous.is_not(None), Event.chained_at.is_not(None))
    found = session.scalar(seen(sa.select(sa.exists().where(Event.place.is_(None), links))))
    return Break(0, "an event was taken out of the chain") if found else None


def _digest(event: Mapping[str, Any]) -> bytes:
    """SHA-256 over what the event says, where it stands and what stands before it. Each field carries its length."""
    parts = [b"feedback/1/event"]
    for name in _DIGESTED:
        value = event[name]
        if value is None:
            parts.append(b"-")
            continue
        if isinstance(value, datetime):
            value = value.isoformat(timespec="microseconds")
        plain = value if isinstance(value, bytes) else str(value).encode()
        parts += (b"%d:" % len(plain), plain)
    return hashlib.sha256(b"".join(parts)).digest()


_NAMES = tuple(column.key for column in _COLUMNS)
_DIGESTED = ("place", "previous", "chained_at", "id", "at", "ticket_id", "actor", "action", "detail", "wall")
