"""From a batch of messages to tickets: the only code that writes an intake (decisions 5b, 5c)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.contract import ChannelName, Inbound
from classifier.screen import light_screen
from feedback import clock
from feedback.db import MARK
from feedback.desk import asked, codes, guards, intake_rows, reserving, room, silence
from feedback.desk.visibility import seen
from feedback.models.asked import Perhaps
from feedback.models.contact import Contact
from feedback.models.event import Event
from feedback.models.lately import Thanks
from feedback.models.message import Message, Recording
from feedback.models.reply import Purpose, Reply, ReplyState
from feedback.models.ticket import Outcome, Ticket, TicketKey
from feedback.queue import Kind, nudge

ANSWER_WITHIN = timedelta(hours=48)
"""So long after our question a message from the same number may be the answer to it."""


@dataclass(frozen=True, slots=True)
class Received:
    """What became of one message. `new` is False for a repeat; `acknowledge` only where the number may hear from us."""

    ticket_id: int
    new: bool
    acknowledge: bool


def receive(
    session: Session, inbounds: Sequence[Inbound], *, entered_by: int | None = None, late: bool = False
) -> list[Received]:
    """Open a ticket in screening for each message, in one SELECT per look-up and one `executemany` per table.

    Repeats of an `(adapter, provider_ref)` are dropped (I2). A message that may answer an open ticket notes which; it
    joins it in triage, if at all. Two processes that race for one message: the second fails on the unique pair.
    `late`: there is no request of a provider to answer, so whatever is said to them is queued.
    """
    if not inbounds:
        return []
    known = _known(session, inbounds)
    silent = silence.among(session, {inbound.address for inbound in inbounds if inbound.address})
    counts = guards.Guards(session, inbounds, clock.now())
    answers = _may_answer(session, inbounds)
    askers = {} if entered_by else asked.among(session, inbounds)
    fresh_codes = reserving.draw(session, len(inbounds))
    rows, thanks = intake_rows.Rows(room.vault(session), room.response(session), entered_by), room.thanks(session)
    received = []
    for inbound in inbounds:
        repeat = known.get((inbound.adapter, inbound.provider_ref))
        if repeat is not None:
            received.append(Received(repeat, new=False, acknowledge=False))
            continue
        wish = _wish(session, inbound)
        if wish is Outcome.OPTED_IN and inbound.address and silence.is_kept(session, inbound.address):
            wish = None  # a person decides
            inbound = replace(inbound, facts={**inbound.facts, intake_rows.ASKS: "texts"})
        ticket_id = rows.add(
            inbound,
            code=fresh_codes.pop(),
            may_answer=_answered_by(inbound, answers),
            danger=bool(inbound.text) and light_screen(inbound.text),
            wish=wish,
        )
        if wish is None and inbound.address in askers:
            rows.perhaps += asked.rows(rows.vault, askers[inbound.address], inbound, ticket_id)
        _obey(session, inbound, wish, silent)
        thank = counts.heard(inbound, thank=inbound.adapter in thanks and inbound.address not in silent)
        if thank:
            rows.thank(inbound, ticket_id, now=thanks[inbound.adapter] and not late)
        known[inbound.adapter, inbound.provider_ref] = ticket_id
        received.append(Received(ticket_id, new=True, acknowledge=thank))
    counts.write()
    _write(session, rows)
    return received


def receive_one(session: Session, inbound: Inbound, *, entered_by: int) -> tuple[Ticket, bool]:
    """The same for one form of staff: its ticket, for whoever writes it down, and whether that is new."""
    (received,) = receive(session, [inbound], entered_by=entered_by)
    return session.scalars(seen(sa.select(Ticket).where(Ticket.id == received.ticket_id))).one(), received.new


def _write(session: Session, rows: intake_rows.Rows) -> None:
    connection = session.connection()
    for table, found in (
        (Ticket, rows.tickets),
        (TicketKey, rows.keys),
        (Message, rows.messages),
        (Contact, rows.contacts),
        (Recording, rows.recordings),
        (Thanks, rows.thanks),
        (Perhaps, rows.perhaps),
        (Event, rows.events),
    ):
        if found:
            connection.execute(sa.insert(table), found)
    if rows.messages:
        nudge(session, Kind.TRIAGE)
    if rows.thanks:
        nudge(session, Kind.DELIVER)
    if rows.recordings:
        nudge(session, Kind.RECORDINGS)


def _known(session: Session, inbounds: Sequence[Inbound]) -> dict[tuple[str, str], int]:
    refs = [inbound.provider_ref for inbound in inbounds]
    found = sa.select(Message.adapter, Message.provider_ref, Message.ticket_id).where(Message.provider_ref.in_(refs))
    rows = session.connection().execute(found.execution_options(**{MARK: True}))
    return {(row.adapter, row.provider_ref): row.ticket_id for row in rows}


def _wish(session: Session, inbound: Inbound) -> Outcome | None:
    """Whether a text says, as a whole and nothing else, that they want no texts, or want them again."""
    if inbound.channel is not ChannelName.SMS or inbound.media:
        return None
    response = room.response(session)
    if inbound.opted is False or (inbound.text and response.is_stop(inbound.text)):
        return Outcome.OPTED_OUT
    if inbound.opted is True or (inbound.text and response.is_start(inbound.text)):
        return Outcome.OPTED_IN
    return None


def _obey(session: Session, inbound: Inbound, wish: Outcome | None, silent: set[str]) -> None:
    """STOP ends what goes out to a number at once; it closes nothing of what they told us before (R3, I21)."""
    if inbound.address is None or wish is None:
        return
    if wish is Outcome.OPTED_OUT:
        silence.mark(session, inbound.address, inbound.received_at)
        silent.add(inbound.address)
    else:
        silence.lift(session, inbound.address)
        silent.discard(inbound.address)


@dataclass(frozen=True, slots=True)
class _Answers:
    """Tickets that a text may answer: those that asked its number something, with the time of asking, and those by code."""

    by_address: dict[str, list[tuple[datetime, int]]]
    by_code: dict[str, int]


def _may_answer(session: Session, inbounds: Sequence[Inbound]) -> _Answers:
    """Open tickets that asked these numbers something lately, or whose code stands in the text."""
    vault = room.vault(session)
    addresses = {inbound.address for inbound in inbounds if inbound.address}
    by_index = {index: address for address in addresses for index in vault.address_indexes(None, address)}
    by_address: dict[str, list[tuple[datetime, int]]] = {}
    if by_index:
        asked = (
            sa.select(Contact.address_index, Reply.queued_at, Ticket.id)
            .join(Ticket, Ticket.id == Contact.ticket_id)
            .join(Reply, Reply.ticket_id == Ticket.id)
            .where(Contact.address_index.in_(list(by_index)), Ticket.compartment.is_(None))
            .where(Reply.purpose == Purpose.QUESTION, Reply.state != ReplyState.RECALLED)
            .where(Reply.queued_at > min(inbound.received_at for inbound in inbounds) - ANSWER_WITHIN)
            .order_by(Reply.queued_at)
        )
        for index, at, ticket_id in session.connection().execute(asked.execution_options(**{MARK: True})):
            by_address.setdefault(by_index[index or b""], []).append((at, ticket_id))
    said = {code for inbound in inbounds for code in codes.find(inbound.text)}
    by_code: dict[str, int] = {}
    if said:
        coded = sa.select(Ticket.code, Ticket.id).where(Ticket.code.in_(said), Ticket.code_until > clock.now())
        coded = coded.where(Ticket.compartment.is_(None))
        rows = session.connection().execute(coded.execution_options(**{MARK: True}))
        by_code = {str(code): ticket_id for code, ticket_id in rows}
    return _Answers(by_address, by_code)


def _answered_by(inbound: Inbound, answers: _Answers) -> int | None:
    for code in codes.find(inbound.text):
        if code in answers.by_code:
            return answers.by_code[code]
    earliest = inbound.received_at - ANSWER_WITHIN
    asked = [id_ for at, id_ in answers.by_address.get(inbound.address or "", ()) if at > earliest]
    return asked[-1] if asked else None
