"""Calling whoever is on duty by a second route, rung by rung, until one confirms (I23). A call says nothing of what waits."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.contract import Envelope
from feedback import clock
from feedback.desk import alarms, alone, events, room, rota
from feedback.desk.alarms import Waiting
from feedback.desk.visibility import seen, visible
from feedback.models.rota import Alarm, Call, Duty
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket

TEXT = {
    "en": "1 item needs you. {link}",
    "bn": "১টি বিষয়ে আপনাকে প্রয়োজন। {link}",
    "my": "သင့်ကို လိုအပ်သော အရာ ၁ ခု ရှိသည်။ {link}",
}
"""All that a call says, the same for whatever waits."""

QUIET = timedelta(minutes=5)
"""Who has just confirmed is not called again for so long: they are looking."""

LINK_WORKS = timedelta(hours=24)
CLAIM_FOR = timedelta(seconds=30)
TRIES = 3
_ACTOR = events.part("rota")


@dataclass(frozen=True, slots=True, repr=False)
class Outgoing:
    """A call in hand. `adapter` None: this installation can't send."""

    call_id: int
    adapter: str | None
    envelope: Envelope


def needed(session: Session) -> bool:
    """Is there anything to decide or to send? Asked first, so that a quiet desk writes nothing."""
    loose = sa.select(Call.id).where(Call.sent_at.is_(None), Call.failed_at.is_(None), Call.confirmed_at.is_(None))
    if session.scalar(seen(sa.select(Alarm.ticket_id).limit(1))) is not None:
        return True
    return session.scalar(loose.limit(1)) is not None or bool(alarms.waiting(session))


def call(session: Session) -> int:
    """Decide who is called now; how many calls were added. What nobody waits for any more is put away."""
    alone.take(session, "page")
    waits = {(one.ticket.id, one.wall): one for one in alarms.waiting(session)}
    known = {(one.ticket_id, one.wall): one for one in session.scalars(seen(sa.select(Alarm)))}
    for key in known.keys() - waits.keys():
        session.delete(known[key])
    climbing = _Climbing(session, waits.values())
    for key, one in waits.items():
        alarm = known.get(key)
        if alarm is None:
            alarm = Alarm(ticket_id=one.ticket.id, wall=one.wall, rung=0)
            session.add(alarm)
        if _due(alarm, one) <= clock.now():
            climbing.call(alarm, one)
    return climbing.added


def claim(session: Session, link: str) -> list[Outgoing]:
    """Take calls in hand that have not gone out. `link` is the address in front of the one-time word."""
    now = clock.now()
    free = sa.or_(Call.claimed_until.is_(None), Call.claimed_until < now)
    loose = sa.and_(Call.sent_at.is_(None), Call.failed_at.is_(None), Call.confirmed_at.is_(None))
    both = sa.select(Call, Duty, Staff).join(Duty, Duty.id == Call.duty_id).outerjoin(Staff, Staff.id == Duty.staff_id)
    found = session.execute(both.where(loose, free).with_for_update(skip_locked=True, of=Call)).all()
    adapter = next(iter(sorted(room.adapters(session))), None)
    outgoing = []
    for one, duty, staff in found:
        word = secrets.token_urlsafe(16)
        one.word, one.claimed_until, one.tries = _digest(word), now + CLAIM_FOR, one.tries + 1
        text = TEXT.get(staff.language if staff else "en", TEXT["en"]).format(link=link + word)
        outgoing.append(Outgoing(one.id, adapter, Envelope(one.reference, rota.number(session, duty), text, one.at)))
    return outgoing


def sent(session: Session, call_id: int) -> None:
    """The provider took it."""
    one = _call(session, call_id)
    one.sent_at, one.claimed_until = clock.now(), None


def failed(session: Session, call_id: int, *, retry: bool) -> None:
    """It did not go out. What can't be sent is no call: the next rung, where there is one, is called at once."""
    one, now = _call(session, call_id), clock.now()
    if retry and one.tries < TRIES:
        return  # claimed again when the claim is over
    one.failed_at, one.claimed_until = now, None
    if any(duty.rung > one.rung for duty, _ in rota.on_duty(session, one.wall, now)):
        called = sa.update(Alarm).where(Alarm.wall == one.wall, Alarm.rung == one.rung, Alarm.confirmed_at.is_(None))
        session.execute(seen(called.values(called_at=None)))
    events.record(session, None, "page failed", actor=_ACTOR, detail=f"rung {one.rung}")


def mine(session: Session, staff: Staff) -> list[datetime]:
    """When this person was called and has not confirmed yet, oldest first."""
    open_ = _open_calls().where(Duty.staff_id == staff.id)
    return [one.at for one in session.scalars(open_.order_by(Call.at))]


def confirm(session: Session, staff: Staff) -> int:
    """This person says that they look: their calls are answered, and what they may see climbs no further for now."""
    calls = session.scalars(_open_calls().where(Duty.staff_id == staff.id)).all()
    return _confirm(session, calls, staff)


