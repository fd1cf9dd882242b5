"""What the machine makes of what waits in screening: claimed in a batch, read, applied in short transactions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from classifier.suggestion import Suggestion, Verdict
from feedback import clock
from feedback.desk import events, excluding, joining, lessons, lifecycle, room, routing, sealing, walls
from feedback.desk.intake_rows import SCREENING
from feedback.desk.permissions import Action
from feedback.models.contact import Contact
from feedback.models.message import Message
from feedback.models.ticket import RaisedBy, Status, Term, Ticket
from feedback.seal.vault import Vault

CLAIM_FOR = timedelta(seconds=20)
"""So long a lane has a batch in hand before another may take it. What a worker that died had in hand is asked for again
within half a minute after that, so it is read within the minute (I23)."""

AT_ONCE = 200
"""Texts of one claim: even the longest are read in less time than the claim holds, at about 15 a second. Where a machine is
slower than that, another may read them too, and what comes second changes nothing."""

SLICE = 50
"""Tickets applied in one transaction: about 12 ms of SQLite's lock, so that intake waits less than 20 (decision 5)."""

_ACTOR = events.part("triage")


@dataclass(frozen=True, slots=True, repr=False)
class Waiting:
    """A text in hand, with its ticket's key. `language` is what the person chose, where they did."""

    ticket_id: int
    key: bytes
    text: str
    language: str | None


@dataclass(frozen=True, slots=True, repr=False)
class Reading:
    """What the machine made of a text, sealed and indexed while no transaction is open."""

    ticket_id: int
    key: bytes
    suggestion: Suggestion
    sealed: bytes
    terms: frozenset[int]


