"""Calls that we place: only where they are allowed, through the exchange, so that nobody of us has to see a number (R4, I19)."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.contract import Ring, SendFailed, Wish
from feedback import clock
from feedback.desk import (
    callbacks,
    calling,
    consents,
    contacts,
    events,
    listeners,
    permissions,
    plans,
    room,
    silence,
    tasks,
)
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen
from feedback.errors import NotAllowed, WrongState
from feedback.models.base import new_id
from feedback.models.call import CallState, LineCall, Listener
from feedback.models.staff import Staff
from feedback.models.ticket import Status, Ticket

NO_PLAN = "No call is made on this ticket unasked. Agree with the person first how they may be reached."


@dataclass(frozen=True, slots=True)
class Ringing:
    """A call to place now, by its row."""

    call_id: int
    adapter: str
    ring: Ring


def call_back(session: Session, staff: Staff, reference: str) -> LineCall:
    """Call somebody who asked for it. Raises `WrongState` out of hours, and while another call is in hand."""
    listeners.require_cleared(staff)
    wish, address = callbacks.ready(session, reference)
    call = _place(session, staff, wish.adapter, address, language=wish.language)
    call.back_id = wish.id
    events.record(session, None, Action.CALL, actor=events.by(staff), detail="call back")
    return call


def call_about_reply(session: Session, staff: Staff, reference: str) -> LineCall:
    """Call the person to whom an answer is to be told by hand."""
    ticket, _ = tasks.find(session, staff, reference)
    return call_about(session, staff, ticket)


def call_about(session: Session, staff: Staff, ticket: Ticket) -> LineCall:
    """Call the person of a ticket that this person found: an open one, or one whose plan allows a call now.

    Raises `NotAllowed` without such a plan, `WrongState` where there is no number or it wants no calls.
    """
    permissions.require(staff, Action.TELL)
    address, edition = _whom(session, ticket)
    adapter = _exchange(session)
    call = _place(session, staff, adapter, address, language=ticket.language)
    call.ticket_id, call.wall, call.edition = ticket.id, ticket.compartment, edition
    events.record(session, ticket, Action.CALL, actor=events.by(staff), detail="out")
    return call


def may_call(session: Session, ticket: Ticket) -> bool:
    """May the person of this ticket be called right now, and does this installation place calls?"""
    try:
        _exchange(session)
        _whom(session, ticket)
    except (NotAllowed, WrongState):
        return False
    return True


def claim(session: Session, *, limit: int) -> list[Ringing]:
    """Take calls in hand that are to be placed, reading again whether each may be (I19); the others are over."""
    due = sa.select(LineCall).where(LineCall.settled_at.is_(None), LineCall.ring_at.is_not(None))
    calls = session.scalars(seen(due.order_by(LineCall.ring_at).limit(limit).with_for_update(skip_locked=True))).all()
    claimed = []
    for call in calls:
        call.ring_at = None
        listener = session.scalars(sa.select(Listener).where(Listener.call_id == call.id)).one_or_none()
        person = calling.number_of(session, call) if call.outgoing else None
        if listener is None or (call.outgoing and (person is None or not _still_allowed(session, call, person))):
            _give_up(session, call)
            continue
        staff_phone = listeners.phone_of(session, listener)
        ring = Ring(call.reference, staff_phone, person, call.wish or Wish.ANYONE, call.language)
        claimed.append(Ringing(call.id, call.adapter, ring))
    return claimed


def placed(session: Session, call_id: int, provider_ref: str) -> None:
    """The exchange took it. The number of a call that we placed is needed no more."""
    call = session.scalars(seen(sa.select(LineCall).where(LineCall.id == call_id).with_for_update())).one()
    if call.outgoing:
        call.provider_ref = call.provider_ref or provider_ref
        if call.back_id is not None or call.ticket_id is not None:
            calling.forget_number(session, call)


def not_placed(session: Session, call_id: int, failure: SendFailed) -> None:
    """The exchange did not take it. Whoever waits goes on waiting; a call of ours is over, and staff may try again."""
    call = session.scalars(seen(sa.select(LineCall).where(LineCall.id == call_id).with_for_update())).one()
    if failure.unknown:
        return  # perhaps it rings: its hooks will say
    events.record(session, None, "not placed", actor=events.part("exchange"))
    if call.outgoing:
        _give_up(session, call)
    else:
        listeners.release(session, call.id)
        call.state, call.staff_id, call.changed_at = CallState.WAITING, None, clock.now()


def _place(session: Session, staff: Staff, adapter: str, address: str, *, language: str | None) -> LineCall:
    listener, now = listeners.find(session, staff), clock.now()
    if listener is None:
        raise WrongState("Say first on which phone the exchange reaches you.")
    call = LineCall(
        id=new_id(),
        adapter=adapter,
        outgoing=True,
        state=CallState.RINGING,
        language=language,
        staff_id=staff.id,
        began_at=now,
        changed_at=now,
        ring_at=now,
    )
    if not listeners.take(session, listener, call.id):
        raise WrongState("Write down the call in hand first, or let it go.")
    calling.keep_number(session, call, address)
    session.add(call)
    return call


def _whom(session: Session, ticket: Ticket) -> tuple[str, int | None]:
    """The number that may be called, and the edition of the plan that allows it. Raises as `call_about` says."""
    if ticket.status is Status.CLOSED:
        raise WrongState("This ticket is closed. Open it again first.")
    address, edition = contacts.address(session, ticket), None
    if ticket.compartment is not None:
        plan = plans.find(session, ticket)
        if plan is None or consents.live_edition(session, ticket.id) != plan.edition:
            raise NotAllowed(NO_PLAN)
        if not plan.terms.allows(plans.CALL):
            raise NotAllowed("They did not agree to be called.")
        hours = plan.terms.hours
        if hours is None or not hours.hold(plans.local(session, clock.now())):
            raise WrongState("Not at this hour: call when they said.")
        address, edition = plan.terms.number or address, plan.edition
    else:
        address = plans.number_now(session, ticket, address)  # lowered: what they agreed on still holds
    if address is None:
        raise WrongState("There is no number. They come back with their code.")
    if silence.among(session, [address]):
        raise WrongState("This number wishes to hear nothing from us.")
    return address, edition


def _still_allowed(session: Session, call: LineCall, person: str) -> bool:
    """All that may have changed since the call was asked for."""
    if silence.among(session, [person]):
        return False
    if call.ticket_id is None:
        return True
    ticket = session.scalars(seen(sa.select(Ticket).where(Ticket.id == call.ticket_id))).one()
    if ticket.compartment != call.wall or ticket.status is Status.CLOSED:
        return False
    if call.wall is None:
        return True
    return plans.edition(session, ticket.id) == call.edition == consents.live_edition(session, ticket.id)


def _give_up(session: Session, call: LineCall) -> None:
    listeners.release(session, call.id)
    now = clock.now()
    call.state, call.ended_at, call.ring_at, call.changed_at = CallState.OVER, now, None, now


def _exchange(session: Session) -> str:
    found = room.exchange(session)
    if found is None:
        raise WrongState("This installation places no calls. Show the number, and call from a phone of the desk.")
    return found
