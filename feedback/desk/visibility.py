"""Which tickets a person may see: the one definition. Lists, counts, search and pages all start here (decision 3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.db import MARK
from feedback.desk import conflicts
from feedback.desk.permissions import ALLOWED, Action, may_hold
from feedback.errors import NotFound
from feedback.models.event import Event
from feedback.models.message import Recording
from feedback.models.reply import Reply
from feedback.models.review import Access, Recusal
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket

S = TypeVar("S", bound=sa.Executable)

UNTIED = frozenset({
    "sign in", "unlock", "search sealed", "emergency", "password", "new app", "stop app", "add key", "remove key",
    "print codes", "set pin", "enrol device", "end device", "agree to conduct", "refuse conduct", "add staff", "deactivate",
    "leaving", "supervisor", "appoint", "create key", "grant", "take back", "renew key", "recover", "renew desk key",
    "destroy desk key", "export", "lessons", "sealed lessons", "model",
})  # fmt: skip
"""Events of no ticket that say nothing of one: about people, keys, and what was taken along."""


def seen(statement: S) -> S:
    """Mark a statement that has been narrowed by `visible`, or that reads rows of a ticket already found here."""
    return statement.execution_options(**{MARK: True})


def visible(staff: Staff) -> sa.ColumnElement[bool]:
    """The rule, as a condition on `ticket`.

    Open tickets: by places, sectors and agencies of the person's scope; what has no place, sector or agency yet is
    everybody's. A partner: those of their own agency alone. Sensitive ones: by clearance, or until a time by a grant in
    an emergency, and never for whom their subject excludes (decision 15), nor for a partner; the independent focal point
    sees what has a subject. Who passed one on sees it no more.
    """
    if not staff.active or Action.READ not in ALLOWED[staff.role]:
        return sa.false()
    scope = _scope(staff)
    passed_on = sa.exists().where(Recusal.ticket_id == Ticket.id, Recusal.staff_id == staff.id).correlate(Ticket)
    if staff.role is Role.PARTNER:
        scope.append(Ticket.agency == (staff.agency or ""))
    seen_by = [sa.and_(Ticket.compartment.is_(None), *scope)]
    if may_hold(staff.role) and (staff.clearances or Action.EMERGENCY in ALLOWED[staff.role]):
        behind = sa.and_(Ticket.compartment.is_not(None), sa.or_(*_ways_in(staff)))
        seen_by.append(sa.and_(behind, sa.not_(conflicts.accused(staff))))
    return sa.and_(sa.or_(*seen_by), sa.not_(passed_on))


def _scope(staff: Staff) -> list[sa.ColumnElement[bool]]:
    """Places, sectors and agencies of a person, as conditions on open tickets."""
    return [
        sa.or_(column.is_(None), column.in_(allowed))
        for column, allowed in (
            (Ticket.place, staff.places),
            (Ticket.sector, staff.sectors),
            (Ticket.agency, staff.agencies),
        )
        if allowed
    ]


def _ways_in(staff: Staff) -> Iterator[sa.ColumnElement[bool]]:
    """How somebody may come to pass a wall."""
    yield Ticket.compartment.in_(staff.clearances)
    if conflicts.INDEPENDENT in staff.clearances:
        yield sa.or_(Ticket.subject.is_not(None), Ticket.subject_staff.is_not(None))
    if Action.EMERGENCY in ALLOWED[staff.role]:
        granted = sa.and_(Access.ticket_id == Ticket.id, Access.staff_id == staff.id, Access.wall == Ticket.compartment)
        yield sa.exists().where(granted, Access.until > clock.now()).correlate(Ticket)


def audited(staff: Staff) -> sa.ColumnElement[bool]:
    """Which lines of the history an auditor may see, as a condition on `event`; for everybody else none.

    Lines of open tickets of their scope, and of sealed ones by clearance, never of one whose subject excludes them, nor what happened
    behind a wall that they are not cleared for; of what has no ticket only what is told of people, keys and the machine
    (`UNTIED`). A clearance of an auditor opens no word.
    """
    if not staff.active or Action.AUDIT not in ALLOWED[staff.role]:
        return sa.false()
    behind = sa.and_(Ticket.compartment.in_(staff.clearances), sa.not_(conflicts.accused(staff)))
    known = sa.or_(sa.and_(Ticket.compartment.is_(None), *_scope(staff)), behind)
    of_one = sa.exists().where(Ticket.id == Event.ticket_id, known).correlate(Event)
    then = sa.or_(Event.wall.is_(None), Event.wall.in_(["screening", *staff.clearances]))
    return sa.or_(sa.and_(of_one, then), sa.and_(Event.ticket_id.is_(None), Event.action.in_(UNTIED)))


def visible_tickets(staff: Staff) -> sa.Select[Ticket]:
    """All tickets that this person may see; filtering, counting, sorting and paging come after it."""
    return seen(sa.select(Ticket).where(visible(staff)))


def count(session: Session, staff: Staff, *conditions: sa.ColumnElement[bool]) -> int:
    """How many tickets that this person may see meet the conditions."""
    counted = sa.select(sa.func.count()).select_from(Ticket).where(visible(staff), *conditions)
    return session.scalar(seen(counted)) or 0


def find_ticket(session: Session, staff: Staff, reference: str) -> Ticket:
    """The ticket with this reference. Raises `NotFound` for a hidden and a missing one alike (I9)."""
    kept = Ticket.forgotten_at.is_(None)
    ticket = session.scalars(visible_tickets(staff).where(Ticket.reference == reference, kept)).one_or_none()
    if ticket is None:
        raise NotFound
    return ticket


def who_may_see(session: Session, ticket: Ticket, among: Sequence[Staff]) -> list[Staff]:
    """Those of these people who may see a ticket that was found here: for giving it to one of them."""
    if not among:
        return []
    asked = sa.select(*(sa.case((visible(one), 1), else_=0).label(f"s{one.id}") for one in among))
    seen_by = session.execute(seen(asked.where(Ticket.id == ticket.id))).one()
    return [one for one, may in zip(among, seen_by, strict=True) if may]


def find_joined(session: Session, staff: Staff, ticket: Ticket) -> Ticket | None:
    """The ticket that the messages of this one went to; None where it was not joined. Raises `NotFound` if that is hidden."""
    if ticket.joined_to is None:
        return None
    target = session.scalars(visible_tickets(staff).where(Ticket.id == ticket.joined_to)).one_or_none()
    if target is None:
        raise NotFound
    return target


def find_reply(session: Session, staff: Staff, reference: str) -> tuple[Ticket, Reply]:
    """A reply with its ticket. Raises `NotFound`."""
    return _find_child(session, staff, Reply, reference)


def find_recording(session: Session, staff: Staff, reference: str) -> tuple[Ticket, Recording]:
    """A recording with its ticket. Raises `NotFound`."""
    return _find_child(session, staff, Recording, reference)


def _find_child(session: Session, staff: Staff, child: Any, reference: str) -> tuple[Ticket, Any]:
    both = sa.select(Ticket, child).join(child, child.ticket_id == Ticket.id)
    found = session.execute(seen(both.where(visible(staff), child.reference == reference))).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]
