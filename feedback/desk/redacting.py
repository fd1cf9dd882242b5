"""Taking one part out of a ticket while the ticket stays: the words go, and the key that opened older copies of them."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import asked, envelopes, events, forgetting, loans, permissions, referring, resealing, sealing, walls
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen
from feedback.errors import Invalid, WrongState
from feedback.models.message import Message, Recording
from feedback.models.reply import Note, Reply, ReplyState
from feedback.models.right import Reason, Redaction
from feedback.models.staff import Staff
from feedback.models.ticket import Status, Ticket, TicketKey
from feedback.queue import Kind, nudge

TITLE, FACT = "title", "fact"
CONSENT = "consent_"
"""What somebody agreed to is no part: it says why we may act at all (R15)."""

_ROWS: dict[str, type[Any]] = {
    "message": Message,
    "transcript": Message,
    "recording": Recording,
    "reply": Reply,
    "note": Note,
    "visit": Note,
    "correction": Note,
    "translation": Note,
    "answered": Note,
}
_ON_THE_WAY = (ReplyState.SENDING, ReplyState.UNKNOWN)


def name_of(key: bytes, kind: str, row_id: int) -> str:
    """What a page calls a part of a ticket: it says nothing of its row, and another key gives another name."""
    return hmac.digest(key, f"part/{kind}/{row_id}".encode(), hashlib.sha256)[:9].hex()


def part_of(key: bytes, row: Message | Recording | Reply | Note) -> str:
    """The name of the part that a row of the thread is."""
    return name_of(key, kind_of(row), row.id)


def facts_of(key: bytes, ticket: Ticket) -> dict[str, str]:
    """The facts of a form that can be taken out, by what a page calls each."""
    facts = sealing.unseal_mapping(key, ticket.id, "facts", ticket.facts)
    return {name_of(key, FACT, _fact_id(name)): name for name in facts if not name.startswith(CONSENT)}


def take_out(session: Session, staff: Staff, ticket: Ticket, part: str, reason: str) -> None:
    """Take one part out, by the name that `reading.view` gave it, with a coded reason.

    All the rest is sealed under a fresh key in the same transaction and the old key's wraps go, so that what WAL, heap
    or older rows still hold of the part opens with nothing (I27). Raises `WrongState` while a hold stands, while the
    machine still reads the ticket, and for an answer that is just going out; `Invalid` without a reason; `Locked`.
    """
    permissions.require(staff, Action.REDACT)
    why = next((one for one in Reason if one == reason), None)
    if why is None:
        raise Invalid({"reason": "Say why it is taken out."})
    if ticket.held:
        raise WrongState("This is held for an investigation. Nothing is taken out while that stands.")
    if ticket.compartment is not None and ticket.read_at is None and ticket.status is Status.NEW:
        raise WrongState("The machine still reads this. Please try again in some minutes.")
    kind, row = _find(session, ticket, sealing.key(session, ticket.id), part)
    if isinstance(row, str):
        row_id, said_at = _fact_id(row), ticket.created_at
    else:
        row_id, said_at = (ticket.id, ticket.created_at) if row is None else (row.id, _said_at(session, kind, row))
    blank(session, ticket, kind, row_id)
    now = clock.now()
    session.add(
        Redaction(ticket_id=ticket.id, kind=kind, row_id=row_id, said_at=said_at, at=now, by=staff.id, reason=why)
    )
    renew(session, ticket)
    events.record(session, ticket, Action.REDACT, actor=events.by(staff), detail=f"{kind} {why}")
    nudge(session, Kind.FORGOTTEN)


def blank(session: Session, ticket: Ticket, kind: str, row_id: int) -> None:
    """Overwrite or delete what holds the part, and what was made of it. Needs no key, apart from a fact of a form, which
    stays as it is where this session does not open the ticket."""
    loans.end_all(session, ticket)
    referring.end_all(session, ticket)
    if kind == TITLE:
        ticket.title = None
    elif kind == FACT:
        _blank_fact(session, ticket, row_id)
    elif kind == "recording":
        forgetting.silence_recordings(session, sa.and_(Recording.id == row_id, Recording.ticket_id == ticket.id))
    elif kind == "reply":
        envelopes.erase(session, [row_id])
        session.execute(seen(sa.update(Reply).where(_this(Reply, ticket, row_id)).values(words=b"")))
        waits = sa.and_(_this(Reply, ticket, row_id), Reply.state.in_((ReplyState.QUEUED, ReplyState.BY_HAND)))
        session.execute(seen(sa.update(Reply).where(waits).values(state=ReplyState.RECALLED, why="taken out")))
    elif _ROWS[kind] is Note:
        session.execute(seen(sa.delete(Note).where(_this(Note, ticket, row_id))))
        session.execute(seen(sa.delete(TicketKey).where(TicketKey.ticket_id == row_id)))
    else:
        session.execute(seen(sa.update(Message).where(_this(Message, ticket, row_id)).values(words=None, raw=None)))
        for one in forgetting.with_joined(session, ticket):
            one.suggestion = None  # it quotes the text
            asked.take_back(session, one)


def renew(session: Session, ticket: Ticket) -> None:
    """A fresh key for what is left. So do the tickets whose messages stand here now: their keys opened them before."""
    session.flush()
    for one in forgetting.with_joined(session, ticket):
        resealing.reseal(session, one, sealing.key(session, one.id))
    walls.forget_terms(session, ticket.id)
    if ticket.compartment is None:
        walls.add_terms(session, ticket.id, walls.texts(session, ticket, sealing.key(session, ticket.id)))


def taken(session: Session, ticket: Ticket) -> list[Redaction]:
    """What was taken out of a ticket that was found here, oldest first."""
    return list(session.scalars(seen(sa.select(Redaction).where(Redaction.ticket_id == ticket.id))))


def kind_of(row: Message | Recording | Reply | Note) -> str:
    """What a row of the thread is called."""
    if isinstance(row, Message):
        return "transcript" if row.transcript_of else "message"
    if isinstance(row, Note):
        return row.kind.value
    return "recording" if isinstance(row, Recording) else "reply"


def _find(session: Session, ticket: Ticket, key: bytes, part: str) -> tuple[str, Any]:
    """The kind and the row of a part. Raises `WrongState` where there is none of this name (any more)."""
    if hmac.compare_digest(name_of(key, TITLE, ticket.id), part) and ticket.title:
        return TITLE, None
    for name, fact in facts_of(key, ticket).items():
        if hmac.compare_digest(name, part):
            return FACT, fact
    for table in dict.fromkeys(_ROWS.values()):
        for row in session.scalars(seen(sa.select(table).where(table.ticket_id == ticket.id))):
            kind = kind_of(row)
            if hmac.compare_digest(name_of(key, kind, row.id), part):
                if kind == "reply" and row.state in _ON_THE_WAY:
                    raise WrongState("This answer is just going out. Please try again in a minute.")
                return kind, row
    raise WrongState("This has changed meanwhile. Please look at it again.")


def _blank_fact(session: Session, ticket: Ticket, fact_id: int) -> None:
    key = sealing.keys(session, [ticket.id]).get(ticket.id)
    if key is None:
        return
    facts = sealing.unseal_mapping(key, ticket.id, "facts", ticket.facts)
    left = {name: said for name, said in facts.items() if _fact_id(name) != fact_id}
    ticket.facts = sealing.seal_mapping(key, ticket.id, "facts", left) if left else None


def _fact_id(name: str) -> int:
    """What stands for a fact where others have a row: the same on every desk, so that a restore knows it again."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:7])


def _said_at(session: Session, kind: str, row: Any) -> datetime:
    if kind == "recording":
        said = session.scalar(seen(sa.select(Message.at).where(Message.id == row.message_id)))
        return said or clock.now()
    at: datetime = row.queued_at if kind == "reply" else row.at
    return at


def _this(table: Any, ticket: Ticket, row_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(table.id == row_id, table.ticket_id == ticket.id)
