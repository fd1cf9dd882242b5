"""The copies of what comes from a number that a sealed ticket asked something, as rows that nobody here can open (I7, I27)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.contract import Inbound
from feedback import clock
from feedback.desk import room
from feedback.desk.visibility import seen
from feedback.models.asked import Asked, Perhaps, Question
from feedback.models.ticket import Ticket
from feedback.seal import boxes
from feedback.seal.vault import Vault

WITHIN = timedelta(hours=48)
"""So long after our question something from that number may be the answer (decision 4)."""

KEPT = timedelta(days=14)
"""So long the copy waits for somebody to say whose it is. The message itself is a ticket of its own."""


def among(session: Session, inbounds: Iterable[Inbound]) -> dict[str, list[tuple[int, bytes]]]:
    """Of the numbers of a batch those that were asked something, each with whom to seal to; one SELECT."""
    vault = room.vault(session)
    by_index = {vault.asked_index(address): address for one in inbounds if (address := one.address)}
    if not by_index:
        return {}
    found = sa.select(Asked.address_index, Asked.id, Asked.public).where(Asked.address_index.in_(list(by_index)))
    rows = session.connection().execute(seen(found.where(Asked.until > clock.now())))
    by_address: dict[str, list[tuple[int, bytes]]] = {}
    for index, asked_id, public in rows:
        by_address.setdefault(by_index[index], []).append((asked_id, public))
    return by_address


def rows(vault: Vault, asked: list[tuple[int, bytes]], inbound: Inbound, ticket_id: int) -> list[dict[str, Any]]:
    """A copy for each who asked. `ticket_id`: of the ticket that the message opens."""
    said = {
        "ticket": ticket_id,
        "at": inbound.received_at.isoformat(),
        "channel": inbound.channel.value,
        "text": inbound.text or "",
    }
    words, until = json.dumps(said, ensure_ascii=False).encode(), whole_day(inbound.received_at + KEPT)
    came_as = _mark(vault, ticket_id)
    return [
        {"asked_id": id_, "came_as": came_as, "sealed": boxes.seal_to(public, words, what=what(id_)), "until": until}
        for id_, public in asked
    ]


def forget(session: Session, ticket: Ticket) -> None:
    """Nothing stays of what this ticket asked, nor of the copies of what came as this ticket (I27)."""
    session.execute(seen(sa.delete(Question).where(Question.ticket_id == ticket.id)))
    take_back(session, ticket)


def take_back(session: Session, ticket: Ticket) -> None:
    """A part of this ticket is taken out: copies of what came as it go too."""
    came_as = _mark(room.vault(session), ticket.id)
    session.execute(seen(sa.delete(Perhaps).where(Perhaps.came_as == came_as)))


def expire(session: Session) -> None:
    """Delete what has had its time."""
    for table in (Asked, Perhaps):
        session.execute(seen(sa.delete(table).where(table.until < clock.now())))


def what(asked_id: int) -> str:
    """What a copy is sealed as."""
    return f"perhaps/{asked_id}"


def whole_day(at: datetime) -> datetime:
    """The end of that day in UTC: rows of one day have the same time, whatever zone their sender's clock was in."""
    at = at.astimezone(UTC)
    return datetime(at.year, at.month, at.day, tzinfo=UTC) + timedelta(days=1)


def _mark(vault: Vault, ticket_id: int) -> bytes:
    return vault.mark("came as", str(ticket_id).encode())
