"""What becomes of calls as the exchange tells it: who waits, who talks, what was left, and what must come of the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.contract import CallNews, CallStep, Wish
from feedback import clock
from feedback.desk import callbacks, events, listeners, room, sealing
from feedback.desk.unreachable import NOT_REACHED
from feedback.desk.visibility import seen
from feedback.models.base import new_id
from feedback.models.call import CallState, LineCall, Listener
from feedback.models.ticket import Ticket, TicketKey

GRACE = timedelta(seconds=60)
"""After a call's end; by then the exchange has told all of it, in whichever order."""

LOST = timedelta(hours=2)
"""A call of which no end was heard for so long has ended."""


def record(session: Session, news: Sequence[CallNews]) -> list[bool]:
    """Keep what the exchange tells; for each whether the caller may wait for somebody. A repeat changes nothing."""
    return [_HEARD[one.step](session, one) for one in news]


def match(session: Session) -> int:
    """Give each waiting caller, oldest first, to a free listener whom they ask for; how many were given."""
    now, given = clock.now(), 0
    calls = session.scalars(_in_state(CallState.WAITING).order_by(LineCall.changed_at).with_for_update()).all()
    if not calls:
        return 0
    free = [one for one in listeners.on(session, now) if one.call_id is None]
    for call in calls:
        listener = next((one for one in free if listeners.fits(one, call.wish, call.language)), None)
        if listener is None:
            continue
        free.remove(listener)
        if listeners.take(session, listener, call.id):
            call.state, call.staff_id, call.ring_at, call.changed_at = CallState.RINGING, listener.staff_id, now, now
            given += 1
    return given


def settle(session: Session, *, limit: int = 50) -> int:
    """Let go of calls that are over. Of one that left nothing comes a wish to be called back, never nothing (R4)."""
    now = clock.now()
    ended = sa.or_(LineCall.ended_at < now - GRACE, LineCall.began_at < now - LOST)
    found = sa.select(LineCall).where(LineCall.settled_at.is_(None), ended).order_by(LineCall.began_at).limit(limit)
    calls = session.scalars(seen(found.with_for_update(skip_locked=True))).all()
    in_hand = listeners.holders(session, [call.id for call in calls])
    calls = [call for call in calls if call.id not in in_hand]  # it is still being written down
    for call in calls:
        call.state, call.ended_at, call.settled_at = CallState.OVER, call.ended_at or now, now
        if not call.outgoing and not call.heard:
            callbacks.ask(
                session,
                adapter=call.adapter,
                address=number_of(session, call),
                call=call.reference,
                language=call.language,
                wish=call.wish,
                broke_off=True,
            )
        forget_number(session, call)
    return len(calls)


def unsettled(session: Session) -> bool:
    """Is there anything to look after now? A cheap question, asked each second."""
    now = clock.now()
    wants = sa.or_(
        LineCall.ring_at.is_not(None),
        LineCall.state == CallState.WAITING,
        LineCall.ended_at < now - GRACE,
        LineCall.began_at < now - LOST,
    )
    found = sa.select(LineCall.id).where(LineCall.settled_at.is_(None), wants).limit(1)
    return session.scalar(seen(found)) is not None


def number_of(session: Session, call: LineCall) -> str | None:
    """The person's number, or None where it was withheld or has been erased."""
    if call.address is None:
        return None
    return sealing.unseal(sealing.key(session, call.id), LineCall, "address", call.id, call.address)


def keep_number(session: Session, call: LineCall, address: str) -> None:
    """Keep the person's number as long as the call is being dealt with."""
    key, row = room.vault(session).new_key(call.id)
    session.execute(sa.insert(TicketKey), [row])
    call.address = sealing.seal(key, LineCall, "address", call.id, address)


def forget_number(session: Session, call: LineCall) -> None:
    """Erase the number and its key."""
    if call.address is not None:
        call.address = None
        session.execute(seen(sa.delete(TicketKey).where(TicketKey.ticket_id == call.id)))


def _began(session: Session, news: CallNews) -> bool:
    _find_or_begin(session, news)
    return False


def _missed(session: Session, news: CallNews) -> bool:
    """The row of a call that was turned away is only there so that the carrier's second try counts once."""
    if _by_call(session, news) is None:
        call = _begin(session, news, keep=False)
        call.state, call.ended_at, call.settled_at, call.heard = CallState.OVER, news.at, news.at, True
        callbacks.ask(session, adapter=news.adapter, address=news.address, call=call.reference)
    return False


def _waits(session: Session, news: CallNews) -> bool:
    """May they wait? Yes, in hours, while somebody whom they ask for is on the line and not too many wait for them."""
    call, now = _find_or_begin(session, news), clock.now()
    call.wish, call.language, call.changed_at = news.wish or Wish.ANYONE, news.language, now
    if call.state in (CallState.WAITING, CallState.RINGING):
        return True
    fitting = [one for one in listeners.on(session, now) if listeners.fits(one, call.wish, call.language)]
    takes = bool(fitting) and _ahead(session, fitting) < listeners.WAITING_EACH * len(fitting)
    call.state = CallState.WAITING if takes else CallState.BOX
    return takes


