"""A text that asks for texts again, from a number that staff had silenced: a person decides, and it is recorded (decision 7)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from feedback.desk import contacts, events, lifecycle, listeners, sealing, silence
from feedback.desk.intake_rows import ASKS, SCREENING
from feedback.desk.permissions import Action
from feedback.errors import WrongState
from feedback.models.staff import Staff
from feedback.models.ticket import Outcome, Status, Ticket

LIFT = "lift"


def among(session: Session, tickets: Sequence[Ticket]) -> set[str]:
    """References of those tickets in screening whose number asks for texts again and is silent by a colleague's word."""
    asking = _numbers(session, tickets)
    return {ticket.reference for ticket in tickets if ticket.id in asking}


def lift(session: Session, staff: Staff, ticket: Ticket) -> None:
    """Let texts go to this number again, and close the ticket that asked. Who may set the mark may lift it.

    Raises `NotAllowed`, and `WrongState` where a colleague was quicker or nothing asks for it.
    """
    listeners.require_cleared(staff)
    number = _numbers(session, [ticket]).get(ticket.id)
    if number is None:
        raise WrongState("There is nothing to lift here, or a colleague was quicker.")
    silence.lift(session, number, by_staff=True)
    events.record(session, ticket, LIFT, actor=events.by(staff))
    lifecycle.move(session, ticket, Action.CLOSE, actor=events.by(staff), outcome=Outcome.OPTED_IN)


def _numbers(session: Session, tickets: Sequence[Ticket]) -> dict[int, str]:
    """The numbers that ask, by ticket, while there is something to decide about them; as many SELECTs for any number."""
    waits = [one for one in tickets if one.facts and one.compartment == SCREENING and one.status is not Status.CLOSED]
    keys = sealing.keys(session, [one.id for one in waits]) if waits else {}
    asking = {
        one.id: keys[one.id]
        for one in waits
        if one.id in keys and ASKS in sealing.unseal_mapping(keys[one.id], one.id, "facts", one.facts)
    }
    numbers = contacts.addresses(session, asking) if asking else {}
    kept = silence.kept_among(session, numbers.values())
    return {id_: number for id_, number in numbers.items() if number in kept}
