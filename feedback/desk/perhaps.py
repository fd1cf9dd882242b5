"""What comes from a number that a sealed ticket asked something: its owner sees it as perhaps another person's (R2-R5).

The message opens its own ticket as always (decision 5c) and joins nothing. Beside that a copy is sealed to a key that
only the ticket which asked can open; nothing in the clear ties the number to that ticket, or to its wall.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import asked, compartments, conflicts, events, handling, permissions, redacting, room, sealing
from feedback.desk.intake_rows import SCREENING
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen
from feedback.errors import WrongState
from feedback.models.asked import Asked, Perhaps, Question
from feedback.models.reply import NoteKind, Purpose, Reply, ReplyState
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket
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
    return sorted((one for _, one in _opened(session, staff, ticket)), key=lambda one: one.at)


def settle(session: Session, staff: Staff, ticket: Ticket, name: str, said: str) -> bool:
    """Say of one whose it is; what is theirs stands in the thread from now on. Was it? Raises `WrongState`."""
    permissions.require(staff, Action.PLAN)
    found = next(((row, one) for row, one in _opened(session, staff, ticket) if one.name == name), None)
    if found is None or said not in THEIRS:
        raise WrongState("This has changed meanwhile. Please look at it again.")
    row, answer = found
    if THEIRS[said] and answer.text:
        handling.add_note(session, ticket, answer.text, kind=NoteKind.ANSWERED, author=staff)
    session.execute(seen(sa.delete(Perhaps).where(Perhaps.id == row.id)))
    events.record(session, ticket, "perhaps", actor=events.by(staff), detail=said)
    return THEIRS[said]


def _opened(session: Session, staff: Staff, ticket: Ticket) -> list[tuple[Perhaps, Answer]]:
    key, found = sealing.key(session, ticket.id), []
    questions = sa.select(Question, Reply.queued_at).join(Reply, Reply.id == Question.id)
    questions = questions.where(Question.ticket_id == ticket.id, Reply.state != ReplyState.RECALLED)
    for question, asked_at in session.execute(seen(questions)):
        asked_id, private = json.loads(sealing.unseal(key, Question, "secret", question.id, question.secret))
        for row in session.scalars(seen(sa.select(Perhaps).where(Perhaps.asked_id == asked_id))):
            said = json.loads(boxes.unseal_with(bytes.fromhex(private), row.sealed, what=asked.what(asked_id)))
            at = datetime.fromisoformat(said["at"])
            if at <= asked_at + asked.WITHIN:
                name = redacting.name_of(key, "perhaps", row.id)
                found.append((row, said["ticket"], Answer(name, at, said["channel"], said["text"])))
    here = _may_be_told(session, staff, ticket, {came_as for _, came_as, _ in found})
    return [(row, answer) for row, came_as, answer in found if came_as in here]


def _may_be_told(session: Session, staff: Staff, ticket: Ticket, came_as: set[int]) -> set[int]:
    """Of tickets that messages opened those whose words are no secret from whoever reads this one."""
    open_ = sa.or_(Ticket.compartment.is_(None), Ticket.compartment.in_((SCREENING, ticket.compartment or SCREENING)))
    found = sa.select(Ticket.id).where(Ticket.id.in_(came_as), open_, sa.not_(conflicts.accused(staff)))
    return set(session.scalars(seen(found))) if came_as else set()
