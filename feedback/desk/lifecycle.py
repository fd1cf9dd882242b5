"""Which status follows which: the whole table, and the only code that sets a status."""

from __future__ import annotations

from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import events
from feedback.desk.permissions import Action
from feedback.errors import WrongState
from feedback.models.ticket import Outcome, Status, Ticket

MOVES: dict[tuple[Status, Action], Status] = {
    (Status.NEW, Action.TRIAGE): Status.TRIAGED,
    (Status.NEW, Action.CLOSE): Status.CLOSED,
    (Status.TRIAGED, Action.TRIAGE): Status.TRIAGED,
    (Status.TRIAGED, Action.ASSIGN): Status.ASSIGNED,
    (Status.TRIAGED, Action.ANSWER): Status.ANSWERED,
    (Status.TRIAGED, Action.CLOSE): Status.CLOSED,
    (Status.ASSIGNED, Action.TRIAGE): Status.TRIAGED,
    (Status.ASSIGNED, Action.ASSIGN): Status.ASSIGNED,
    (Status.ASSIGNED, Action.ANSWER): Status.ANSWERED,
    (Status.ASSIGNED, Action.CLOSE): Status.CLOSED,
    (Status.ANSWERED, Action.TRIAGE): Status.TRIAGED,
    (Status.ANSWERED, Action.ASSIGN): Status.ASSIGNED,
    (Status.ANSWERED, Action.ANSWER): Status.ANSWERED,
    (Status.ANSWERED, Action.RECALL): Status.ASSIGNED,
    (Status.ANSWERED, Action.FAIL): Status.ASSIGNED,
    (Status.ANSWERED, Action.CLOSE): Status.CLOSED,
    (Status.CLOSED, Action.REOPEN): Status.ASSIGNED,
}


def move(
    session: Session, ticket: Ticket, action: Action, *, actor: str, outcome: Outcome | None = None, detail: str = ""
) -> None:
    """Move a ticket, with its event. Closing takes an outcome. Raises `WrongState` where the table has no such move."""
    after = MOVES.get((ticket.status, action))
    if after is None:
        raise WrongState("This can't be done any more: the ticket has moved on. Please look at it again.")
    if (after is Status.CLOSED) != (outcome is not None):
        raise ValueError("a ticket closes with an outcome, and only then")
    ticket.status = after
    ticket.outcome = outcome
    ticket.closed_at = clock.now() if after is Status.CLOSED else None
    events.record(session, ticket, action, actor=actor, detail=outcome or detail)
