"""What waits to go out on a sensitive ticket, under a key that the desk opens, and is erased once handed over (decision 4)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.desk import room, sealing
from feedback.desk.visibility import seen
from feedback.models.plan import HeldEnvelope
from feedback.models.reply import Reply
from feedback.models.ticket import Ticket, TicketKey


@dataclass(frozen=True, slots=True, repr=False)
class Letter:
    """One text with all that is looked at again before it goes: to whom, when, in which language, in which wording."""

    address: str
    text: str
    language: str
    since: str  # local hours, "HH:MM"
    until: str
    wording: str  # plans.PHRASES or plans.NEUTRAL


@dataclass(frozen=True, slots=True, repr=False)
class Held:
    """A letter as it lies there. `edition` None: a first contact."""

    letter: Letter
    wall: str
    edition: int | None


def hold(session: Session, ticket: Ticket, reply_id: int, letter: Letter, *, edition: int | None) -> None:
    """Lay a letter down for the machine that sends it."""
    key, row = room.vault(session).new_key(reply_id)
    session.execute(sa.insert(TicketKey), [row])
    sealed = sealing.seal(key, HeldEnvelope, "sealed", reply_id, json.dumps(asdict(letter), ensure_ascii=False))
    wall = ticket.compartment or ""
    session.add(HeldEnvelope(id=reply_id, ticket_id=ticket.id, wall=wall, edition=edition, sealed=sealed))


def held(session: Session, reply: Reply) -> Held | None:
    """The letter of a reply, or None once it has been erased."""
    row = session.scalars(seen(sa.select(HeldEnvelope).where(HeldEnvelope.id == reply.id))).one_or_none()
    key = sealing.keys(session, [reply.id]).get(reply.id)
    if row is None or key is None:
        return None
    letter = Letter(**json.loads(sealing.unseal(key, HeldEnvelope, "sealed", reply.id, row.sealed)))
    return Held(letter, row.wall, row.edition)


def erase(session: Session, reply_ids: Sequence[int]) -> None:
    """Nothing of these letters is left, nor of what opened them."""
    if reply_ids:
        session.flush()
        session.execute(seen(sa.delete(HeldEnvelope).where(HeldEnvelope.id.in_(reply_ids))))
        session.execute(seen(sa.delete(TicketKey).where(TicketKey.ticket_id.in_(reply_ids))))


def of_ticket(session: Session, ticket_id: int) -> list[int]:
    """The ids of the replies of a ticket that still have a letter."""
    return list(session.scalars(seen(sa.select(HeldEnvelope.id).where(HeldEnvelope.ticket_id == ticket_id))))
