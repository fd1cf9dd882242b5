"""What a screener does with one key: release into the open with sector and tier, or put behind the right wall."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import (
    events,
    joining,
    lessons,
    lifecycle,
    permissions,
    reading,
    room,
    routing,
    sealing,
    visibility,
    walls,
)
from feedback.desk.intake_rows import SCREENING
from feedback.desk.permissions import Action
from feedback.desk.views import Suggested
from feedback.errors import Invalid, WrongState
from feedback.models.lesson import How
from feedback.models.staff import Staff
from feedback.models.ticket import RaisedBy, Status, Ticket

_SECTOR_OF = {"psea": "conduct"}
URGENT = "T1"


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
    return list(
        session.scalars(tickets.order_by(Ticket.danger_first.desc(), Ticket.created_at, Ticket.id).limit(limit))
    )


def screen(session: Session, staff: Staff, ticket: Ticket, coding: Coding) -> Ticket:
    """Code a ticket and take it out of screening, into the open or behind the wall of its tier (decision 12).

    Returns the ticket that now holds the message: another one where it answered an open ticket. Raises `WrongState`
    when a colleague was quicker, `Invalid` for codes that the response does not know.
    """
    permissions.require(staff, Action.SCREEN)
    if ticket.compartment != SCREENING or ticket.status is Status.CLOSED:
        raise WrongState("A colleague was quicker: this one has left screening.")
    kept = code(session, staff, ticket, coding)
    lessons.decide(session, staff, ticket, How.SCREENED)
    return kept


def suggested(session: Session, ticket: Ticket, *, urgent: bool = False) -> Coding:
    """The machine's suggestion as a coding. Raises `Invalid` where it had none."""
    found = reading.suggested(ticket, sealing.key(session, ticket.id))
    if found is None or not (found.sector or routing.grave(found.tier or "T0") > 1):
        raise Invalid({"decision": "There is no suggestion here. Choose what it is about."})
    tier = URGENT if urgent and routing.grave(found.tier or "T0") < routing.grave(URGENT) else found.tier
    return Coding(found.sector, found.subcategory, found.kind, tier)


def opened(session: Session, ticket: Ticket, sector: str | None, subcategory: str | None, *, urgent: bool) -> Coding:
    """The coding of one key for an open sector. What the machine said of the same sector, and of the kind, is kept."""
    found = reading.suggested(ticket, sealing.key(session, ticket.id))
    if found is not None and subcategory is None and found.sector == sector and not _sensitive(session, found):
        subcategory = found.subcategory
    named = room.response(session).subcategory(sector, subcategory)
    tier = URGENT if urgent or (named is not None and named.tier == URGENT) else "T0"
    return Coding(sector, subcategory, found.kind if found else None, tier)


def _sensitive(session: Session, found: Suggested) -> bool:
    named = room.response(session).subcategory(found.sector, found.subcategory)
    return named is not None and named.tier is not None and routing.grave(named.tier) > 1


def sealed(session: Session, tier: str) -> Coding:
    """The coding of one key for a sensitive tier; the sector is that of its compartment, where one has the same name."""
    found = room.response(session).tiers.get(tier)
    if found is None or found.compartment is None:
        raise Invalid({"decision": "Choose what it is about."})
    sector = _SECTOR_OF.get(found.compartment, found.compartment)
    return Coding(sector if sector in room.response(session).sectors else None, tier=tier)


def oldest(session: Session, staff: Staff) -> datetime | None:
    """Since when the oldest one waits."""
    waits = sa.select(sa.func.min(Ticket.created_at)).where(visibility.visible(staff), condition())
    return session.scalar(visibility.seen(waits))


def code(session: Session, staff: Staff, ticket: Ticket, coding: Coding) -> Ticket:
    """Give a ticket its codes by a person's word, route it, and put it where its tier belongs."""
    routing.check_codes(session, **asdict(coding))
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
    nobodys = ticket.status is Status.ASSIGNED and ticket.assigned_to is None
    if ticket.status is Status.NEW or nobodys:
        lifecycle.move(session, ticket, Action.TRIAGE, actor=events.by(staff), detail=tier)
    elif ticket.status is Status.CLOSED:  # behind a wall and closed, nobody would look at it
        lifecycle.move(session, ticket, Action.REOPEN, actor=events.by(staff))
    lessons.decide(session, staff, ticket, How.RAISED)
    events.record(session, ticket, Action.RAISE, actor=events.by(staff), detail=tier)
