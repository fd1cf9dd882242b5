"""How somebody may be reached: the plan of a sensitive ticket, as agreed with them and sealed with it (decision 7)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels import phone
from feedback import clock
from feedback.desk import consents, events, permissions, room, sealing
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen
from feedback.errors import Invalid, WrongState
from feedback.models.base import new_id
from feedback.models.plan import ContactPlan, How
from feedback.models.staff import Staff
from feedback.models.ticket import Status, Ticket
from feedback.responses.neutral import Hours, hours_of

SMS, CALL, VISIT, CODE = "sms", "call", "visit", "code"
CHANNELS = (SMS, CALL, VISIT, CODE)
PHRASES, NEUTRAL = "phrases", "neutral"
WORDINGS = (PHRASES, NEUTRAL)
LONGEST = 200
REGION = "BD"


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed. Times are local, "HH:MM"; whatever is not named as a channel is not allowed."""

    channels: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    number: str = ""  # E.164; empty: the number that they wrote or called from
    who: str = ""  # who may answer
    code_word: str = ""
    language: str = ""
    wording: str = PHRASES
    dropped: bool = False  # may we call again when a call breaks off? Nothing is ever left on a voicemail
    never: tuple[str, ...] = ()  # channels that they forbade
    where: str = ""  # to meet, or come back to

    @property
    def hours(self) -> Hours | None:
        """When; None where no hours were agreed: then never."""
        return hours_of(self.since, self.until)

    def allows(self, channel: str) -> bool:
        """Was this way agreed, and not forbidden?"""
        return channel in self.channels and channel not in self.never


@dataclass(frozen=True, slots=True)
class Plan:
    """The terms as they stand, and who agreed them when."""

    terms: Terms
    edition: int
    agreed_at: datetime
    agreed_by: int


def find(session: Session, ticket: Ticket) -> Plan | None:
    """The plan of a ticket that was found. Raises `Locked` where this session does not open the ticket."""
    row = _row(session, ticket)
    if row is None:
        return None
    said = json.loads(sealing.unseal(sealing.key(session, ticket.id), ContactPlan, "terms", row.id, row.terms))
    for name in ("channels", "never"):
        said[name] = tuple(said[name])
    return Plan(Terms(**said), row.edition, row.agreed_at, row.agreed_by)


def edition(session: Session, ticket_id: int) -> int | None:
    """Which edition of the plan stands; needs no key, so that a machine can ask it at the claim."""
    return session.scalar(seen(sa.select(ContactPlan.edition).where(ContactPlan.ticket_id == ticket_id)))


def agree(
    session: Session,
    staff: Staff,
    ticket: Ticket,
    terms: Terms,
    *,
    how: How = How.ASKED,
    witness: str = "",
) -> Plan:
    """Keep what was agreed with the person, and their consent to exactly that; an earlier edition counts no more (I19).

    `how` OWN_WORDS: "call me after 8" is consent and plan, recorded as such (decision 7b). A plan without any channel
    is a wish not to be contacted. Raises `Invalid`, naming what to mend.
    """
    permissions.require(staff, Action.PLAN)
    if ticket.compartment is None or ticket.status is Status.CLOSED:
        raise WrongState("Only an open matter behind a wall needs a plan.")
    terms = checked(session, terms)
    plan = write(session, staff, ticket, terms)
    consents.to_contact(session, staff, ticket, plan.edition, agreed=bool(terms.channels), how=how, witness=witness)
    events.record(session, ticket, "plan", actor=events.by(staff), detail=how.value)
    return plan


def write(session: Session, staff: Staff, ticket: Ticket, terms: Terms) -> Plan:
    """Seal the terms under the ticket's key as its next edition."""
    now, row, key = clock.now(), _row(session, ticket), sealing.key(session, ticket.id)
    words = json.dumps(asdict(terms), ensure_ascii=False)
    if row is None:
        row = ContactPlan(id=new_id(), ticket_id=ticket.id, edition=0)
        session.add(row)
    row.edition, row.agreed_at, row.agreed_by = row.edition + 1, now, staff.id
    row.terms = sealing.seal(key, ContactPlan, "terms", row.id, words)
    session.flush()
    return Plan(terms, row.edition, now, staff.id)


def with_one(session: Session, ticket_ids: Sequence[int]) -> set[int]:
    """Which of these tickets have a plan; it goes along when a ticket is lowered, and still holds."""
    found = sa.select(ContactPlan.ticket_id).where(ContactPlan.ticket_id.in_(ticket_ids))
    return set(session.scalars(seen(found)))


def number_now(session: Session, ticket: Ticket, own: str | None) -> str | None:
    """The number that may be called right now: what was agreed, or where nothing was, their own; None: none may."""
    plan = find(session, ticket)
    if plan is None:
        return own
    hours = plan.terms.hours
    if not plan.terms.allows(CALL) or hours is None or not hours.hold(local(session, clock.now())):
        return None
    return plan.terms.number or own


def next_time(session: Session, hours: Hours, at: datetime) -> datetime:
    """`at`, if it is inside these local hours; else when they begin next. Aware, UTC."""
    here = at.astimezone(room.response(session).calendar.zone)
    if hours.hold(here.time()):
        return at
    begins = here.replace(hour=hours.since.hour, minute=hours.since.minute, second=0, microsecond=0)
    return begins if begins > here else begins + timedelta(days=1)


def local(session: Session, at: datetime) -> time:
    """The time of day where people are."""
    return at.astimezone(room.response(session).calendar.zone).time()


def checked(session: Session, terms: Terms) -> Terms:
    """The terms, tidied. Raises `Invalid`, naming each field that does not fit."""
    wrong = {}
    number = phone.parse(terms.number, REGION) if terms.number.strip() else ""
    if number is None:
        wrong["number"] = "This is no phone number. Leave it empty for the number they wrote from."
    if not set(terms.channels) | set(terms.never) <= set(CHANNELS):
        wrong["channels"] = "Choose how they may be reached."
    if set(terms.channels) & set(terms.never):
        wrong["channels"] = "One way can't be agreed and forbidden at once."
    if {SMS, CALL, VISIT} & set(terms.channels) and terms.hours is None:
        wrong["since"] = "Write from when until when, for example 20:00 to 21:00."
    if terms.language not in room.response(session).languages:
        wrong["language"] = "Choose the language they wish to be spoken to in."
    if terms.wording not in WORDINGS:
        wrong["wording"] = "Choose what may be said."
    if any(len(text) > LONGEST for text in (terms.who, terms.code_word, terms.where)):
        wrong["who"] = "This is too long. A few words are enough."
    if wrong:
        raise Invalid(wrong)
    tidy = {name: getattr(terms, name).strip() for name in ("who", "code_word", "where")}
    return Terms(**{**asdict(terms), **tidy, "number": number or ""})


def _row(session: Session, ticket: Ticket) -> ContactPlan | None:
    return session.scalars(seen(sa.select(ContactPlan).where(ContactPlan.ticket_id == ticket.id))).one_or_none()
