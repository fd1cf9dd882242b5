"""What goes out on a sensitive ticket: only on a live consent, with two exceptions that people make (decision 7, I19)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.contract import ChannelName
from feedback import clock
from feedback.desk import (
    consents,
    contacts,
    envelopes,
    events,
    lessons,
    lifecycle,
    perhaps,
    permissions,
    plans,
    replies,
    room,
    sealing,
    silence,
    spoken,
)
from feedback.desk.envelopes import Held, Letter
from feedback.desk.permissions import Action
from feedback.desk.plans import Terms
from feedback.desk.visibility import seen
from feedback.errors import Invalid, NotAllowed, WrongState, filled
from feedback.models.base import new_id
from feedback.models.lesson import How
from feedback.models.message import Message
from feedback.models.plan import Ask
from feedback.models.reply import Purpose, Reply, ReplyState
from feedback.models.staff import Staff
from feedback.models.ticket import Status, Ticket
from feedback.queue import Kind, nudge
from feedback.responses.neutral import hours_of

FIRST = "first_contact"
SAYABLE = ("first_contact", "help", "told")
"""The reviewed phrases that may be sent as they stand."""

NO_CONSENT = "Nothing goes out on this ticket unasked. Agree with the person first how they may be reached."


def say(session: Session, staff: Staff, ticket: Ticket, text: str, *, purpose: Purpose = Purpose.ANSWER) -> Reply:
    """Answer any ticket. Behind a wall only on the terms that were agreed; what they do not allow is refused.

    Raises `NotAllowed` without a live consent, `Invalid` for a text that says too much or in another language.
    """
    if ticket.compartment is None:
        lessons.decide(session, staff, ticket, How.ANSWERED)
        return replies.answer(session, staff, ticket, text, purpose=purpose)
    permissions.require(staff, Action.ANSWER)
    plan = plans.find(session, ticket)
    if plan is None or consents.live_edition(session, ticket.id) != plan.edition:
        raise NotAllowed(NO_CONSENT)
    text, terms = text.strip(), plan.terms
    _check_words(session, terms, text)
    address = terms.number or contacts.address(session, ticket)
    adapter = _texting(session, ticket, terms) if terms.allows(plans.SMS) else None
    if adapter is None and not any(terms.allows(way) for way in (plans.CALL, plans.VISIT, plans.CODE)):
        raise NotAllowed("They agreed to no way that works now. Wait until they come back, or call.")
    letter = Letter(address or "", text, terms.language, terms.since, terms.until, terms.wording) if adapter else None
    return _queue(session, staff, ticket, text, purpose, letter, adapter, edition=plan.edition)


def live(session: Session, ticket: Ticket) -> bool:
    """Is there a plan, and a consent to exactly that plan?"""
    standing = plans.edition(session, ticket.id)
    return standing is not None and consents.live_edition(session, ticket.id) == standing


def may_contact_first(session: Session, ticket: Ticket) -> str | None:
    """Why no first contact can be made; None: it can (decision 7b)."""
    if ticket.compartment is None or ticket.status is Status.CLOSED:
        return "This ticket needs no first contact: answer it."
    if plans.find(session, ticket) is not None or consents.said(session, ticket.id, Ask.CONTACT) != consents.NOT_ASKED:
        return "They have said how they may be reached, or that they may not: keep to that."
    once = sa.select(Reply.id).where(Reply.ticket_id == ticket.id, Reply.purpose == Purpose.FIRST_CONTACT)
    if session.scalar(seen(once.where(Reply.state != ReplyState.RECALLED).limit(1))) is not None:
        return "They have been asked once. Now they have the word."
    address = contacts.address(session, ticket)
    if address is None:
        return "There is no number. They come back with their code."
    if silence.among(session, [address]):
        return "This number wishes to hear nothing from us."
    if asked_not_to(session, ticket):
        return "They ask us not to call or write."
    return None


def first_contact(session: Session, staff: Staff, ticket: Ticket) -> Reply:
    """Send the one reviewed phrase that open tickets get too, once, within the hours set, never by a machine (decision 7b)."""
    permissions.require(staff, Action.PLAN)
    why_not = may_contact_first(session, ticket)
    if why_not is not None:
        raise WrongState(why_not)
    response = room.response(session)
    language = response.phrases.language_of(FIRST, ticket.language or "und")
    text, hours = response.phrases.text(FIRST, language), response.first_contact_hours
    adapter = replies.carrier(session, ticket, sealing.key(session, ticket.id))
    since, until = hours.since.isoformat("minutes"), hours.until.isoformat("minutes")
    address = contacts.address(session, ticket) or ""
    letter = Letter(address, text, language, since, until, plans.PHRASES) if adapter else None
    return _queue(session, staff, ticket, text, Purpose.FIRST_CONTACT, letter, adapter, edition=None)


def asked_not_to(session: Session, ticket: Ticket) -> bool:
    """Do their own words ask us not to call or write?"""
    unwished, key = room.response(session).do_not_contact, sealing.key(session, ticket.id)
    found = seen(sa.select(Message).where(Message.ticket_id == ticket.id, Message.words.is_not(None)))
    texts = (sealing.unseal(key, Message, "words", one.id, one.words) for one in session.scalars(found))
    return any(unwished.found_in(text) for text in texts)


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand at the claim: all that may have changed since a letter was written."""

    wall: str | None
    status: Status
    edition: int | None  # of the plan, as it stands
    agreed: int | None  # the edition that a live consent to contact is for
    contact: str  # the latest answer to the question of contact
    silent: bool
    now: datetime


