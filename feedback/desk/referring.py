"""The one way to a subject's agency: a lead writes afresh for its investigation unit, which opens that once by a link (decision 15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from classifier.text import normalize, words
from feedback import clock
from feedback.desk import conflicts, consents, events, openings, permissions, room, sealing, throttle
from feedback.desk.blanking import SHORTEST
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen
from feedback.errors import Invalid, Locked, NotAllowed, WrongState, filled
from feedback.models.base import new_id
from feedback.models.contact import Contact
from feedback.models.plan import Ask, Said
from feedback.models.referral import Referral
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket, TicketKey
from feedback.seal import box, link

WALLS = frozenset({"conduct", "psea"})
"""Whose leads may do it (decision 15)."""

FOR = timedelta(hours=72)
"""So long a link works: a unit that gets it before the days off (Friday and Saturday, decision 11) opens it after them."""

LONGEST = 4000
TRIES_IN_TEN_MINUTES = 10

NOBODY, AGREED = "nobody", "agreed"
"""Whether the words show who told: nobody, or somebody who agreed to that (decision 17)."""

_OWN_DIGITS = 9
"""The last digits of a number are one person's, however the rest is written."""

OUTER = "words.desk"
"""What the second seal of the words says: under a key of this row alone, which lies under the desk's."""

