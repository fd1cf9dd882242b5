"""Two tickets of one person behind two walls: the allegation in one, what is needed in the other, and a line between (story 19)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import consents, events, gbv_form, intake, permissions, plans, screening
from feedback.desk.gbv_form import Needs
from feedback.desk.permissions import Action
from feedback.desk.plans import Terms
from feedback.desk.screening import Coding
from feedback.desk.visibility import seen, visible
from feedback.errors import Invalid, NotAllowed, WrongState
from feedback.models.plan import Ask, How, Said
from feedback.models.review import Link
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket

ASSISTANCE = {
    "gbv": Coding("gbv", "disclosure", tier="T3-G"),
    "child_protection": Coding("child_protection", tier="T3-C"),
}
"""Where help is arranged, and how a ticket gets there."""

CHILD = ("under_12", "12_17")


@dataclass(frozen=True, slots=True)
class Other:
    """The other end of a link. `reference` None: it is behind a wall that this person does not pass."""

    kind: str  # report | assistance
    reference: str | None


def assist(
    session: Session, staff: Staff, report: Ticket, wall: str, needs: Needs, *, how: How, terms: Terms | None = None
) -> str:
    """Open a linked ticket with service needs only; its code. Nothing of the report's words or accused goes along.

    It takes the person's consent to refer, or for a child best interest (decision 12, R16). Who is accused in the report
    is excluded here too. Raises `NotAllowed` without either, `WrongState` for a report in the open.
    """
    permissions.require(staff, Action.PLAN)
    if report.compartment is None:
        raise WrongState("Only a matter behind a wall gets a ticket of its own for help.")
    best_interest = how is How.BEST_INTEREST and needs.age in CHILD
    if consents.said(session, report.id, Ask.REFER) != Said.YES and not best_interest:
        raise NotAllowed("Ask them first whether they want this. Only for a child best interest can stand in for it.")
    return open_(session, staff, report, wall, needs, how=how, terms=terms).code or ""


def open_(
    session: Session, staff: Staff, report: Ticket, wall: str, needs: Needs, *, how: How, terms: Terms | None
) -> Ticket:
    """The same while a report is being entered: consent has been asked by who enters it."""
    if wall not in ASSISTANCE or wall == report.compartment:
        raise Invalid({"wall": "Choose who arranges the help."})
    gbv_form.check(session, needs)
    terms = plans.checked(session, terms) if terms is not None else None
    written = gbv_form.inbound(f"assist-{uuid4().hex}", needs, terms)
    ticket, _ = intake.receive_one(session, written, entered_by=staff.id)
    ticket.subject, ticket.subject_staff, ticket.subject_by = report.subject, report.subject_staff, report.subject_by
    language = needs.language or None
    consents.keep(session, staff, ticket, Ask.REFER, Said.YES, how=how, language=language, witness="")
    if terms is not None:
        plan = plans.write(session, staff, ticket, terms)
        consents.to_contact(session, staff, ticket, plan.edition, agreed=bool(terms.channels), how=How.ASKED)
    session.add(Link(report_id=report.id, assistance_id=ticket.id, at=clock.now(), by=staff.id))
    session.flush()  # before it is sealed: for whom depends on it
    screening.code(session, staff, ticket, replace(ASSISTANCE[wall], place=needs.place or None))
    for one in (report, ticket):
        events.record(session, one, "link", actor=events.by(staff))
    session.flush()
    return ticket


def others(session: Session, staff: Staff, ticket: Ticket) -> list[Other]:
    """What a ticket is linked with; of a ticket that this person may not see, that there is one and no more."""
    found = []
    for kind, mine, theirs in (
        ("assistance", Link.report_id, Link.assistance_id),
        ("report", Link.assistance_id, Link.report_id),
    ):
        for id_ in session.scalars(seen(sa.select(theirs).where(mine == ticket.id).order_by(Link.at))):
            may = seen(sa.select(Ticket.reference).where(visible(staff), Ticket.id == id_))
            found.append(Other(kind, session.scalar(may)))
    return found