def confirm_by_word(session: Session, word: str) -> bool:
    """The same by the link in the text, which works once and for a day. It opens nothing and shows nothing."""
    asked = _open_calls().where(Call.word == _digest(word)).add_columns(Staff)
    found = session.execute(asked.outerjoin(Staff, Staff.id == Duty.staff_id)).one_or_none()
    return found is not None and _confirm(session, [found[0]], found[1]) == 1


def _confirm(session: Session, calls: Iterable[Call], staff: Staff | None) -> int:
    now, many = clock.now(), 0
    for one in calls:
        one.confirmed_at, one.word = now, None
        answered = sa.update(Alarm).where(Alarm.wall == one.wall, Alarm.called_at.is_not(None))
        if staff is None:
            answered = answered.where(Alarm.rung == one.rung)
        else:
            answered = answered.where(Alarm.ticket_id.in_(sa.select(Ticket.id).where(visible(staff))))
        session.execute(seen(answered.values(confirmed_at=now)).execution_options(synchronize_session=False))
        actor = events.by(staff) if staff else _ACTOR
        events.record(session, None, "page confirmed", actor=actor, detail=f"rung {one.rung}")
        many += 1
    return many


class _Climbing:
    """Finds the next rung for what is due; several things for one person at one wall are one call."""

    def __init__(self, session: Session, waits: Iterable[Waiting]) -> None:
        self.added = 0
        self._session, self._now = session, clock.now()
        self._ids = [one.ticket.id for one in waits]
        self._turns: dict[str, list[tuple[Duty, Staff | None]]] = {}
        self._may: dict[int, set[int]] = {}
        self._latest: dict[int, Call | None] = {}

    def call(self, alarm: Alarm, waits: Waiting) -> None:
        duty = self._next(alarm, waits)
        if duty is None:
            if alarm.called_at is None:
                events.record(self._session, waits.ticket, "page nobody", actor=_ACTOR)
            alarm.called_at = self._now  # asked again after the time of one rung
            return
        last = self._last(duty)
        if last is not None and last.confirmed_at is not None and last.at > self._now - QUIET:
            return
        if last is None or last.failed_at or last.confirmed_at or last.at <= self._now - waits.climb:
            last = self._add(duty)
        if duty.rung != alarm.rung:
            events.record(self._session, waits.ticket, "page", actor=_ACTOR, detail=f"rung {duty.rung}")
        alarm.rung, alarm.called_at, alarm.confirmed_at = duty.rung, last.at, None

    def _next(self, alarm: Alarm, waits: Waiting) -> Duty | None:
        """The next higher rung of those who may know of this ticket, on it first who speaks its language (R28); above the
        last one, the last one again."""
        if waits.wall not in self._turns:
            self._turns[waits.wall] = rota.on_duty(self._session, waits.wall, self._now)
        turns = [duty for duty, staff in self._turns[waits.wall] if staff is None or self._may_look(staff, waits)]
        higher = [duty for duty in turns if duty.rung > alarm.rung]
        if not higher:
            return turns[-1] if turns else None
        first = [duty for duty in higher if duty.rung == higher[0].rung]
        return next((duty for duty in first if rota.speaks(duty, waits.ticket.language)), first[0])

    def _may_look(self, staff: Staff, waits: Waiting) -> bool:
        return staff.id != waits.apart and self._sees(staff, waits.ticket)

    def _sees(self, staff: Staff, ticket: Ticket) -> bool:
        if staff.id not in self._may:
            found = sa.select(Ticket.id).where(Ticket.id.in_(self._ids), visible(staff))
            self._may[staff.id] = set(self._session.scalars(seen(found)))
        return ticket.id in self._may[staff.id]

    def _last(self, duty: Duty) -> Call | None:
        if duty.id not in self._latest:
            calls = sa.select(Call).where(Call.duty_id == duty.id).order_by(Call.at.desc()).limit(1)
            self._latest[duty.id] = self._session.scalars(calls).one_or_none()
        return self._latest[duty.id]

    def _add(self, duty: Duty) -> Call:
        made = Call(wall=duty.compartment, rung=duty.rung, duty_id=duty.id, at=self._now)
        self._session.add(made)
        self._latest[duty.id] = made
        self.added += 1
        return made


def _due(alarm: Alarm, waits: Waiting) -> datetime:
    """When the next rung is called: at first, when the last one has not confirmed, when who confirmed has not looked."""
    if alarm.called_at is None:
        return waits.since
    if alarm.confirmed_at is None:
        return alarm.called_at + waits.climb
    return max(waits.look_by, alarm.confirmed_at + waits.climb)


def _open_calls() -> sa.Select[Call]:
    waits = sa.and_(Call.confirmed_at.is_(None), Call.at > clock.now() - LINK_WORKS)
    return sa.select(Call).join(Duty, Duty.id == Call.duty_id).where(waits)


def _call(session: Session, call_id: int) -> Call:
    return session.scalars(sa.select(Call).where(Call.id == call_id)).one()


def _digest(word: str) -> bytes:
    return hashlib.sha256(b"feedback/1/page" + word.encode()).digest()
