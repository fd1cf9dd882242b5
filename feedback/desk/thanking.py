"""The uniform acknowledgement where it can't travel in the answer: queued before triage, due after a fixed time (decision 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.contract import Envelope, Fate, Inbound, SendFailed
from feedback import clock
from feedback.desk import events, sealing, silence
from feedback.models.base import new_id
from feedback.models.event import Event
from feedback.models.lately import Thanks
from feedback.models.ticket import Ticket, TicketKey
from feedback.seal.vault import Vault

AFTER = timedelta(seconds=8)
"""From hearing to thanking, for everyone alike: it neither waits for triage nor knows what triage finds (I20)."""

CLAIM_FOR = timedelta(seconds=10)
TRIES = (timedelta(seconds=20), timedelta(seconds=60))
_ACTOR = events.part("thanks")


@dataclass(frozen=True, slots=True)
class Claimed:
    """One acknowledgement in hand."""

    thanks_id: int
    adapter: str
    envelope: Envelope


def rows(vault: Vault, inbound: Inbound, ticket_id: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The rows of `thanks` and `ticket_key` that send it."""
    id_ = new_id()
    key, key_row = vault.new_key(id_)
    address = sealing.seal(key, Thanks, "address", id_, inbound.address or "")
    due = inbound.received_at + AFTER
    row = {"id": id_, "ticket_id": ticket_id, "adapter": inbound.adapter, "address": address, "due_at": due, "tries": 0}
    return row, key_row


def claim(session: Session, words: str, *, limit: int = 20) -> list[Claimed]:
    """Take those in hand that are due. One that was left in hand by a crash may have gone out: it never goes again (I5)."""
    now = clock.now()
    _drop(session, Thanks.claimed_until < now - CLAIM_FOR, "not known")
    found = sa.select(Thanks).where(Thanks.due_at <= now, Thanks.claimed_until.is_(None)).order_by(Thanks.due_at)
    taken = session.scalars(found.limit(limit).with_for_update(skip_locked=True)).all()
    keys = sealing.keys(session, [one.id for one in taken])
    claimed = []
    for one in taken:
        address = sealing.unseal(keys[one.id], Thanks, "address", one.id, one.address)
        one.claimed_until, one.tries, one.first_try_at = now + CLAIM_FOR, one.tries + 1, one.first_try_at or now
        envelope = Envelope(f"thanks-{one.id}.{one.tries}", address, words, one.first_try_at)
        claimed.append(Claimed(one.id, one.adapter, envelope))
    silent = silence.among(session, [one.envelope.address for one in claimed])
    _drop(session, Thanks.id.in_([one.thanks_id for one in claimed if one.envelope.address in silent]), "silent")
    return [one for one in claimed if one.envelope.address not in silent]


def sent(session: Session, claimed: Claimed) -> None:
    """The provider took it."""
    _drop(session, Thanks.id == claimed.thanks_id, "sent")


def failed(session: Session, claimed: Claimed, failure: SendFailed) -> None:
    """The provider did not take it: twice more where that can help, never where it may have gone out."""
    one = session.scalars(sa.select(Thanks).where(Thanks.id == claimed.thanks_id).with_for_update()).one_or_none()
    if one is None:
        return
    if failure.fate is Fate.OPTED_OUT:
        silence.mark(session, claimed.envelope.address, clock.now())
    if failure.retry and not failure.unknown and one.tries <= len(TRIES):
        one.due_at, one.claimed_until = clock.now() + TRIES[one.tries - 1], None
    else:
        _drop(session, Thanks.id == one.id, "not known" if failure.unknown else "not sent")


def next_due(session: Session) -> datetime | None:
    """When the next one may go, or None when none waits."""
    return session.scalar(sa.select(sa.func.min(Thanks.due_at)).where(Thanks.claimed_until.is_(None)))


def _drop(session: Session, which: sa.ColumnElement[bool], what_came: str) -> None:
    """Forget the address and its key; the ticket's history keeps that it was said, or not."""
    gone: Sequence[Thanks] = session.scalars(sa.select(Thanks).where(which).with_for_update()).all()
    ids = [one.id for one in gone]
    if not ids:
        return
    found = sa.select(Ticket.id, Ticket.compartment).where(Ticket.id.in_([one.ticket_id for one in gone]))
    walls = dict(session.execute(found).all())
    now = clock.now()
    session.add_all(
        Event(
            at=now,
            ticket_id=one.ticket_id,
            actor=_ACTOR,
            action="thank",
            detail=what_came,
            wall=walls.get(one.ticket_id),
        )
        for one in gone
    )
    session.execute(sa.delete(Thanks).where(Thanks.id.in_(ids)))
    session.execute(sa.delete(TicketKey).where(TicketKey.ticket_id.in_(ids)))
