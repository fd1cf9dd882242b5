"""Long texts whose carrier hands over one piece at a time: kept until all are there, then one message (story 13, I22)."""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels import decoding
from channels.contract import ChannelName, Inbound
from feedback.desk import room, sealing
from feedback.models.base import new_id
from feedback.models.lately import Piece
from feedback.models.ticket import TicketKey

WAIT = timedelta(minutes=2)
"""So long the others are waited for; then what there is becomes the message, with a mark for each piece that is missing."""

KNOWN_FOR = timedelta(days=2)
"""So long a piece that came is known by its reference, so that a repeat of it is none."""

MISSING = " […] "


def ready(session: Session, inbound: Inbound) -> list[Inbound]:
    """The messages that can go into intake now: this one, the long text that it completes, or none yet."""
    if inbound.part is None:
        return [inbound]
    same = sa.select(Piece.id).where(Piece.adapter == inbound.adapter, Piece.provider_ref == inbound.provider_ref)
    if session.scalar(same) is not None:
        return []
    belongs = _keep(session, inbound)
    found = sa.select(Piece).where(Piece.belongs == belongs, Piece.sealed != b"").order_by(Piece.number, Piece.at)
    rows = session.scalars(found.with_for_update()).all()
    if {row.number for row in rows} != set(range(1, inbound.part.total + 1)):
        return []
    return [_joined(session, rows)]


def overdue(session: Session, now: datetime) -> list[Inbound]:
    """Long texts of which a piece never came: what there is. Pieces that are long joined are forgotten."""
    session.execute(sa.delete(Piece).where(Piece.sealed == b"", Piece.at < now - KNOWN_FOR))
    found = sa.select(Piece).where(Piece.sealed != b"").order_by(Piece.number, Piece.at)
    groups: dict[bytes, list[Piece]] = defaultdict(list)
    for row in session.scalars(found.with_for_update(skip_locked=True)):
        groups[row.belongs].append(row)
    late = [rows for rows in groups.values() if max(row.at for row in rows) < now - WAIT]
    return [_joined(session, rows) for rows in late]


def _keep(session: Session, inbound: Inbound) -> bytes:
    part, vault, id_ = inbound.part, room.vault(session), new_id()
    assert part is not None
    sender = inbound.address or inbound.facts.get("sender", "")
    indexes = vault.address_indexes("pieces", f"{inbound.adapter}\n{sender}\n{part.of}\n{part.total}")
    belongs = session.scalar(sa.select(Piece.belongs).where(Piece.belongs.in_(indexes)).limit(1)) or indexes[0]
    key, key_row = vault.new_key(id_)
    session.execute(sa.insert(TicketKey), [key_row])
    said = {
        "address": inbound.address,
        "text": inbound.text,
        "facts": dict(inbound.facts),
        "raw": base64.b64encode(inbound.raw).decode(),
    }
    session.add(
        Piece(
            id=id_,
            adapter=inbound.adapter,
            provider_ref=inbound.provider_ref,
            belongs=belongs,
            number=part.number,
            total=part.total,
            at=inbound.received_at,
            sealed=sealing.seal(key, Piece, "sealed", id_, json.dumps(said)),
        )
    )
    session.flush()
    return belongs


def _joined(session: Session, rows: Sequence[Piece]) -> Inbound:
    """One message out of its pieces; of two that say they are the same piece the earlier one counts."""
    keys = sealing.keys(session, [row.id for row in rows])
    by_number: dict[int, Inbound] = {}
    for row in rows:
        said = json.loads(sealing.unseal(keys[row.id], Piece, "sealed", row.id, row.sealed))
        said["raw"] = base64.b64decode(said["raw"])
        one = Inbound(row.adapter, row.provider_ref, ChannelName.SMS, row.at, **said)
        by_number.setdefault(row.number, one)
        row.sealed = b""
    session.execute(sa.delete(TicketKey).where(TicketKey.ticket_id.in_(list(keys))))
    first = by_number[min(by_number)]
    texts = [by_number[number].text if number in by_number else MISSING for number in range(1, rows[0].total + 1)]
    return replace(
        first,
        received_at=min(one.received_at for one in by_number.values()),
        text=decoding.readable("".join(texts)),  # Base64 is cut where the carrier cut
        raw=b"\n".join(one.raw for _, one in sorted(by_number.items())),
    )
