"""What a person agreed to: to record, to contact, to refer; each asked before the act, and withdrawn at once (R15, decision 17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import events, names, permissions, room, walls
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen
from feedback.errors import Invalid
from feedback.models.plan import Ask, Consent, How, Said
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket

NOT_ASKED = "not_asked"
"""Where no row is: nobody asked is not yes (style rule 16)."""

WITNESSES = ("colleague", "interpreter", "companion", "caregiver")


@dataclass(frozen=True, slots=True)
class Agreed:
    """One question and the latest answer to it. `said` is `NOT_ASKED` where nobody asked; then the rest is empty."""

    ask: Ask
    said: str = NOT_ASKED
    how: str = ""
    at: datetime | None = None
    by: str = ""
    language: str | None = None
    witness: str | None = None
    edition: int | None = None


def standing(session: Session, ticket: Ticket) -> list[Agreed]:
    """Each question with its latest answer, in the order in which they are asked."""
    called = names.of_staff(session)
    latest = {row.ask: row for row in _rows(session, ticket.id)}
    return [
        Agreed(
            ask,
            row.said.value,
            row.how.value,
            row.at,
            called.get(row.by, ""),
            row.language,
            row.witness,
            row.edition,
        )
        if (row := latest.get(ask))
        else Agreed(ask)
        for ask in Ask
    ]


def said(session: Session, ticket_id: int, ask: Ask) -> str:
    """The latest answer to one question. Needs no key."""
    latest = [row for row in _rows(session, ticket_id) if row.ask is ask]
    return latest[-1].said.value if latest else NOT_ASKED


def live_edition(session: Session, ticket_id: int) -> int | None:
    """The edition of the plan for which there is a consent to contact right now; None: there is none (I19)."""
    latest = [row for row in _rows(session, ticket_id) if row.ask is Ask.CONTACT]
    return latest[-1].edition if latest and latest[-1].said is Said.YES else None


def answer(
    session: Session,
    staff: Staff,
    ticket: Ticket,
    ask: Ask,
    said: Said,
    *,
    language: str | None,
    witness: str = "",
    how: How = How.ASKED,
) -> None:
    """Keep what the person said to a question. Consent to contact is given with a plan, so only its end is said here.

    Raises `Invalid` for a consent to contact without a plan, and for a witness or a language that is not known.
    """
    permissions.require(staff, Action.PLAN)
    if ask is Ask.CONTACT and said is Said.YES:
        raise Invalid({"ask": "Agree on a plan with them: that is their consent to be contacted."})
    if witness and witness not in WITNESSES:
        raise Invalid({"witness": "Choose who else was there, or nobody."})
    if language is not None and language not in room.response(session).languages:
        raise Invalid({"language": "Choose the language in which you asked."})
    keep(session, staff, ticket, ask, said, how=how, language=language, witness=witness)
    events.record(session, ticket, "consent", actor=events.by(staff), detail=f"{ask.value} {said.value}")


def withdraw(session: Session, staff: Staff, ticket: Ticket, ask: Ask) -> None:
    """It counts no more from this moment: what waits to go out is held in the same transaction (R15)."""
    answer(session, staff, ticket, ask, Said.WITHDRAWN, language=None)


def to_contact(
    session: Session, staff: Staff, ticket: Ticket, edition: int, *, agreed: bool, how: How, witness: str = ""
) -> None:
    """What was said of contact, with the plan that it is for."""
    if witness and witness not in WITNESSES:
        raise Invalid({"witness": "Choose who else was there, or nobody."})
    word = Said.YES if agreed else Said.NO
    language = ticket.language
    keep(session, staff, ticket, Ask.CONTACT, word, how=how, language=language, witness=witness, edition=edition)


def keep(
    session: Session,
    staff: Staff,
    ticket: Ticket,
    ask: Ask,
    said: Said,
    *,
    how: How,
    language: str | None,
    witness: str,
    edition: int | None = None,
) -> None:
    """Keep one answer, as whoever met the person wrote it down; nothing is asked of their role."""
    session.add(
        Consent(
            ticket_id=ticket.id,
            ask=ask,
            said=said,
            how=how,
            at=clock.now(),
            by=staff.id,
            language=language,
            response_version=room.response(session).version,
            edition=edition,
            witness=witness or None,
        )
    )
    session.flush()
    if ask is Ask.CONTACT:
        walls.hold_replies(session, ticket)  # what was written on other terms goes out no more


def _rows(session: Session, ticket_id: int) -> list[Consent]:
    found = sa.select(Consent).where(Consent.ticket_id == ticket_id).order_by(Consent.at, Consent.id)
    return list(session.scalars(seen(found)))
