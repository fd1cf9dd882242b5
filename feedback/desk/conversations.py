"""The call in hand, and what comes of it: written down as a ticket, agreed for another hour, or let go."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.contract import ChannelName, Inbound, Wish
from feedback import clock
from feedback.desk import callbacks, calling, entry, events, listeners, visibility
from feedback.desk.entry import Entered
from feedback.desk.screening import Coding
from feedback.desk.visibility import seen
from feedback.errors import Invalid, NotFound, WrongState
from feedback.models.call import CallState, LineCall
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket


@dataclass(frozen=True, slots=True)
class InHand:
    """The call that this person has. `about`: the ticket that it was placed for, where there is one."""

    reference: str
    outgoing: bool
    state: str
    wish: Wish | None
    language: str | None
    since: datetime
    about: str | None
    numbered: bool  # there is a number to keep, if they agree


@dataclass(frozen=True, slots=True)
class Matter:
    """What was said in a call. `record` False: they did not agree to a record, so only that somebody called is kept."""

    coding: Coding
    text: str
    language: str | None
    record: bool
    keep_number: bool = False
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A caller who waits, as every listener sees them: no number, only whom they ask for."""

    wish: Wish | None
    language: str | None
    since: datetime
    ringing: bool


def in_hand(session: Session, staff: Staff) -> InHand | None:
    """The call that this person has in hand, or None."""
    call = _held(session, staff)
    if call is None:
        return None
    about = None
    if call.ticket_id is not None:
        mine = visibility.visible_tickets(staff).where(Ticket.id == call.ticket_id)
        found = session.scalars(mine).one_or_none()
        about = found.reference if found else None
    return InHand(
        call.reference,
        call.outgoing,
        call.state.value,
        call.wish,
        call.language,
        call.began_at,
        about,
        numbered=call.address is not None or call.back_id is not None,
    )


def waiting(session: Session, staff: Staff) -> list[Waiting]:
    """Who waits for somebody, whoever has waited longest first."""
    listeners.require_cleared(staff)
    states = (CallState.WAITING, CallState.RINGING)
    found = sa.select(LineCall).where(LineCall.settled_at.is_(None), LineCall.state.in_(states))
    found = found.where(LineCall.outgoing.is_(False)).order_by(LineCall.began_at).limit(50)
    return [
        Waiting(call.wish, call.language, call.began_at, call.state is CallState.RINGING)
        for call in session.scalars(seen(found))
    ]


def write_down(session: Session, staff: Staff, reference: str, matter: Matter) -> Entered | None:
    """Keep what was said as a ticket, coded by whoever heard it, and be free for the next call. None: only counted.

    Their number goes with it only where they agreed. Raises `Invalid` for a form to mend.
    """
    listeners.require_cleared(staff)
    call = _mine(session, staff, reference)
    if matter.record and not matter.text.strip():
        raise Invalid({"text": "Write what it is about."})
    inbound = Inbound(
        adapter=call.adapter,
        provider_ref=f"call-{call.reference}",
        channel=ChannelName.HOTLINE,
        received_at=clock.now(),
        address=_number(session, call) if matter.record and matter.keep_number else None,
        text=matter.text.strip(),
        language=matter.language,
        place=matter.coding.place,
        facts=matter.facts,
    )
    if matter.record:
        entered = entry.enter(session, staff, inbound, matter.coding)
    else:
        entry.count(session, staff, inbound, matter.coding)
        entered = None
    _done(session, staff, call)
    return entered


def let_go(session: Session, staff: Staff, reference: str) -> None:
    """Nothing is to be kept of this call, or it is kept elsewhere already: free for the next one."""
    call = _mine(session, staff, reference)
    events.record(session, None, "let go", actor=events.by(staff), detail="call")
    _done(session, staff, call)


def call_again(session: Session, staff: Staff, reference: str) -> None:
    """They could not talk, and asked us to call at another hour: that is their wish, and the call is done (R4)."""
    listeners.require_cleared(staff)
    call = _mine(session, staff, reference)
    address = _number(session, call)
    if address is None:
        raise WrongState("There is no number. They call when they can.")
    back, call.heard = call.back_id, True
    _done(session, staff, call)
    if back is not None:
        session.flush()
    callbacks.ask(
        session, adapter=call.adapter, address=address, call=call.reference, language=call.language, wish=call.wish,
        broke_off=True,
    )  # fmt: skip


def _done(session: Session, staff: Staff, call: LineCall) -> None:
    if call.back_id is not None and call.heard:
        callbacks.talked(session, staff, call.back_id)
    call.heard = True  # somebody dealt with it: nothing more comes of its end
    listeners.release(session, call.id)
    if call.ended_at is not None:
        calling.forget_number(session, call)


def _number(session: Session, call: LineCall) -> str | None:
    if call.back_id is not None:
        return callbacks.number_of(session, call.back_id)
    return calling.number_of(session, call)


def _held(session: Session, staff: Staff) -> LineCall | None:
    listener = listeners.find(session, staff)
    if listener is None or listener.call_id is None:
        return None
    return session.scalars(seen(sa.select(LineCall).where(LineCall.id == listener.call_id))).one_or_none()


def _mine(session: Session, staff: Staff, reference: str) -> LineCall:
    call = _held(session, staff)
    if call is None or call.reference != reference:
        raise NotFound
    return call
