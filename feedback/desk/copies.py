"""What a provider keeps: which of its messages we lack (I3), and which of its copies it need not keep any longer (I18)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.contract import Copy, Inbound, Kept
from feedback import clock
from feedback.models.installation import Installation
from feedback.models.lately import Piece
from feedback.models.message import Message, Recording, RecordingState
from feedback.models.reply import Reply, ReplyState

LEFT_ALONE = timedelta(hours=1)
"""So long a copy stays: a reply whose end is not known is looked up there for ten minutes."""

CALLS_STAY = timedelta(hours=2)
"""A call names the caller of a recording whose hook was lost, until the gaps have been filled."""

NO_RECEIPT = timedelta(hours=12)
"""A text that was sent and of which nothing more was heard counts as ended then."""

MOST = timedelta(hours=24)
"""No copy is older than this (I18); `overdue` says so."""

STALE = timedelta(hours=3)
"""Copies are looked after each half hour; after so long nobody does."""

_ENDED = (ReplyState.DELIVERED, ReplyState.FAILED, ReplyState.RECALLED, ReplyState.BY_HAND)


def lacking(session: Session, inbounds: Sequence[Inbound]) -> list[Inbound]:
    """Those that are not with us, by the provider's reference."""
    refs = [inbound.provider_ref for inbound in inbounds]
    known: set[tuple[str, str]] = set()
    for table in (Message, Piece):
        found = sa.select(table.adapter, table.provider_ref).where(table.provider_ref.in_(refs))
        known |= {(adapter, ref) for adapter, ref in session.execute(found)}
    return [inbound for inbound in inbounds if (inbound.adapter, inbound.provider_ref) not in known]


def deletable(session: Session, adapter: str, copies: Sequence[Copy]) -> list[Copy]:
    """Those that are wholly with us, or that we do not need; what we lack stays until the gap has been filled."""
    by_kind = {kind: [copy for copy in copies if copy.kind is kind] for kind in Kept}
    return [copy for kind, some in by_kind.items() if some for copy in _RULES[kind](session, adapter, some)]


def overdue(copies: Sequence[Copy], now: datetime) -> int:
    """How many of these should be gone by now."""
    return sum(copy.at < now - MOST for copy in copies)


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stood with one provider when its list was last gone through. `why`: it could not be, or was refused."""

    adapter: str
    at: datetime
    late: int
    why: str

    def well(self, now: datetime) -> bool:
        """Nothing too old, nothing refused, and looked at lately."""
        return not self.late and not self.why and self.at > now - STALE

    def words(self, now: datetime) -> str:
        """What is wrong, in a few words."""
        if self.why:
            return f"refuses: {self.why}"
        return f"keeps {self.late} older than a day" if self.late else "was not asked for three hours"


def note(session: Session, adapter: str, *, late: int = 0, why: str = "") -> None:
    """Keep how it stands with a provider, for the doctor."""
    word = f"{clock.now().isoformat(timespec='seconds')}\t{late}\t{why}"[:200]
    session.merge(Installation(name=f"copies {adapter}", word=word))


def standing(session: Session, adapters: Sequence[str]) -> list[Standing]:
    """How it stands with those of these providers that were asked before."""
    names = [f"copies {adapter}" for adapter in adapters]
    rows = session.execute(sa.select(Installation.name, Installation.word).where(Installation.name.in_(names))).all()
    found = []
    for name, word in sorted(rows):
        at, late, why = word.split("\t")
        found.append(Standing(name.removeprefix("copies "), datetime.fromisoformat(at), int(late), why))
    return found


def _heard(session: Session, adapter: str, copies: Sequence[Copy]) -> list[Copy]:
    """A text that is with us, its pictures too."""
    waits = sa.select(Recording.id).where(Recording.message_id == Message.id, Recording.state == RecordingState.WAITING)
    ours = sa.select(Message.provider_ref).where(Message.adapter == adapter, ~waits.exists())
    known = set(session.scalars(ours.where(Message.provider_ref.in_([copy.ref for copy in copies]))))
    pieces = sa.select(Piece.provider_ref).where(Piece.adapter == adapter)
    known |= set(session.scalars(pieces.where(Piece.provider_ref.in_([copy.ref for copy in copies]))))
    return [copy for copy in copies if copy.ref in known]


def _said(session: Session, adapter: str, copies: Sequence[Copy]) -> list[Copy]:
    """A reply that has ended; and what is no reply of ours any more, as the acknowledgements are none."""
    refs = [copy.ref for copy in copies]
    found = sa.select(Reply.provider_ref, Reply.state).where(Reply.adapter == adapter, Reply.provider_ref.in_(refs))
    states: Mapping[str | None, ReplyState] = dict(session.execute(found).all())
    late = clock.now() - NO_RECEIPT
    return [copy for copy in copies if copy.at < late or states.get(copy.ref, ReplyState.DELIVERED) in _ENDED]


def _recorded(session: Session, adapter: str, copies: Sequence[Copy]) -> list[Copy]:
    refs = [copy.ref for copy in copies]
    ours = sa.select(Recording.provider_ref).where(Recording.adapter == adapter, Recording.provider_ref.in_(refs))
    known = set(session.scalars(ours.where(Recording.state != RecordingState.WAITING)))
    return [copy for copy in copies if copy.ref in known]


def _called(_session: Session, _adapter: str, copies: Sequence[Copy]) -> list[Copy]:
    return [copy for copy in copies if copy.at < clock.now() - CALLS_STAY]


_RULES: Mapping[Kept, Callable[[Session, str, Sequence[Copy]], list[Copy]]] = {
    Kept.INBOUND: _heard,
    Kept.OUTBOUND: _said,
    Kept.RECORDING: _recorded,
    Kept.CALL: _called,
}