def refusal(session: Session, held: Held, standing: Standing) -> str | None:
    """Why a letter may not go out now, as a short word for staff; None: it may. The whole rule, read top down (I19)."""
    letter, first = held.letter, held.edition is None
    hours, phrases = hours_of(letter.since, letter.until), room.response(session).phrases
    refused = (
        (standing.wall != held.wall, "held: the ticket changed"),
        (standing.status is Status.CLOSED, "held: the ticket changed"),
        (standing.silent, "held: this number wants no texts"),
        (first and standing.contact != consents.NOT_ASKED, "held: no consent"),
        (not first and standing.agreed != held.edition, "held: no consent"),
        (not first and standing.edition != held.edition, "held: other terms"),
        (letter.wording == plans.PHRASES and not _is_phrase(session, letter), "held: not the reviewed words"),
        (bool(room.response(session).not_neutral.found_in(letter.text)), "held: it says too much"),
        (not spoken.fits(phrases, letter.text, letter.language), "held: another language"),
        (
            letter.wording != plans.PHRASES and spoken.sounds_other(session, letter.text, letter.language),
            "held: another language",
        ),
        (hours is None or not hours.hold(plans.local(session, standing.now)), LATER),
    )
    return next((why for holds, why in refused if holds), None)


LATER = "waits for its hours"


def take(session: Session, reply: Reply, ticket: Ticket, now: datetime) -> Letter | None:
    """The letter of a queued reply, if it may go right now; else it is held, or waits for its hours."""
    found = envelopes.held(session, reply)
    if found is None:
        _hold(session, reply, "held: the ticket changed", now)
        return None
    standing = Standing(
        ticket.compartment,
        ticket.status,
        plans.edition(session, ticket.id),
        consents.live_edition(session, ticket.id),
        consents.said(session, ticket.id, Ask.CONTACT),
        bool(silence.among(session, [found.letter.address])),
        now,
    )
    why = refusal(session, found, standing)
    if why is None:
        return found.letter
    hours = hours_of(found.letter.since, found.letter.until)
    if why == LATER and hours is not None:
        reply.not_before = plans.next_time(session, hours, now)
    else:
        _hold(session, reply, why, now)
    return None


def _hold(session: Session, reply: Reply, why: str, now: datetime) -> None:
    reply.state, reply.why, reply.ended_at = ReplyState.RECALLED, why, now
    envelopes.erase(session, [reply.id])


def _queue(
    session: Session,
    staff: Staff,
    ticket: Ticket,
    text: str,
    purpose: Purpose,
    letter: Letter | None,
    adapter: str | None,
    *,
    edition: int | None,
) -> Reply:
    now, reply_id = clock.now(), new_id()
    key = sealing.key(session, ticket.id)
    hours = hours_of(letter.since, letter.until) if letter else None
    if purpose is Purpose.ANSWER:
        detail = "queued" if letter else "by hand"
        lifecycle.move(session, ticket, Action.ANSWER, actor=events.by(staff), detail=detail)
    else:
        events.record(session, ticket, purpose.value, actor=events.by(staff))
    reply = Reply(
        id=reply_id,
        ticket_id=ticket.id,
        channel=ChannelName.SMS if letter else ticket.channel,
        adapter=adapter,
        purpose=purpose,
        state=ReplyState.QUEUED if letter else ReplyState.BY_HAND,
        words=sealing.seal(key, Reply, "words", reply_id, text),
        author=staff.id,
        queued_at=now,
        not_before=plans.next_time(session, hours, now + replies.RECALL_FOR) if hours else now,
    )
    session.add(reply)
    session.flush()
    if letter is not None:
        envelopes.hold(session, ticket, reply_id, letter, edition=edition)
        perhaps.ask(session, ticket, reply, letter.address)
        nudge(session, Kind.DELIVER)
    return reply


def _check_words(session: Session, terms: Terms, text: str) -> None:
    if not text:
        raise Invalid({"text": "Write what the person should hear."})
    if len(text) > replies.LONGEST:
        raise Invalid({"text": filled("This is too long: at most %(most)s characters.", most=replies.LONGEST)})
    if terms.wording == plans.PHRASES and not _is_phrase(session, Letter("", text, terms.language, "", "", "")):
        raise Invalid({"text": "Only the reviewed phrases were agreed. Choose one of them, in their language."})
    if room.response(session).not_neutral.found_in(text):
        raise Invalid({"text": "This says what it is about, or who we are. Whoever holds the phone would know."})
    if not spoken.fits(room.response(session).phrases, text, terms.language):
        raise Invalid({"text": "This is not in the language that was agreed."})


def _is_phrase(session: Session, letter: Letter) -> bool:
    phrases, language = room.response(session).phrases, letter.language
    return letter.text in {
        phrases.text(key, language) for key in SAYABLE if phrases.language_of(key, language) == language
    }


def _texting(session: Session, ticket: Ticket, terms: Terms) -> str | None:
    """The adapter that can text the number that was agreed, or None."""
    if not terms.number:
        return replies.carrier(session, ticket, sealing.key(session, ticket.id))
    if silence.among(session, [terms.number]):
        return None
    return next(iter(sorted(room.adapters(session))), None)
