"""Who asked to be called back: by a missed call, or because a call ended before anything was said (R4, story 9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels import phone as phones
from channels.contract import ChannelName, Inbound, Wish
from feedback import clock
from feedback.desk import events, intake, listeners, room, sealing, silence
from feedback.desk.visibility import seen
from feedback.errors import NotFound, WrongState
from feedback.models.base import new_id
from feedback.models.call import BackOutcome, CallBack
from feedback.models.staff import Staff
from feedback.models.ticket import TicketKey

TRIES = 3
"""After so many tries at different hours a wish counts as unreachable (story 16)."""

LATER = timedelta(hours=2)
"""Between two tries."""

AFTER_BREAKING_OFF = timedelta(minutes=30)
"""Who hung up on us may not have been alone: nobody calls at once."""

A_DAY = 3
"""So many wishes of one number are taken up in a day; further calls are counted on the last."""

KEPT = timedelta(days=7)
"""So long an open wish keeps its number."""

MOST = 50
WALL = "call-backs"


@dataclass(frozen=True, slots=True)
class Wished:
    """One wish as a listener reads it; the number is masked, the exchange dials it."""

    reference: str
    address: str
    language: str | None
    wish: Wish | None
    broke_off: bool
    times: int
    tries: int
    asked_at: datetime
    ready: bool


def ask(
    session: Session,
    *,
    adapter: str,
    address: str | None,
    call: str,
    language: str | None = None,
    wish: Wish | None = None,
    broke_off: bool = False,
) -> None:
    """Keep the wish of a number to be called back: one, however often it rings.

    A `silent` number is not called: that it rang goes to the screening rota, once a day (story 9).
    Nothing can be done for a number that was withheld.
    """
    if address is None:
        return
    now, vault = clock.now(), room.vault(session)
    index, *older = vault.address_indexes(WALL, address)
    mine = sa.select(CallBack).where(CallBack.address_index.in_([index, *older]))
    known = session.scalars(mine.order_by(CallBack.asked_at.desc()).with_for_update()).all()
    standing = next((one for one in known if one.ended_at is None), None)
    lately = [one for one in known if one.asked_at > now - timedelta(days=1)]
    silent = bool(silence.among(session, [address]))
    if standing is None and (len(lately) >= A_DAY or (silent and lately)):
        standing = lately[0]
    if standing is not None:
        standing.times += 1
        standing.broke_off = standing.broke_off and broke_off  # a missed call since then asks for it plainly
        standing.language = standing.language or language
        return
    if silent:
        _to_screening(session, adapter, call, language, index)
        return
    row_id = new_id()
    key, key_row = vault.new_key(row_id)
    session.execute(sa.insert(TicketKey), [key_row])
    earliest = now + AFTER_BREAKING_OFF if broke_off else now
    session.add(
        CallBack(
            id=row_id,
            adapter=adapter,
            address=sealing.seal(key, CallBack, "address", row_id, address),
            address_index=index,
            language=language,
            wish=wish,
            broke_off=broke_off,
            asked_at=now,
            not_before=room.response(session).listening.next_open(earliest),
        )
    )
    session.flush()
    events.record(session, None, "call back", actor=events.part(adapter), detail="broke off" if broke_off else "asked")


def waiting(session: Session, staff: Staff) -> list[Wished]:
    """Who is to be called back, whoever has waited longest first."""
    listeners.require_cleared(staff)
    now = clock.now()
    is_open = room.response(session).listening.open_at(now)
    found = sa.select(CallBack).where(CallBack.ended_at.is_(None)).order_by(CallBack.asked_at).limit(MOST)
    rows = session.scalars(found).all()
    keys = sealing.keys(session, [row.id for row in rows])
    return [
        Wished(
            row.reference,
            phones.mask(_address(keys[row.id], row)),
            row.language,
            row.wish,
            row.broke_off,
            row.times,
            row.tries,
            row.asked_at,
            ready=is_open and row.not_before <= now,
        )
        for row in rows
        if row.id in keys
    ]


def count(session: Session) -> int:
    """How many wait for a call that may be made by now."""
    due = sa.select(sa.func.count()).select_from(CallBack)
    due = due.where(CallBack.ended_at.is_(None), CallBack.not_before <= clock.now())
    return session.scalar(due) or 0


def ready(session: Session, reference: str) -> tuple[CallBack, str]:
    """A wish that may be answered now, with its number. Raises `NotFound`, or `WrongState` out of hours (R4)."""
    row, now = _open(session, reference), clock.now()
    if not room.response(session).listening.open_at(now):
        raise WrongState("Call-backs are made in hours, when a call wakes nobody and is no surprise.")
    if row.not_before > now:
        raise WrongState("Try again later: they were called a short time ago, or had just hung up.")
    address = number_of(session, row.id)
    if silence.among(session, [address]):
        raise WrongState("This number wishes to hear nothing from us.")
    return row, address


def number_of(session: Session, back_id: int) -> str:
    """The number of a wish that is open."""
    row = session.scalars(sa.select(CallBack).where(CallBack.id == back_id)).one()
    return _address(sealing.key(session, row.id), row)


def not_reached(session: Session, back_id: int) -> None:
    """Nobody answered: once more at another hour; after three tries it ends (story 16)."""
    row = session.scalars(sa.select(CallBack).where(CallBack.id == back_id).with_for_update()).one()
    if row.ended_at is not None:
        return
    row.tries += 1
    if row.tries >= TRIES:
        _end(session, row, BackOutcome.UNREACHABLE, actor=events.part("exchange"))
        return
    row.not_before = room.response(session).listening.next_open(clock.now() + LATER)


def talked(session: Session, staff: Staff, back_id: int) -> None:
    """They were talked with: the wish is answered."""
    row = session.scalars(sa.select(CallBack).where(CallBack.id == back_id).with_for_update()).one()
    if row.ended_at is None:
        _end(session, row, BackOutcome.TALKED, actor=events.by(staff))


def unwished(session: Session, staff: Staff, reference: str) -> None:
    """Whoever answers wants no call from us: nothing goes to this number any more (I21)."""
    listeners.require_cleared(staff)
    row = _open(session, reference)
    silence.mark(session, number_of(session, row.id), clock.now(), by_staff=True)
    _end(session, row, BackOutcome.UNWISHED, actor=events.by(staff))


def expire(session: Session, now: datetime) -> int:
    """Let go of numbers that nobody called for a week; how many. That somebody was not called stays in the events."""
    old = sa.select(CallBack).where(CallBack.ended_at.is_(None), CallBack.asked_at < now - KEPT)
    rows = session.scalars(old.limit(100).with_for_update(skip_locked=True)).all()
    for row in rows:
        _end(session, row, BackOutcome.UNREACHABLE, actor=events.part("upkeep"))
    return len(rows)


def _open(session: Session, reference: str) -> CallBack:
    row = session.scalars(sa.select(CallBack).where(CallBack.reference == reference).with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    if row.ended_at is not None:
        raise WrongState("A colleague was quicker: this is done.")
    return row


def _end(session: Session, row: CallBack, outcome: BackOutcome, *, actor: str) -> None:
    row.ended_at, row.outcome, row.address = clock.now(), outcome, None
    session.execute(seen(sa.delete(TicketKey).where(TicketKey.ticket_id == row.id)))
    events.record(session, None, "call back", actor=actor, detail=outcome.value)


def _to_screening(session: Session, adapter: str, call: str, language: str | None, index: bytes) -> None:
    """One ticket without a word, and without the number, that pages the screening rota."""
    now = clock.now()
    rung = CallBack(
        adapter=adapter, address_index=index, language=language, asked_at=now, not_before=now, ended_at=now,
        outcome=BackOutcome.UNWISHED,
    )  # fmt: skip
    session.add(rung)
    session.flush()
    facts: dict[str, str] = {"called": "silent"}
    intake.receive(
        session,
        [Inbound(adapter, f"rang-{call}"[:64], ChannelName.HOTLINE, now, language=language, facts=facts)],
    )


def _address(key: bytes, row: CallBack) -> str:
    return sealing.unseal(key, CallBack, "address", row.id, row.address)
