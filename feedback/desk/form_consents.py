"""What a form about something serious says of consent, and of how somebody may be reached: kept as consents and a plan (R15)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from feedback.desk import consents, events, plans, room
from feedback.desk.form_facts import LONGEST_TERMS, Agreed, Filled, Way
from feedback.desk.plans import Terms
from feedback.models.plan import Ask, How, Said
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket

_SAID = {Agreed.YES: Said.YES, Agreed.NO: Said.NO}


def keep(session: Session, staff: Staff, ticket: Ticket, filled: Filled) -> None:
    """Keep them while the desk still opens the ticket: with it they go behind its wall. Other forms keep theirs as facts.

    Their own words on when and how are the plan as it stands: they allow no way by themselves, so that nothing goes out
    before somebody cleared has read them and agreed on hours (decision 7b, I19).
    """
    if filled.way is not Way.SERIOUS:
        return
    language = filled.language if filled.language in room.response(session).languages else None
    for ask, answer in ((Ask.RECORD, filled.record), (Ask.REFER, filled.refer)):
        if answer in _SAID:
            consents.keep(session, staff, ticket, ask, _SAID[answer], how=How.ASKED, language=language, witness="")
    edition = None
    if filled.contact is Agreed.YES and as_plan(filled):
        terms = Terms(language=language or "", where=filled.terms.strip())
        edition = plans.write(session, staff, ticket, terms).edition
        events.record(session, ticket, "plan", actor=events.by(staff), detail=How.OWN_WORDS.value)
    if filled.contact is Agreed.NO or edition is not None:
        said, how = _SAID[filled.contact], How.OWN_WORDS if edition else How.ASKED
        consents.keep(
            session, staff, ticket, Ask.CONTACT, said, how=how, language=language, witness="", edition=edition
        )


def as_plan(filled: Filled) -> bool:
    """Do their words fit a plan? Longer ones stay beside the text, where they are read too."""
    return filled.way is Way.SERIOUS and 0 < len(filled.terms.strip()) <= LONGEST_TERMS
