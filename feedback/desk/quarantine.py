"""What is genuine but could not be read: sealed to screening, and put before somebody who is cleared for it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.contract import ChannelName, Inbound
from feedback import clock
from feedback.desk import compartments, events, intake, permissions, resealing, room, sealing
from feedback.desk.intake_rows import SCREENING
from feedback.desk.openings import WantsToWrite
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen
from feedback.errors import Locked, NotFound
from feedback.models.base import new_id
from feedback.models.event import Event
from feedback.models.message import Quarantine
from feedback.models.staff import Staff
from feedback.models.ticket import TicketKey
from feedback.seal import box
from feedback.seal.vault import DESK

MOST = 50
SHOWN = "shown unreadable"


@dataclass(frozen=True, slots=True)
class Unread:
    """One request that a person should look at. `raw` is its body, with what can't be read as text replaced."""

    reference: str
    adapter: str
    hook: str
    at: datetime
    why: str
    raw: str


def keep(session: Session, *, adapter: str, hook: str, raw: bytes, why: str, ref: str | None = None) -> None:
    """Keep the body of a genuine request that could not be read; once, where the sender gave it a `ref` of its own.

    It may hold anything, so body and key are sealed to screening from the first moment, where screening has a key.
    """
    if ref is not None and session.scalar(sa.select(Quarantine.id).where(Quarantine.provider_ref == ref)) is not None:
        return
    id_ = new_id()
    key = os.urandom(32)
    resealing.give(session, id_, key, [_recipient(session)])
    sealed = box.seal(key, raw, table="quarantine", row=id_, column="raw")
    kept = Quarantine(id=id_, adapter=adapter, provider_ref=ref, hook=hook, at=clock.now(), why=why[:200], raw=sealed)
    session.add(kept)
    events.record(session, None, "quarantine", actor=events.part(adapter), detail=hook)


def unsettled(session: Session, staff: Staff) -> list[Unread]:
    """What still waits for a person, oldest first, as far as their unlocked session opens it; nothing for those who are
    not cleared for screening. Recorded before it is shown (I30). Raises `Locked`."""
    permissions.require(staff, Action.QUARANTINE)
    found = sa.select(Quarantine).where(waits(staff)).order_by(Quarantine.at).limit(MOST)
    kept = session.scalars(found).all()
    keys = _keys(session, kept)
    opened = [one for one in kept if one.id in keys]
    _shown(session, staff, opened)
    return [_unread(one, keys[one.id]) for one in opened]


def waits(staff: Staff) -> sa.ColumnElement[bool]:
    """What waits for this person, as a condition on `quarantine`."""
    may = permissions.may(staff, Action.QUARANTINE) and SCREENING in staff.clearances
    return sa.and_(Quarantine.settled_at.is_(None), sa.true() if may else sa.false())


def settle(session: Session, staff: Staff, reference: str, *, words: str) -> None:
    """A person has read it: their words open a ticket in screening, or none where it was nothing. Raises `NotFound` for
    those who are not cleared too, `Locked`."""
    permissions.require(staff, Action.QUARANTINE)
    found = sa.select(Quarantine).where(Quarantine.reference == reference, waits(staff))
    kept = session.scalars(found.with_for_update()).one_or_none()
    if kept is None or not _keys(session, [kept]):
        raise NotFound
    kept.settled_at, kept.settled_by, kept.raw = clock.now(), staff.id, b""
    session.execute(seen(sa.delete(TicketKey).where(TicketKey.ticket_id == kept.id)))  # what was read is kept once
    if words.strip():
        read = Inbound("by-hand", f"quarantine-{uuid4().hex}", ChannelName.SMS, kept.at, text=words.strip())
        intake.receive(session, [read])
    events.record(session, None, "settle", actor=events.by(staff), detail=kept.adapter)


def seal_what_waits(session: Session) -> int:
    """Screening has its key now: what was kept under the desk's key is sealed anew; how many."""
    under_desk = sa.exists().where(TicketKey.ticket_id == Quarantine.id, TicketKey.recipient == DESK)
    found = sa.select(Quarantine).where(Quarantine.settled_at.is_(None), under_desk).limit(MOST)
    kept = session.scalars(seen(found.with_for_update())).all()
    keys = sealing.keys(session, [one.id for one in kept])
    for one in kept:
        fresh = os.urandom(32)
        one.raw = box.seal(fresh, _opened(one, keys[one.id]), table="quarantine", row=one.id, column="raw")
        resealing.give(session, one.id, fresh, [_recipient(session)])
    return len(kept)


def _recipient(session: Session) -> resealing.Recipient:
    key = compartments.current(session).get(SCREENING)
    return resealing.Recipient(f"c:{SCREENING}", key.generation, key.public) if key else resealing.Recipient(DESK)


def _keys(session: Session, kept: Sequence[Quarantine]) -> dict[int, bytes]:
    """Their keys as far as this person holds them. Raises `Locked` where there is one, and the session is not open."""
    keys = sealing.keys(session, [one.id for one in kept])
    if len(keys) < len(kept) and room.ring(session) is None:
        raise Locked
    return keys


def _shown(session: Session, staff: Staff, kept: Sequence[Quarantine]) -> None:
    """One line for each person and thing, before its bytes are served."""
    wanted = {f"quarantine:{one.id}" for one in kept}
    mine = sa.select(Event.detail).where(Event.actor == events.by(staff), Event.action == SHOWN)
    fresh = wanted - set(session.scalars(seen(mine.where(Event.detail.in_(wanted)))))
    if fresh and not session.connection().get_execution_options().get("write", True):
        raise WantsToWrite
    for detail in sorted(fresh):
        events.record(session, None, SHOWN, actor=events.by(staff), detail=detail)
    session.flush()


def _unread(kept: Quarantine, key: bytes) -> Unread:
    raw = _opened(kept, key).decode(errors="replace")
    return Unread(kept.reference, kept.adapter, kept.hook, kept.at, kept.why, raw[:4000])


def _opened(kept: Quarantine, key: bytes) -> bytes:
    return box.unseal(key, kept.raw, table="quarantine", row=kept.id, column="raw")
