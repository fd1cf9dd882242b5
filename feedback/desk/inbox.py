"""The lists of the desk: what waits for me, what waits for anybody, what has ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import permissions, quarantine, reading, replies, room, screening, visibility
from feedback.desk.intake_rows import SCREENING
from feedback.desk.permissions import Action
from feedback.desk.views import Row
from feedback.desk.visibility import seen
from feedback.models.message import Quarantine
from feedback.models.staff import Staff
from feedback.models.ticket import Outcome, Status, Ticket

PAGE = 50
CAP = 100
"""Counts stop here: a list is called "99+" beyond."""


class Which(StrEnum):
    """A list of the inbox."""

    TODO = "todo"  # what someone should act on
    MINE = "mine"
    WAITING = "waiting"  # answered, the loop is not closed yet
    SEALED = "sealed"  # behind walls that this person may pass
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Counts:
    """What the navigation shows beside each name."""

    todo: int
    mine: int
    screening: int
    tasks: int
    sealed: int
    quarantine: int


_TO_DO = (Status.NEW, Status.TRIAGED, Status.ASSIGNED, Status.REFERRED)


def condition(staff: Staff, which: Which) -> sa.ColumnElement[bool]:
    """What belongs into a list, on top of what may be seen at all."""
    open_ = Ticket.compartment.is_(None)
    sealed = sa.and_(Ticket.compartment.is_not(None), Ticket.compartment != SCREENING)
    return {
        Which.TODO: sa.and_(open_, Ticket.status.in_(_TO_DO)),
        Which.MINE: sa.and_(Ticket.assigned_to == staff.id, Ticket.status != Status.CLOSED),
        Which.WAITING: sa.and_(open_, Ticket.status == Status.ANSWERED),
        Which.SEALED: sa.and_(sealed, Ticket.status != Status.CLOSED),
        Which.CLOSED: sa.and_(
            open_, Ticket.status == Status.CLOSED, Ticket.joined_to.is_(None), Ticket.forgotten_at.is_(None)
        ),
    }[which]


def listed(session: Session, staff: Staff, which: Which, *, page: int = 1) -> tuple[list[Row], bool]:
    """One page of a list and whether there is more. What is due first comes first; closed ones newest first."""
    tickets = visibility.visible_tickets(staff).where(condition(staff, which))
    if which is Which.CLOSED:
        tickets = tickets.order_by(Ticket.closed_at.desc(), Ticket.id.desc())
    else:
        tickets = tickets.order_by(Ticket.due_at.is_(None), Ticket.due_at, Ticket.id)
    found = list(session.scalars(tickets.offset((page - 1) * PAGE).limit(PAGE + 1)))
    return reading.rows(session, staff, found[:PAGE]), len(found) > PAGE


def found(session: Session, staff: Staff, tickets: list[Ticket]) -> list[Row]:
    """Tickets that a search found, as lines of a list."""
    return reading.rows(session, staff, tickets)


def counts(session: Session, staff: Staff) -> Counts:
    """The numbers beside the lists, each stopping at `CAP`."""

    def some(which: Which) -> int:
        return _capped(session, sa.select(Ticket.id).where(visibility.visible(staff), condition(staff, which)))

    waiting = sa.select(Ticket.id).where(visibility.visible(staff), screening.condition())
    return Counts(
        todo=some(Which.TODO),
        mine=some(Which.MINE),
        screening=_capped(session, waiting) if permissions.may(staff, Action.SCREEN) else 0,
        tasks=_capped(session, replies.tasks(staff).with_only_columns(Ticket.id).order_by(None)),
        sealed=some(Which.SEALED) if staff.clearances else 0,
        quarantine=_capped(session, sa.select(Quarantine.id).where(quarantine.waits(staff))),
    )


def has_sealed(staff: Staff) -> bool:
    """Is there a wall beyond screening that this person may pass?"""
    return permissions.may(staff, Action.READ) and any(wall != SCREENING for wall in staff.clearances)


def belongs(ticket: Ticket) -> Which:
    """The list that a ticket stands in, to show it beside."""
    if ticket.compartment is not None:
        return Which.SEALED
    return {Status.ANSWERED: Which.WAITING, Status.CLOSED: Which.CLOSED}.get(ticket.status, Which.TODO)


def figures(session: Session, staff: Staff) -> dict[str, int]:
    """Four numbers of today, over what this person may see in the open: heard, told, waiting, late."""
    here = clock.now().astimezone(room.response(session).calendar.zone)
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    open_ = sa.and_(Ticket.compartment.is_(None), Ticket.joined_to.is_(None))

    def some(*conditions: sa.ColumnElement[bool]) -> int:
        return visibility.count(session, staff, open_, *conditions)

    return {
        "heard": some(Ticket.created_at >= midnight),
        "told": some(Ticket.closed_at >= midnight, Ticket.outcome == Outcome.TOLD),
        "waiting": some(Ticket.status.in_(_TO_DO)),
        "late": some(Ticket.status.in_(_TO_DO), Ticket.due_at < clock.now()),
    }


def late(row: Row) -> bool:
    """Is this ticket owed and past due?"""
    return row.due_at is not None and row.status != Status.CLOSED and row.due_at < clock.now()


def _capped(session: Session, found: sa.Select[int]) -> int:
    return session.scalar(seen(sa.select(sa.func.count()).select_from(found.limit(CAP).subquery()))) or 0
