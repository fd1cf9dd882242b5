"""Telling by hand: whom to call or visit, what to say, and what came of each try (R4, R18, story 16)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.contract import ChannelName
from channels.phone import mask
from feedback import clock
from feedback.desk import (
    contacts,
    events,
    handling,
    permissions,
    plans,
    replies,
    sealing,
    silence,
    unreachable,
    visibility,
)
from feedback.desk.permissions import Action
from feedback.desk.unreachable import NOT_REACHED
from feedback.desk.visibility import seen
from feedback.errors import WrongState
from feedback.models.event import Event
from feedback.models.reply import Reply, ReplyState
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket

IN_HAND_FOR = timedelta(minutes=15)
MOST = 50

NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Task:
    """One person to tell. `address` is whole only while the call is in hand, None where nobody may or can be called."""

    reference: str  # of the reply
    ticket: str  # reference of its ticket
    kind: str  # call_back, visit, failed_answer
    code: str | None
    address: str | None
    in_hand: bool
    place: str | None
    language: str | None
    words: str
    why: str | None
    terms: str  # when they may be called and who may answer, as they said it; empty where nothing was said
    who: str  # the name, for whoever has the call in hand
    due_at: datetime | None
    tries: tuple[datetime, ...]
    enough: bool  # tries, to close it as unreachable


def waiting(session: Session, staff: Staff) -> list[Task]:
    """Whom this person may tell, oldest first. A number is masked until it is taken in hand (`take`)."""
    permissions.require(staff, Action.TELL)
    both = session.execute(replies.tasks(staff).limit(MOST)).all()
    ids = [ticket.id for ticket, _ in both]
    keys = sealing.keys(session, ids)
    addresses = _addresses(session, {ticket.id: ticket for ticket, _ in both}, keys)
    numbers, tried = _events(session, ids, NUMBER), _events(session, ids, NOT_REACHED)
    tasks = []
    for ticket, reply in both:
        key, address, task = keys[ticket.id], addresses.get(ticket.id), mark(reply)
        taken = [event.at for event in numbers if event.detail == task and event.actor == events.by(staff)]
        in_hand = bool(address) and any(at > clock.now() - IN_HAND_FOR for at in taken)
        said = sealing.unseal_mapping(key, ticket.id, "facts", ticket.facts)
        tasks.append(
            Task(
                reference=reply.reference,
                ticket=ticket.reference,
                kind=_kind(ticket, address),
                code=ticket.code,
                address=(address if in_hand else mask(address)) if address else None,
                in_hand=in_hand,
                place=ticket.place,
                language=ticket.language,
                words=sealing.unseal(key, Reply, "words", reply.id, reply.words),
                why=reply.why,
                terms=str(said.get("contact_terms") or said.get("terms") or ""),
                who=str(said.get("name") or "") if in_hand else "",
                due_at=ticket.due_at,
                tries=tuple(event.at for event in tried if event.detail == task),
                enough=unreachable.enough(event.at for event in tried if event.ticket_id == ticket.id),
            )
        )
    return tasks


def take(session: Session, staff: Staff, reference: str) -> None:
    """Take a call in hand: its number shows to this person for a while, and that is recorded."""
    ticket, reply = find(session, staff, reference)
    events.record(session, ticket, NUMBER, actor=events.by(staff), detail=mark(reply))


def told(session: Session, staff: Staff, reference: str) -> None:
    """They have heard it (R18)."""
    ticket, reply = find(session, staff, reference)
    replies.told(session, staff, ticket, reply)


def not_reached(session: Session, staff: Staff, reference: str) -> None:
    """Nobody was reached, or not the right person: one try more."""
    ticket, reply = find(session, staff, reference)
    events.record(session, ticket, NOT_REACHED, actor=events.by(staff), detail=mark(reply))


def give_up(session: Session, staff: Staff, reference: str, outcome: str) -> None:
    """Close without having told: unreachable takes three tries; unsafe to contact and no wish to hear take none."""
    ticket, reply = find(session, staff, reference)
    handling.close(session, staff, ticket, outcome)
    reply.state, reply.ended_at = ReplyState.RECALLED, clock.now()


def find(session: Session, staff: Staff, reference: str) -> tuple[Ticket, Reply]:
    """A task that is still to be done, with its ticket. Raises `NotFound`, or `WrongState` when a colleague was quicker."""
    permissions.require(staff, Action.TELL)
    ticket, reply = visibility.find_reply(session, staff, reference)
    if reply.state not in (ReplyState.BY_HAND, ReplyState.FAILED):
        raise WrongState("A colleague was quicker: this is done.")
    return ticket, reply


def _kind(ticket: Ticket, address: str | None) -> str:
    if ticket.channel is ChannelName.SMS and address:
        return "failed_answer"
    return "call_back" if address else "visit"


def _addresses(session: Session, tickets: Mapping[int, Ticket], keys: Mapping[int, bytes]) -> dict[int, str]:
    """Where each may be called now. To a number that gets nothing from us nobody calls: somebody goes there (story 12)."""
    wanted: dict[int, str | None] = dict(contacts.addresses(session, keys))
    for id_ in plans.with_one(session, list(tickets)):
        wanted[id_] = plans.number_now(session, tickets[id_], wanted.get(id_))
    silent = silence.among(session, [address for address in wanted.values() if address])
    return {id_: address for id_, address in wanted.items() if address and address not in silent}


def mark(reply: Reply) -> str:
    """What an event of a try, or of a number that was shown, says of the task it belongs to."""
    return f"reply:{reply.id}"


def _events(session: Session, ids: Sequence[int], action: str) -> Sequence[Event]:
    found = sa.select(Event).where(Event.ticket_id.in_(ids), Event.action == action)
    return session.scalars(seen(found.order_by(Event.at))).all()
