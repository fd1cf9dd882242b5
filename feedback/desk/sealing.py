"""Opening and sealing the columns of a ticket's rows under the ticket's key."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.db import MARK
from feedback.desk import room
from feedback.errors import Locked
from feedback.models.base import Base
from feedback.models.ticket import Ticket, TicketKey
from feedback.seal import box, boxes
from feedback.seal.vault import DESK


def keys(session: Session, ids: Iterable[int]) -> dict[int, bytes]:
    """The keys of tickets that `visibility` or a claim has already found, as far as this session opens them; one SELECT.

    Recordings, and notes that were written onto a wall, have keys of their own and are found by their ids.
    """
    found: dict[int, bytes] = {}
    wraps = sa.select(TicketKey.ticket_id, TicketKey.recipient, TicketKey.generation, TicketKey.wrapped)
    wraps = wraps.where(TicketKey.ticket_id.in_(list(ids))).execution_options(**{MARK: True})
    for thing_id, recipient, generation, wrapped in session.execute(wraps):
        opened = _open(session, thing_id, recipient, generation, wrapped)
        if opened is not None:
            found[thing_id] = opened
    return found


def key(session: Session, thing_id: int) -> bytes:
    """The key of one ticket. Raises `Locked` while this session does not open it, or where it has been forgotten."""
    found = keys(session, [thing_id]).get(thing_id)
    if found is None:
        raise Locked
    return found


def wrap_name(thing_id: int, recipient: str, generation: int) -> str:
    """The name of a wrapped key, bound into its seal."""
    return f"ticket_key/{thing_id}/{recipient}/{generation}"


def _open(session: Session, thing_id: int, recipient: str, generation: int, wrapped: bytes) -> bytes | None:
    if recipient == DESK:
        return room.vault(session).unwrap(thing_id, generation, wrapped)
    ring = room.ring(session)
    if ring is None:
        return None
    name = wrap_name(thing_id, recipient, generation)
    if recipient == f"s:{ring.staff_id}":
        return ring.open_own(wrapped, what=name)
    secret = ring.secret(recipient.removeprefix("c:"), generation) if recipient.startswith("c:") else None
    return boxes.unseal_with(secret.private, wrapped, what=name) if secret else None


def seal(key: bytes, row: type[Base], column: str, row_id: int, text: str) -> bytes:
    """Seal a text for a column of a table of ours."""
    return box.seal(key, text.encode(), table=row.__tablename__, row=row_id, column=column)


def unseal(key: bytes, row: type[Base], column: str, row_id: int, sealed: bytes | None) -> str:
    """The text again; an empty column is an empty text, and so is one that was emptied."""
    if not sealed:
        return ""
    return box.unseal(key, sealed, table=row.__tablename__, row=row_id, column=column).decode()


def seal_mapping(key: bytes, ticket_id: int, column: str, mapping: Mapping[str, Any]) -> bytes:
    """Seal a mapping of plain values for a column of the ticket, as JSON."""
    return seal(key, Ticket, column, ticket_id, json.dumps(mapping, ensure_ascii=False))


def unseal_mapping(key: bytes, ticket_id: int, column: str, sealed: bytes | None) -> dict[str, Any]:
    """That mapping again; an empty column is an empty mapping."""
    opened = unseal(key, Ticket, column, ticket_id, sealed)
    return json.loads(opened) if opened else {}
