"""Somebody leaves: what they hand over, to whom it may be shown, and that no wall is left without holders (decision 14)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import compartments, events, keeping, permissions, reading, room, visibility
from feedback.desk.permissions import Action
from feedback.desk.views import Row
from feedback.errors import Invalid, NotAllowed
from feedback.models.rota import Duty
from feedback.models.staff import Staff
from feedback.models.ticket import Status, Ticket

AHEAD = timedelta(days=14)
"""So long before somebody leaves it is an alarm (decision 14)."""

MOST = 200


@dataclass(frozen=True, slots=True)
class Wall:
    """A compartment that the person holds; `others`: so many hold it who stay."""

    compartment: str
    others: int

    @property
    def too_few(self) -> bool:
        """Has a colleague to be let in before they go?"""
        return self.others < compartments.FEWEST


@dataclass(frozen=True, slots=True)
class HandOver:
    """What one person still has in hand, as far as whoever reads this may see it."""

    person: Staff
    on: date | None
    mine: bool
    tickets: tuple[Row, ...]
    walls: tuple[Wall, ...]
    turns: tuple[Duty, ...]
    parts: tuple[keeping.Keeper, ...]  # recovery parts that they keep


def leave(session: Session, by: Staff, person: Staff, on: date | None) -> None:
    """Record the day on which somebody leaves, or with None that they stay. Raises `Invalid` for a day that has passed."""
    permissions.require(by, Action.TEAM)
    if on is not None and on < _today(session):
        raise Invalid({"on": "Choose a day to come."})
    person.leaves_on = on
    detail = f"staff:{person.id} {on.isoformat() if on else 'stays'}"
    events.record(session, None, "leaving", actor=events.by(by), detail=detail)


def shown_to(session: Session, reader: Staff) -> list[HandOver]:
    """The lists of those people, as far as the reader may see what stands on them."""
    return [_of(session, reader, person) for person in people(session, reader)]


def people(session: Session, reader: Staff) -> list[Staff]:
    """Oneself once a day is set; colleagues who leave soon, for who runs the team or shares a wall with them."""

    def concerns(person: Staff) -> bool:
        return bool(set(person.clearances) & set(reader.clearances)) or permissions.may(reader, Action.TEAM)

    others = [person for person in soon(session) if person.id != reader.id and concerns(person)]
    return [reader, *others] if reader.leaves_on else others


def soon(session: Session) -> list[Staff]:
    """Who leaves within fourteen days, or should have left, the next one first."""
    leaving = sa.select(Staff).where(Staff.active, Staff.leaves_on <= _today(session) + AHEAD)
    return list(session.scalars(leaving.order_by(Staff.leaves_on, Staff.id)))


def left_alone(session: Session) -> list[str]:
    """The compartments that would have too few holders once those have gone who leave soon."""
    going = {person.id for person in soon(session)}
    return [
        name
        for name in sorted(compartments.current(session))
        if len({one.id for one in compartments.holders(session, name)} - going) < compartments.FEWEST
        and any(one.id in going for one in compartments.holders(session, name))
    ]


def without_holder(session: Session) -> list[str]:
    """The compartments whose key nobody holds any more: two recovery parts make somebody a holder again."""
    return [name for name in sorted(compartments.current(session)) if not compartments.holders(session, name)]


def parts_adrift(session: Session) -> int:
    """How many recovery parts are with somebody who leaves soon or has gone, or with nobody who is named."""
    going = {person.id for person in soon(session)}
    return sum(one.gone or (one.staff is not None and one.staff.id in going) for one in keeping.kept(session))


def check(session: Session, person: Staff) -> None:
    """Raises `NotAllowed` for the last holder of a compartment: with them its tickets would be closed to everybody."""
    for name in compartments.current(session):
        holders = [one.id for one in compartments.holders(session, name)]
        if holders == [person.id]:
            raise NotAllowed("They are the last to hold one of the keys. A colleague has to be let in first.")


def _of(session: Session, reader: Staff, person: Staff) -> HandOver:
    """Tickets as far as the reader sees them, walls and turns as far as they are the reader's too."""
    mine = reader.id == person.id
    theirs = visibility.visible_tickets(reader).where(Ticket.assigned_to == person.id, Ticket.status != Status.CLOSED)
    tickets = session.scalars(theirs.order_by(Ticket.created_at).limit(MOST)).all()
    walls = sorted(set(person.clearances) if mine else set(person.clearances) & set(reader.clearances))
    turns = sa.select(Duty).where(Duty.staff_id == person.id, Duty.until > clock.now(), Duty.compartment.in_(walls))
    return HandOver(
        person,
        person.leaves_on,
        mine,
        tuple(reading.rows(session, reader, tickets)),
        tuple(_walls(session, person, walls)),
        tuple(session.scalars(turns.order_by(Duty.since))),
        tuple(one for one in keeping.of(session, person) if mine or one.compartment in reader.clearances),
    )


def _walls(session: Session, person: Staff, names: Iterable[str]) -> Iterable[Wall]:
    keyed = compartments.current(session)
    for name in names:
        if name in keyed:
            staying = [one for one in compartments.holders(session, name) if one.id != person.id and not one.leaves_on]
            yield Wall(name, len(staying))


def _today(session: Session) -> date:
    return clock.now().astimezone(room.response(session).calendar.zone).date()