def _gave_up(session: Session, news: CallNews) -> bool:
    call = _by_call(session, news)
    if call is not None and call.state in (CallState.WAITING, CallState.RINGING):
        listeners.release(session, call.id)
        call.state, call.staff_id, call.ring_at, call.changed_at = CallState.BOX, None, None, clock.now()
    return False


def _left(session: Session, news: CallNews) -> bool:
    call = _by_call(session, news)
    if call is not None:
        call.heard = True
    return False


def _talks(session: Session, news: CallNews) -> bool:
    """A colleague and a person are joined. Who was first in the line need not be whom the desk had in mind."""
    meant = _by_reference(session, news)
    if meant is None:
        return False
    joined = meant if meant.outgoing else _by_call(session, news) or meant
    if joined is not meant:
        listeners.release(session, joined.id)  # whomever else it rang for
        listener = sa.select(Listener).where(Listener.staff_id == meant.staff_id)
        for one in session.scalars(listener):  # freed already where the other hung up before this one picked up
            one.call_id = joined.id
        joined.staff_id, meant.staff_id = meant.staff_id, None
        if meant.state is CallState.RINGING:
            meant.state = CallState.WAITING
    joined.state, joined.heard, joined.changed_at, joined.ring_at = CallState.TALKING, True, clock.now(), None
    way = "out" if joined.outgoing else "in"
    events.record(
        session, None, "talk", actor=f"staff:{joined.staff_id}", detail=f"{way} {joined.language or ''}".strip()
    )
    return False


def _staff_away(session: Session, news: CallNews) -> bool:
    call = _by_reference(session, news)
    if call is None or call.state is not CallState.RINGING or call.staff_id is None:
        return False
    listeners.put_off(session, call.staff_id, call_id=call.id)
    call.staff_id, call.changed_at = None, clock.now()
    call.state = CallState.WAITING
    if call.outgoing:
        _over(session, call, news.at)
    return False


def _not_reached(session: Session, news: CallNews) -> bool:
    call = _by_reference(session, news)
    if call is None or call.state is not CallState.RINGING:
        return False
    listeners.release(session, call.id)
    if call.outgoing and call.back_id is not None:
        callbacks.not_reached(session, call.back_id)
    if call.outgoing and call.ticket_id is not None:
        ticket = session.scalars(seen(sa.select(Ticket).where(Ticket.id == call.ticket_id))).one()
        events.record(session, ticket, NOT_REACHED, actor=f"staff:{call.staff_id}", detail="call")
    _over(session, call, news.at)
    return False


def _ended(session: Session, news: CallNews) -> bool:
    """The person's end, or our colleague's. Who hung up before anyone came frees the listener; a talk stays in hand."""
    if news.ours is not None:
        call = _by_reference(session, news)
        if call is not None and call.state is CallState.RINGING:
            return _staff_away(session, news)  # picked up, and no key was pressed
    else:
        call = _find_or_begin(session, news)
    if call is not None and call.ended_at is None:
        if call.staff_id is not None and call.state is not CallState.TALKING:
            listeners.release(session, call.id)
        _over(session, call, news.at)
    return False


_HEARD: Mapping[CallStep, Callable[[Session, CallNews], bool]] = {
    CallStep.BEGAN: _began,
    CallStep.MISSED: _missed,
    CallStep.WAITS: _waits,
    CallStep.GAVE_UP: _gave_up,
    CallStep.LEFT: _left,
    CallStep.TALKS: _talks,
    CallStep.STAFF_AWAY: _staff_away,
    CallStep.NOT_REACHED: _not_reached,
    CallStep.ENDED: _ended,
}


def _ahead(session: Session, fitting: Sequence[Listener]) -> int:
    """How many wait already for one of these."""
    waiting = session.scalars(_in_state(CallState.WAITING)).all()
    return sum(any(listeners.fits(one, other.wish, other.language) for one in fitting) for other in waiting)


def _over(session: Session, call: LineCall, at: datetime) -> None:
    call.state, call.ended_at, call.ring_at, call.changed_at = CallState.OVER, at, None, clock.now()


def _find_or_begin(session: Session, news: CallNews) -> LineCall:
    return _by_call(session, news) or _begin(session, news)


def _begin(session: Session, news: CallNews, *, keep: bool = True) -> LineCall:
    call = LineCall(id=new_id(), adapter=news.adapter, provider_ref=news.call, began_at=news.at, changed_at=news.at)
    if keep and news.address:
        keep_number(session, call, news.address)
    session.add(call)
    session.flush()
    return call


def _by_call(session: Session, news: CallNews) -> LineCall | None:
    found = sa.select(LineCall).where(LineCall.adapter == news.adapter, LineCall.provider_ref == news.call)
    return session.scalars(seen(found.with_for_update())).one_or_none()


def _by_reference(session: Session, news: CallNews) -> LineCall | None:
    found = sa.select(LineCall).where(LineCall.adapter == news.adapter, LineCall.reference == news.ours)
    return session.scalars(seen(found.with_for_update())).one_or_none()


def _in_state(state: CallState) -> sa.Select[LineCall]:
    return seen(sa.select(LineCall).where(LineCall.settled_at.is_(None), LineCall.state == state))
