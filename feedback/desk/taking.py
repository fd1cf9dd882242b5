"""From a filled-in form to its ticket: the same for a tablet's forms and for rows of somebody else's table."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels import in_person
from channels.contract import Inbound, Media, Unreadable
from feedback import clock
from feedback.desk import (
    entry,
    events,
    form_consents,
    form_facts,
    intake,
    permissions,
    recordings,
    room,
    screening,
    sealing,
    walls,
)
from feedback.desk.form_facts import Agreed, Filled, Way
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen
from feedback.models.message import Message, Recording
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket

REGION = "BD"
OLDEST = timedelta(days=60)
"""A form that says it is older came from a wrong clock; it counts as so old."""

ON_THE_SPOT = "Answered on the spot."


def take(session: Session, staff: Staff, filled: Filled) -> Ticket:
    """Open the ticket of one form, coded by the person who entered it; a form that comes twice finds its first ticket.

    Codes that the response does not know are kept as facts, and a screener decides. Where the volunteer could not tell
    how grave it is, or nobody wrote what was said, a screener does too, at once. Raises `Unreadable` for an empty form.
    """
    permissions.require(staff, Action.ENTER)
    coding, odd = _coding(session, filled)
    inbound = _inbound(filled, coding, odd)
    keeps = partial(form_consents.keep, session, staff, filled=filled)
    counted = filled.record is Agreed.NO or filled.way is Way.COUNT
    if counted:
        entry.count(session, staff, replace(inbound, recording=None), coding)
    elif _is_for_a_screener(filled, coding, odd):
        _leave(session, staff, inbound, filled)
    else:
        answered = (filled.answer or ON_THE_SPOT) if filled.way is Way.SPOT else ""
        entry.enter(session, staff, inbound, coding, answered=answered, first=keeps)
    ticket = _ticket(session, filled.key)
    if filled.sound is not None and not counted:
        _keep_sound(session, ticket, filled)
    if filled.handed_to:
        events.record(session, ticket, "hand over", actor=events.by(staff), detail=ticket.tier or "")
    return ticket


def is_here(session: Session, key: str) -> bool:
    """Has the form with this key been taken in before?"""
    return session.scalar(seen(_of_form(key).limit(1))) is not None


def _coding(session: Session, filled: Filled) -> tuple[screening.Coding, dict[str, str]]:
    """The codes that this response knows; the others by name."""
    response = room.response(session)
    known = {
        "sector": filled.sector in response.sectors,
        "subcategory": response.subcategory(filled.sector, filled.subcategory) is not None,
        "kind": filled.kind in response.kinds,
        "place": filled.place in response.places,
        "tier": filled.tier in response.tiers,
    }
    said = {name: getattr(filled, name) for name in known if getattr(filled, name)}
    coding = screening.Coding(**{name: code for name, code in said.items() if known[name]})
    return coding, {f"odd_{name}": code for name, code in said.items() if not known[name]}


def _inbound(filled: Filled, coding: screening.Coding, odd: dict[str, str]) -> Inbound:
    now = clock.now()
    may_reach = filled.contact is not Agreed.NO
    sound = filled.sound
    form = in_person.Form(
        key=filled.key,
        text=filled.text,
        phone=filled.phone if may_reach else "",
        language=filled.language,
        place=coding.place,
        facts=form_facts.facts(filled) | odd,
        recording=Media(filled.key, "", sound.media_type, sound.seconds) if sound else None,
        coded=bool(coding.sector or odd) or filled.way is not Way.MATTER,
    )
    at = min(max(filled.at, now - OLDEST), now)
    try:
        return in_person.listen(form, at=at, region=REGION)
    except Unreadable:
        if not form.phone:
            raise
        as_written = {**form.facts, "phone_as_written": form.phone}  # no number we can call, but no word is dropped
        return in_person.listen(replace(form, phone="", facts=as_written), at=at, region=REGION)


def _is_for_a_screener(filled: Filled, coding: screening.Coding, odd: dict[str, str]) -> bool:
    untold = filled.way is Way.SERIOUS and coding.tier is None
    unheard = filled.sound is not None and coding.sector is None and coding.tier is None
    restricted = "odd_sector" in odd or "odd_tier" in odd
    return untold or unheard or restricted


def _leave(session: Session, staff: Staff, inbound: Inbound, filled: Filled) -> None:
    ticket, new = intake.receive_one(session, inbound, entered_by=staff.id)
    if new and filled.way is Way.SERIOUS:
        form_consents.keep(session, staff, ticket, filled)
        ticket.danger_first = True
        ticket.due_at = ticket.created_at + room.response(session).screening.flagged_within
        walls.seal_if_read(session, ticket)


def _ticket(session: Session, key: str) -> Ticket:
    return session.scalars(seen(sa.select(Ticket).where(Ticket.id == _of_form(key).scalar_subquery()))).one()


def _of_form(key: str) -> sa.Select[int]:
    return sa.select(Message.ticket_id).where(Message.adapter == in_person.ADAPTER, Message.provider_ref == key)


def _keep_sound(session: Session, ticket: Ticket, filled: Filled) -> None:
    """The sound came with the form: it is stored in the same transaction, and nothing has to be fetched."""
    assert filled.sound is not None
    found = sa.select(Recording).where(Recording.ticket_id == ticket.id, Recording.provider_ref == filled.key)
    recording = session.scalars(seen(found)).one()
    media = Media(filled.key, "", filled.sound.media_type, filled.sound.seconds)
    key = sealing.key(session, recording.id)
    wanted = recordings.Wanted(recording.id, ticket.id, in_person.ADAPTER, media, key)
    chunks = list(recordings.sealed_chunks(wanted, iter([filled.sound.content])))
    recordings.store(session, wanted, chunks, media_type=filled.sound.media_type)
