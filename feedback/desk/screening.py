"""What a screener does with one key: release into the open with sector and tier, or put behind the right wall."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import events, joining, lifecycle, permissions, room, routing, visibility, walls
from feedback.desk.intake_rows import SCREENING
from feedback.desk.permissions import Action
from feedback.errors import Invalid, WrongState
from feedback.models.staff import Staff
from feedback.models.ticket import RaisedBy, Status, Ticket


@dataclass(frozen=True, slots=True)
class Coding:
    """How a person codes a ticket. `tier` None means: whatever the matter makes of itself."""

    sector: str | None = None
    subcategory: str | None = None
    kind: str | None = None
    tier: str | None = None
    place: str | None = None


def condition() -> sa.ColumnElement[bool]:
    """What waits in screening, on top of what may be seen."""
    return sa.and_(Ticket.compartment == SCREENING, Ticket.status != Status.CLOSED)


def waiting(session: Session, staff: Staff, *, limit: int = 50) -> list[Ticket]:
    """What waits for a screener, danger first, then the oldest. Raises `NotAllowed` for those who do not screen."""
    permissions.require(staff, Action.SCREEN)
    tickets = visibility.visible_tickets(staff).where(condition())
    return list(session.scalars(tickets.order_by(Ticket.danger_first.desc(), Ticket.created_at).limit(limit)))


def screen(session: Session, staff: Staff, ticket: Ticket, coding: Coding) -> Ticket:
    """Code a ticket and take it out of screening, into the open or behind the wall of its tier (decision 12).

    Returns the ticket that now holds the message: another one where it answered an open ticket. Raises `WrongState`
    when a colleague was quicker, `Invalid` for codes that the response does not know.
    """
    permissions.require(staff, Action.SCREEN)
    if ticket.compartment != SCREENING or ticket.status is Status.CLOSED:
        raise WrongState("A colleague was quicker: this one has left screening.")
    return code(session, staff, ticket, coding)


def code(session: Session, staff: Staff, ticket: Ticket, coding: Coding) -> Ticket:
    """Give a ticket its codes by a person's word, route it, and put it where its tier belongs."""
    codes = {"sector": coding.sector, "subcategory": coding.subcategory, "kind": coding.kind, "tier": coding.tier}
    routing.check_codes(session, **codes, place=coding.place)
    response = room.response(session)
    tier = routing.tier_of(session, coding.sector, coding.subcategory, coding.tier)
    compartment = response.tiers[tier].compartment
    if compartment is None and coding.sector is not None and response.sectors[coding.sector].restricted:
        raise Invalid({"tier": "This sector is restricted: choose the sensitive tier that fits."})
    ticket.sector, ticket.subcategory, ticket.kind = coding.sector, coding.subcategory, coding.kind or ticket.kind
    ticket.tier = tier
    ticket.place = response.place_for(tier, coding.place or ticket.place)
    ticket.raised_by = RaisedBy.PERSON if compartment else None
    ticket.screened_at = ticket.screened_at or clock.now()
    walls.stand_behind(session, ticket, compartment)
    routing.route(session, ticket)
    lifecycle.move(
        session, ticket, Action.TRIAGE, actor=events.by(staff), detail=f"{coding.sector or 'no sector'} {tier}"
    )
    return joining.join(session, ticket, actor=events.by(staff)) if compartment is None else ticket


def raise_(session: Session, staff: Staff, ticket: Ticket, tier: str) -> None:
    """Anyone may raise, at once (decision 13). The ticket is out of everyone else's sight with this commit (I14)."""
    permissions.require(staff, Action.RAISE)
    response = room.response(session)
    wanted = response.tiers.get(tier)
    if wanted is None or wanted.compartment is None:
        raise Invalid({"tier": "Choose which kind of sensitive matter it is."})
    before = ticket.tier
    if before and ticket.compartment != SCREENING and routing.grave(before) > routing.grave(tier):
        raise WrongState("It is graver already. Lowering takes a cleared colleague.")
    ticket.tier, ticket.raised_by = tier, RaisedBy.PERSON
    ticket.place = response.place_for(tier, ticket.place)
    ticket.due_at = response.due(tier, ticket.created_at)
    walls.stand_behind(session, ticket, wanted.compartment)
    if ticket.status is Status.NEW:
        lifecycle.move(session, ticket, Action.TRIAGE, actor=events.by(staff), detail=tier)
    events.record(session, ticket, Action.RAISE, actor=events.by(staff), detail=tier)
