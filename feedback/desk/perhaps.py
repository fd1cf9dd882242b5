"""What comes from a number that a sealed ticket asked something: its owner sees it as perhaps another person's (R2-R5).

The message opens its own ticket as always (decision 5c) and joins nothing. Beside that a copy is sealed to a key that
only the ticket which asked can open; nothing in the clear ties the number to that ticket, or to its wall.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import asked, compartments, conflicts, events, handling, permissions, redacting, room, sealing
from feedback.desk.intake_rows import SCREENING
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen, visible_tickets
from feedback.errors import WrongState
from feedback.models.asked import Asked, Perhaps, Question
from feedback.models.reply import NoteKind, Purpose, Reply, ReplyState
from feedback.models.staff import Staff
from feedback.models.ticket import Status, Ticket
from feedback.seal import boxes

ASKING = (Purpose.QUESTION, Purpose.FIRST_CONTACT)
THEIRS = {"code_word": True, "known": True, "other": False}
"""What somebody cleared may say of it, and whether it is then the person's own."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One of them, opened. `name` stands for it in a form; `text` is empty for something spoken."""

    name: str
    at: datetime
    channel: str
    text: str


def ask(session: Session, ticket: Ticket, reply: Reply, address: str) -> None:
    """Remember that this number is asked something on a ticket that this session opens."""
    if reply.purpose not in ASKING or ticket.compartment not in compartments.current(session):
        return  # before the compartment has a key, the desk could open it
    private, public = boxes.new_pair()
    index = room.vault(session).asked_index(address)
    row = Asked(address_index=index, public=public, until=asked.whole_day(clock.now() + asked.WITHIN))
    session.add(row)
    session.flush()
    secret = sealing.seal(
        sealing.key(session, ticket.id), Question, "secret", reply.id, json.dumps([row.id, private.hex()])
    )
    session.add(Question(id=reply.id, ticket_id=ticket.id, secret=secret))


def shown(session: Session, staff: Staff, ticket: Ticket) -> list[Answer]:
    """What waits on a sealed ticket for somebody to say whose it is, oldest first. Opening the ticket was recorded before.

    Nothing that has turned out to be behind another wall, or accuses this person or their agency: then it was no answer
    for them (I12, I13).
    """
    found = _opened(session, staff, [ticket], {ticket.id: sealing.key(session, ticket.id)})
    return sorted((one for _, _, one in found), key=lambda one: one.at)


def waiting(session: Session, staff: Staff) -> set[str]:
    """The references of sealed tickets on which something waits: their own, and of nobody's those that they may see.

    Nothing in the clear says which those are, so an unlocked session alone can tell; none while it is locked.
    """
    if room.ring(session) is None or session.scalar(seen(sa.select(Perhaps.id).limit(1))) is None:
        return set()
    mine = sa.or_(Ticket.assigned_to == staff.id, Ticket.assigned_to.is_(None))
    asking = visible_tickets(staff).where(mine, Ticket.id.in_(sa.select(Question.ticket_id)))
    tickets = session.scalars(asking.where(Ticket.status != Status.CLOSED)).all()
    keys = sealing.keys(session, [ticket.id for ticket in tickets])
    return {ticket.reference for ticket, _, _ in _opened(session, staff, tickets, keys)}


def settle(session: Session, staff: Staff, ticket: Ticket, name: str, said: str) -> bool:
    """Say of one whose it is; what is theirs stands in the thread from now on. Was it? Raises `WrongState`."""
    permissions.require(staff, Action.PLAN)
    waits = _opened(session, staff, [ticket], {ticket.id: sealing.key(session, ticket.id)})
    found = next(((row, one) for _, row, one in waits if one.name == name), None)
    if found is None or said not in THEIRS:
        raise WrongState("This has changed meanwhile. Please look at it again.")
    row, answer = found
    if THEIRS[said] and answer.text:
        handling.add_note(session, ticket, answer.text, kind=NoteKind.ANSWERED, author=staff)
    session.execute(seen(sa.delete(Perhaps).where(Perhaps.id == row.id)))
    events.record(session, ticket, "perhaps", actor=events.by(staff), detail=said)
    return THEIRS[said]


def _opened(
    session: Session, staff: Staff, tickets: Iterable[Ticket], keys: Mapping[int, bytes]
) -> list[tuple[Ticket, Perhaps, Answer]]:
    """What came from where these tickets asked, each with its ticket; of those alone whose key is given. Three SELECTs."""
    asking = {ticket.id: ticket for ticket in tickets if ticket.id in keys}
    questions = sa.select(Question, Reply.queued_at).join(Reply, Reply.id == Question.id)
    questions = questions.where(Question.ticket_id.in_(list(asking)), Reply.state != ReplyState.RECALLED)
    asked_at = {}
    for question, at in session.execute(seen(questions)):
        key = keys[question.ticket_id]
        asked_id, private = json.loads(sealing.unseal(key, Question, "secret", question.id, question.secret))
        asked_at[asked_id] = (asking[question.ticket_id], bytes.fromhex(private), at)
    came: list[tuple[Ticket, Perhaps, int, Answer]] = []
    for row in session.scalars(seen(sa.select(Perhaps).where(Perhaps.asked_id.in_(list(asked_at))))):
        ticket, private, since = asked_at[row.asked_id]
        said = json.loads(boxes.unseal_with(private, row.sealed, what=asked.what(row.asked_id)))
        at = datetime.fromisoformat(said["at"])
        if at <= since + asked.WITHIN:
            name = redacting.name_of(keys[ticket.id], "perhaps", row.id)
            came.append((ticket, row, said["ticket"], Answer(name, at, said["channel"], said["text"])))
    stand = _stand(session, staff, {came_as for _, _, came_as, _ in came})
    return [
        (ticket, row, answer)
        for ticket, row, came_as, answer in came
        if came_as in stand and stand[came_as] in (None, SCREENING, ticket.compartment)
    ]


def _stand(session: Session, staff: Staff, came_as: set[int]) -> dict[int, str | None]:
    """Behind which wall the tickets are that messages opened; without those that accuse this person or their agency."""
    found = sa.select(Ticket.id, Ticket.compartment).where(Ticket.id.in_(came_as), sa.not_(conflicts.accused(staff)))
    return {id_: wall for id_, wall in session.execute(seen(found))} if came_as else {}  # noqa: C416 - typed so
