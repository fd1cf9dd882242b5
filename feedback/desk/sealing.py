"""Opening and sealing the columns of a ticket's rows under the ticket's key."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.db import MARK
from feedback.desk import room
from feedback.models.base import Base
from feedback.models.ticket import Ticket, TicketKey
from feedback.seal import box


def keys(session: Session, ticket_ids: Iterable[int]) -> dict[int, bytes]:
    """The keys of tickets that `visibility` or a claim has already found; one SELECT."""
    wanted = select_keys(ticket_ids)
    return {
        row.ticket_id: room.vault(session).unwrap(row.ticket_id, row.generation, row.wrapped)
        for row in session.execute(wanted)
    }


def select_keys(ticket_ids: Iterable[int]) -> sa.Select[int, int, bytes]:
    """The statement behind `keys`."""
    columns = sa.select(TicketKey.ticket_id, TicketKey.generation, TicketKey.wrapped)
    return columns.where(TicketKey.ticket_id.in_(list(ticket_ids))).execution_options(**{MARK: True})


def key(session: Session, ticket_id: int) -> bytes:
    """The key of one ticket. Raises `BadSeal` where it has been forgotten."""
    found = keys(session, [ticket_id]).get(ticket_id)
    if found is None:
        raise box.BadSeal("ticket_key")
    return found


def seal(key: bytes, row: type[Base], column: str, row_id: int, text: str) -> bytes:
    """Seal a text for a column of a table of ours."""
    return box.seal(key, text.encode(), table=row.__tablename__, row=row_id, column=column)


def unseal(key: bytes, row: type[Base], column: str, row_id: int, sealed: bytes | None) -> str:
    """The text again; an empty column is an empty text."""
    if sealed is None:
        return ""
    return box.unseal(key, sealed, table=row.__tablename__, row=row_id, column=column).decode()


def seal_mapping(key: bytes, ticket_id: int, column: str, mapping: Mapping[str, Any]) -> bytes:
    """Seal a mapping of plain values for a column of the ticket, as JSON."""
    return seal(key, Ticket, column, ticket_id, json.dumps(mapping, ensure_ascii=False))


def unseal_mapping(key: bytes, ticket_id: int, column: str, sealed: bytes | None) -> dict[str, Any]:
    """That mapping again; an empty column is an empty mapping."""
    opened = unseal(key, Ticket, column, ticket_id, sealed)
    return json.loads(opened) if opened else {}