_ACTOR = events.part("referral")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the lead has before them. `unit` empty: the response names none. `out_until` None: no link is out."""

    agency: str
    unit: str
    agreed: bool
    out_until: datetime | None
    opening: openings.Opening | None


def offered(session: Session, staff: Staff, ticket: Ticket) -> bool:
    """May this person do it with this ticket, which they found? Its page asks; `sheet` and `address` say why not."""
    return _why_not(session, staff, ticket) is None


def sheet(session: Session, staff: Staff, ticket: Ticket) -> Sheet:
    """What is known before it is written; opening it is recorded. Raises `NotAllowed`, `WrongState`, `Locked`."""
    _require(session, staff, ticket)
    opening = openings.opened(session, staff, ticket)
    if ticket.id not in sealing.keys(session, [ticket.id]):
        raise Locked
    row = _row(session, ticket)
    out_until = row.until if row is not None and row.until > clock.now() else None
    return Sheet(ticket.subject or "", _unit(session, ticket), _agreed(session, ticket), out_until, opening)


def address(session: Session, staff: Staff, ticket: Ticket, text: str, *, to: str, shows: str) -> str:
    """Seal what a lead wrote for the unit of agency `to`; returns the word of the link, which is kept nowhere.

    `shows`: `NOBODY` or `AGREED`. Raises `Invalid` for what has to be mended, `WrongState` while another link is out or
    without a unit, `NotAllowed`, `Locked`.
    """
    _require(session, staff, ticket)
    key = sealing.key(session, ticket.id)
    if not _unit(session, ticket):
        raise WrongState("No investigation unit of this agency is known here. Ask whoever keeps the response.")
    text = text.strip()
    wrong = _to_mend(session, ticket, key, text, to=to, shows=shows)
    if wrong:
        raise Invalid(wrong)
    before, now = _row(session, ticket), clock.now()
    if before is not None and before.until > now:
        raise WrongState("A link is out already. Take it back first.")
    if before is not None:
        _end(session, before, ticket, "referral over", actor=_ACTOR)
    word, id_ = link.new_word(), new_id()
    key, wrap = room.vault(session).new_key(id_)
    session.add(TicketKey(**wrap))
    session.add(
        Referral(
            id=id_,
            ticket_id=ticket.id,
            wall=ticket.compartment or "",
            agency=to,
            word=link.digest(word),
            words=_twice(key, id_, sealing.seal(link.key(word), Referral, "words", id_, text)),
            by=staff.id,
            at=now,
            until=now + FOR,
        )
    )
    events.record(session, ticket, Action.REFER, actor=events.by(staff), detail=f"{to} {shows}")
    session.flush()
    return word


def take_back(session: Session, staff: Staff, ticket: Ticket) -> None:
    """The link opens nothing any more. Raises `WrongState` where none is out, `NotAllowed`."""
    _require(session, staff, ticket)
    row = _row(session, ticket)
    if row is None:
        raise WrongState("No link is out any more: it was opened, or it is over.")
    _end(session, row, ticket, "referral taken back", actor=events.by(staff))


def open_once(session: Session, word: str, *, source: str) -> str | None:
    """What was written, this once: row, words and link are gone with this transaction, and it is recorded.

    None alike for a link that is used, over, taken back or never was. Raises `WrongState` for a source that tried too often.
    """
    throttle.check(session, "referral", source, most=TRIES_IN_TEN_MINUTES)
    both = sa.select(Referral, Ticket).join(Ticket, Ticket.id == Referral.ticket_id)
    found = session.execute(seen(both.where(Referral.word == link.digest(word)).with_for_update())).one_or_none()
    if found is None or not _stands(*found):
        throttle.count(session, "referral", source, most=TRIES_IN_TEN_MINUTES)
        return None
    row, ticket = found
    events.record(session, ticket, "referral opened", actor=_ACTOR)
    text = sealing.unseal(link.key(word), Referral, "words", row.id, _once(sealing.key(session, row.id), row))
    _delete(session, row)
    return text


def expire(session: Session) -> int:
    """Delete what is over, and what its ticket no longer stands for; how many. Needs no key."""
    both = sa.select(Referral, Ticket).join(Ticket, Ticket.id == Referral.ticket_id)
    over = [one for one in session.execute(seen(both)).all() if not _stands(*one)]
    for row, ticket in over:
        _end(session, row, ticket, "referral over", actor=_ACTOR)
    return len(over)


def end_all(session: Session, ticket: Ticket) -> None:
    """What is out of a ticket of which something is being forgotten or taken out: it may tell of that (I27)."""
    row = _row(session, ticket)
    if row is not None:
        _end(session, row, ticket, "referral over", actor=_ACTOR)


def _require(session: Session, staff: Staff, ticket: Ticket) -> None:
    why = _why_not(session, staff, ticket)
    if why is not None:
        raise why


def _why_not(session: Session, staff: Staff, ticket: Ticket) -> NotAllowed | WrongState | None:
    if not permissions.may(staff, Action.REFER):
        return NotAllowed("Your role does not do this. Please ask a colleague who may.")
    if ticket.compartment not in WALLS:
        return WrongState("Only what accuses somebody of an agency is passed to its investigation unit.")
    if ticket.subject in (None, conflicts.UNKNOWN) or ticket.subject_by is None:
        return WrongState("Say first which agency is accused, or that the machine named the right one.")
    if ticket.compartment not in staff.clearances or conflicts.in_line(session, ticket, staff):
        return NotAllowed("This is for a lead who has nothing to do with whoever is accused.")
    return None


def _to_mend(session: Session, ticket: Ticket, key: bytes, text: str, *, to: str, shows: str) -> dict[str, str]:
    wrong = {}
    if not text:
        wrong["words"] = "Write what they need to know, afresh and in your own words."
    elif len(text) > LONGEST:
        wrong["words"] = filled("This is too long: at most %(most)s characters.", most=LONGEST)
    elif shows == NOBODY and _shows_who_told(session, ticket, key, text):
        wrong["words"] = "A name, number or code of who told stands in this. Take it out."
    if to != ticket.subject:
        wrong["to"] = "Say that it is meant for this unit."
    if shows not in (NOBODY, AGREED):
        wrong["shows"] = "Say whether it shows who told."
    elif shows == AGREED and not _agreed(session, ticket):
        wrong["shows"] = "No consent to pass on who they are is recorded. Ask them first, or leave out who told."
    return wrong


def _shows_who_told(session: Session, ticket: Ticket, key: bytes, text: str) -> bool:
    """Does what the desk itself noted of the person stand in this: number, code, a word of their name? The rest is for the
    lead to see."""
    contacts = session.scalars(seen(sa.select(Contact).where(Contact.ticket_id == ticket.id))).all()
    numbers = [sealing.unseal(key, Contact, "address", one.id, one.address)[-_OWN_DIGITS:] for one in contacts]
    name = str(sealing.unseal_mapping(key, ticket.id, "facts", ticket.facts).get("name") or "")
    named = {word for word in words(name) if len(word) >= SHORTEST}
    bare = "".join(sign for sign in normalize(text) if sign.isalnum())
    return any(one in bare for one in (*numbers, ticket.code) if one) or bool(named & set(words(text)))


def _agreed(session: Session, ticket: Ticket) -> bool:
    return consents.said(session, ticket.id, Ask.REFER) == Said.YES


def _unit(session: Session, ticket: Ticket) -> str:
    agency = room.response(session).agencies.get(ticket.subject or "")
    return agency.investigation if agency else ""


def _stands(row: Referral, ticket: Ticket) -> bool:
    """Also over before its time where the ticket moved, or another agency is accused now."""
    same = ticket.compartment == row.wall and ticket.subject == row.agency
    return row.until > clock.now() and same and ticket.forgotten_at is None


def _row(session: Session, ticket: Ticket) -> Referral | None:
    return session.scalars(seen(sa.select(Referral).where(Referral.ticket_id == ticket.id))).one_or_none()


def _end(session: Session, row: Referral, ticket: Ticket, what: str, *, actor: str) -> None:
    _delete(session, row)
    session.flush()
    events.record(session, ticket, what, actor=actor)


def _delete(session: Session, row: Referral) -> None:
    """The words go, and with them the key that they lay under beside the link's: a used link opens no older copy of the
    database either, once the desk's key of its day is destroyed."""
    session.execute(seen(sa.delete(TicketKey).where(TicketKey.ticket_id == row.id)))
    session.delete(row)


def _twice(key: bytes, id_: int, sealed: bytes) -> bytes:
    return box.seal(key, sealed, table=Referral.__tablename__, row=id_, column=OUTER)


def _once(key: bytes, row: Referral) -> bytes:
    return box.unseal(key, row.words, table=Referral.__tablename__, row=row.id, column=OUTER)
