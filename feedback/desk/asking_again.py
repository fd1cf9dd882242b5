"""A text that asks for texts again, from a number that staff had silenced: a person decides, and it is recorded (decision 7)."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.desk import events, lifecycle, listeners, sealing, silence
from feedback.desk.intake_rows import ASKS, SCREENING
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen
from feedback.errors import WrongState
from feedback.models.contact import Contact
from feedback.models.staff import Staff
from feedback.models.ticket import Outcome, Status, Ticket

LIFT = "lift"


def among(session: Session, tickets: Sequence[Ticket]) -> set[str]:
    """References of those tickets in screening whose number asks for texts again and is silent by a colleague's word."""
    return {ticket.reference for ticket in tickets if _number(session, ticket) is not None}


def lift(session: Session, staff: Staff, ticket: Ticket) -> None:
    """Let texts go to this number again, and close the ticket that asked. Who may set the mark may lift it.

    Raises `NotAllowed`, and `WrongState` where a colleague was quicker or nothing asks for it.
    """
    listeners.require_cleared(staff)
    number = _number(session, ticket)
    if number is None:
        raise WrongState("There is nothing to lift here, or a colleague was quicker.")
    silence.lift(session, number, by_staff=True)
    events.record(session, ticket, LIFT, actor=events.by(staff))
    lifecycle.move(session, ticket, Action.CLOSE, actor=events.by(staff), outcome=Outcome.OPTED_IN)


def _number(session: Session, ticket: Ticket) -> str | None:
    """The number that asks, while there is something to decide about it."""
    if ticket.facts is None or ticket.compartment != SCREENING or ticket.status is Status.CLOSED:
        return None
    key = sealing.keys(session, [ticket.id]).get(ticket.id)
    if key is None or ASKS not in sealing.unseal_mapping(key, ticket.id, "facts", ticket.facts):
        return None
    contact = session.scalars(seen(sa.select(Contact).where(Contact.ticket_id == ticket.id))).first()
    number = sealing.unseal(key, Contact, "address", contact.id, contact.address) if contact else None
    return number if number and silence.is_kept(session, number) else None