def claim(session: Session, lane: int, lanes: int, *, limit: int = AT_ONCE) -> list[Waiting]:
    """Take up to `limit` unread texts of this lane in hand, what the light screen marked first, then the oldest."""
    now = clock.now()
    wanted = (
        sa.select(Ticket.id, Ticket.language)
        .where(Ticket.read_at.is_(None), sa.or_(Ticket.claimed_until.is_(None), Ticket.claimed_until < now))
        .where(Ticket.id % lanes == lane)
        .order_by(Ticket.danger_first.desc(), Ticket.created_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    languages = dict(session.execute(wanted).all())
    session.execute(sa.update(Ticket).where(Ticket.id.in_(list(languages))).values(claimed_until=now + CLAIM_FOR))
    keys = sealing.keys(session, languages)
    texts: dict[int, list[str]] = {ticket_id: [] for ticket_id in keys}
    found = sa.select(Message.id, Message.ticket_id, Message.words).where(Message.ticket_id.in_(list(keys)))
    for message_id, ticket_id, words in session.execute(found.order_by(Message.at)):
        texts[ticket_id].append(sealing.unseal(keys[ticket_id], Message, "words", message_id, words))
    return [Waiting(id_, key, "\n".join(texts[id_]), languages[id_]) for id_, key in keys.items()]


def prepare(vault: Vault, batch: Sequence[Waiting], suggestions: Sequence[Suggestion]) -> list[Reading]:
    """Seal and index what the classifier said of a batch, in its order. Needs no transaction."""
    return [
        Reading(
            waiting.ticket_id,
            waiting.key,
            suggestion,
            sealing.seal_mapping(waiting.key, waiting.ticket_id, "suggestion", _stored(suggestion)),
            frozenset(walls.terms(vault, [waiting.text])) if suggestion.verdict is Verdict.OPEN else frozenset(),
        )
        for waiting, suggestion in zip(batch, suggestions, strict=True)
    ]


def slices(readings: Sequence[Reading]) -> Iterator[Sequence[Reading]]:
    """The readings in pieces that are short enough for one transaction."""
    for start in range(0, len(readings), SLICE):
        yield readings[start : start + SLICE]


def apply_many(session: Session, readings: Sequence[Reading]) -> None:
    """Write what the machine made of these texts. What a person did meanwhile stands; a machine may only raise it."""
    ids = [reading.ticket_id for reading in readings]
    found = session.scalars(sa.select(Ticket).where(Ticket.id.in_(ids), Ticket.read_at.is_(None)).with_for_update())
    tickets = {ticket.id: ticket for ticket in found}
    contacts = session.scalars(sa.select(Contact).where(Contact.ticket_id.in_(ids)))
    batch = _Batch(session, ids, {contact.ticket_id: contact for contact in contacts}, clock.now())
    for reading in readings:
        if reading.ticket_id in tickets:
            batch.apply(tickets[reading.ticket_id], reading)
    batch.finish()


class _Batch:
    """One transaction's worth of readings; gathers what can be written for all of them at once."""

    def __init__(self, session: Session, ids: Sequence[int], contacts: dict[int, Contact], now: datetime) -> None:
        self._session, self._contacts, self._now = session, contacts, now
        self._response, self._vault = room.response(session), room.vault(session)
        self._keys = sealing.keys(session, ids)
        self._terms: list[dict[str, int]] = []
        self._lessons: list[dict[str, Any]] = []
        self._answers: list[Ticket] = []

    def apply(self, ticket: Ticket, reading: Reading) -> None:
        suggestion = reading.suggestion
        ticket.read_at, ticket.claimed_until = self._now, None
        if self._keys.get(ticket.id) != reading.key:
            return  # a person sealed it anew meanwhile: what was made of it is theirs
        ticket.suggestion = reading.sealed
        ticket.language = ticket.language or suggestion.language
        waits = ticket.compartment == SCREENING and ticket.status is Status.NEW
        raises = suggestion.verdict is Verdict.SENSITIVE and (
            waits or self._entered_open(ticket) or self._transcribed(ticket)
        )
        if raises:
            self._raise(ticket, reading, waits=waits)
        elif waits and suggestion.verdict is Verdict.OPEN:
            self._open(ticket, reading)
        elif waits:
            _leave_in_screening(self._session, ticket, suggestion)
            walls.seal_if_read(self._session, ticket)
        self._lessons.append(lessons.said(ticket, suggestion, decided=not waits and not raises))

    def finish(self) -> None:
        """Write the search words and the lessons in one go, then join what answers an open ticket."""
        if self._terms:
            self._session.flush()
            self._session.execute(sa.insert(Term), self._terms)
        lessons.keep(self._session, self._lessons)
        for ticket in self._answers:
            joining.join(self._session, ticket, actor=_ACTOR)

    def _entered_open(self, ticket: Ticket) -> bool:
        """Staff entered it as open: the one case in which a machine raises what a person coded (decision 12)."""
        return ticket.entered_by is not None and ticket.compartment is None and ticket.raised_by is None

    def _transcribed(self, ticket: Ticket) -> bool:
        """A screener pressed it open after some seconds of listening; the machine reads all of what was said (decision 13)."""
        if ticket.compartment is not None or ticket.raised_by is not None:
            return False
        written = sa.select(Message.id).where(Message.ticket_id == ticket.id, Message.transcript_of.is_not(None))
        return self._session.scalar(written.limit(1)) is not None

    def _open(self, ticket: Ticket, reading: Reading) -> None:
        suggestion = reading.suggestion
        self._code(ticket, suggestion)
        self._release(ticket, reading.key)
        self._terms += [{"hmac64": number, "ticket_id": ticket.id} for number in reading.terms]
        routing.route(self._session, ticket)
        detail = f"{ticket.sector or 'no sector'} {ticket.tier}"
        lifecycle.move(self._session, ticket, Action.TRIAGE, actor=_ACTOR, detail=detail)
        if ticket.may_answer is not None:
            self._answers.append(ticket)

    def _raise(self, ticket: Ticket, reading: Reading, *, waits: bool) -> None:
        suggestion = reading.suggestion
        compartment = self._response.tiers[suggestion.tier].compartment
        self._code(ticket, suggestion)
        ticket.raised_by = RaisedBy.MACHINE
        ticket.place = self._response.place_for(suggestion.tier, ticket.place)
        excluding.propose(self._session, ticket, reading.key, compartment or "")
        walls.stand_behind(self._session, ticket, compartment)
        if waits:
            lifecycle.move(self._session, ticket, Action.TRIAGE, actor=_ACTOR, detail=suggestion.tier)
        else:
            if ticket.status is Status.CLOSED:  # behind a wall and closed, nobody would look at it
                lifecycle.move(self._session, ticket, Action.REOPEN, actor=_ACTOR)
            events.record(self._session, ticket, Action.RAISE, actor=_ACTOR, detail=suggestion.tier)
        ticket.due_at = self._response.due(suggestion.tier, ticket.created_at)

    def _code(self, ticket: Ticket, suggestion: Suggestion) -> None:
        ticket.sector, ticket.subcategory, ticket.kind = suggestion.sector, suggestion.subcategory, suggestion.kind
        ticket.tier, ticket.screened_at = suggestion.tier, self._now

    def _release(self, ticket: Ticket, key: bytes) -> None:
        """Into the open for the first time, under the same key: only the address's index changes."""
        ticket.compartment = None
        contact = self._contacts.get(ticket.id)
        if contact is not None:
            address = sealing.unseal(key, Contact, "address", contact.id, contact.address)
            contact.address_index = self._vault.address_index(None, address)


def _leave_in_screening(session: Session, ticket: Ticket, suggestion: Suggestion) -> None:
    ticket.danger_first = ticket.danger_first or bool(suggestion.danger)
    events.record(session, ticket, "read", actor=_ACTOR, detail=suggestion.language)


def _stored(suggestion: Suggestion) -> dict[str, object]:
    return {
        "sector": suggestion.sector,
        "subcategory": suggestion.subcategory,
        "confidence": round(suggestion.confidence, 3),
        "kind": suggestion.kind,
        "tier": suggestion.tier,
        "verdict": suggestion.verdict.value,
        "compartment": suggestion.compartment,
        "language": suggestion.language,
        "signals": list(suggestion.signals),
        "danger": list(suggestion.danger),
        "model": suggestion.model,
    }
