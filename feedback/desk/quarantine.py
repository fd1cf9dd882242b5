"""What is genuine but could not be read: kept sealed, and put before a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.contract import ChannelName, Inbound
from feedback import clock
from feedback.desk import events, intake, permissions, room, sealing
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen
from feedback.errors import NotFound
from feedback.models.base import new_id
from feedback.models.message import Quarantine
from feedback.models.staff import Staff
from feedback.models.ticket import TicketKey
from feedback.seal import box


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
    """Keep the body of a genuine request that could not be read; once, where the sender gave it a `ref` of its own."""
    if ref is not None and session.scalar(sa.select(Quarantine.id).where(Quarantine.provider_ref == ref)) is not None:
        return
    id_ = new_id()
    key, key_row = room.vault(session).new_key(id_)
    session.execute(sa.insert(TicketKey), [key_row])
    sealed = box.seal(key, raw, table="quarantine", row=id_, column="raw")
    kept = Quarantine(id=id_, adapter=adapter, provider_ref=ref, hook=hook, at=clock.now(), why=why[:200], raw=sealed)
    session.add(kept)
    events.record(session, None, "quarantine", actor=events.part(adapter), detail=hook)


def unsettled(session: Session, staff: Staff) -> list[Unread]:
    """What still waits for a person, oldest first."""
    permissions.require(staff, Action.QUARANTINE)
    found = session.scalars(
        sa.select(Quarantine).where(Quarantine.settled_at.is_(None)).order_by(Quarantine.at).limit(50)
    )
    return [_unread(session, kept) for kept in found]


def settle(session: Session, staff: Staff, reference: str, *, words: str) -> None:
    """A person has read it: their words open a ticket in screening, or none where it was nothing. Raises `NotFound`."""
    permissions.require(staff, Action.QUARANTINE)
    found = sa.select(Quarantine).where(Quarantine.reference == reference, Quarantine.settled_at.is_(None))
    kept = session.scalars(found.with_for_update()).one_or_none()
    if kept is None:
        raise NotFound
    kept.settled_at, kept.settled_by, kept.raw = clock.now(), staff.id, b""
    session.execute(seen(sa.delete(TicketKey).where(TicketKey.ticket_id == kept.id)))  # what was read is kept once
    if words.strip():
        read = Inbound("by-hand", f"quarantine-{uuid4().hex}", ChannelName.SMS, kept.at, text=words.strip())
        intake.receive(session, [read])
    events.record(session, None, "settle", actor=events.by(staff), detail=kept.adapter)


def _unread(session: Session, kept: Quarantine) -> Unread:
    key = sealing.key(session, kept.id)
    raw = box.unseal(key, kept.raw, table="quarantine", row=kept.id, column="raw").decode(errors="replace")
    return Unread(kept.reference, kept.adapter, kept.hook, kept.at, kept.why, raw[:4000])
