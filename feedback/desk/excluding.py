"""Naming who is accused, which excludes them from that commit on, and passing a ticket on (decision 15, I13)."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from classifier.text import normalize
from feedback import clock
from feedback.desk import compartments, conflicts, events, permissions, resealing, room, sealing, visibility, walls
from feedback.desk.conflicts import UNKNOWN
from feedback.desk.intake_rows import SCREENING
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen
from feedback.errors import Invalid, NotAllowed, WrongState
from feedback.models.message import Message
from feedback.models.review import Link, Recusal
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket
from feedback.responses.neutral import listed

ABOUT_CONDUCT = frozenset({"T2-C", "T3-S"})
"""The tiers whose texts say who is accused; elsewhere a name is where it happened, or who runs the service."""

NOBODY = "Nobody would be left to read it. An independent focal point has to be named first."


def name(
    session: Session, staff: Staff, ticket: Ticket, *, agency: str | None = None, person: Staff | None = None
) -> None:
    """Say who is accused: an agency, `UNKNOWN`, or a colleague, whose agency is meant with them (R13).

    With this commit they, those above them and their agency's accounts see nothing of it, and hold no key that opens
    it. Raises `Invalid` for nobody, `WrongState` in the open or where nobody would be left.
    """
    permissions.require(staff, Action.SUBJECT)
    if ticket.compartment in (None, SCREENING):
        raise WrongState("In the open nobody is accused. Say first what kind of sensitive matter it is.")
    agency = agency or (person.agency if person else None)
    if agency is None and person is None:
        raise Invalid({"subject": "Choose who is accused, or that it is not known."})
    if agency is not None and agency != UNKNOWN and agency not in room.response(session).agencies:
        raise Invalid({"subject": "Choose an agency from the list."})
    _set(session, ticket, agency, person.id if person else None, by=staff.id)
    events.record(session, ticket, "subject", actor=events.by(staff), detail="named")


def propose(session: Session, ticket: Ticket, key: bytes, wall: str) -> None:
    """A machine's proposal, where a text about conduct names an agency, before its ticket is sealed behind this wall.

    It excludes at once until a person says that it is right or wrong. Several agencies: nobody knows which.
    """
    if conflicts.named(ticket) or ticket.tier not in ABOUT_CONDUCT:
        return
    agencies = _agencies_in(session, ticket, key)
    if not agencies:
        return
    several = len(agencies) > 1 and bool(conflicts.independents(session))
    if _set_before(session, ticket, UNKNOWN if several else agencies[0], wall, by=None):
        events.record(session, ticket, "subject", actor=events.part("triage"), detail="proposed")


def as_told(session: Session, staff: Staff, ticket: Ticket, agency: str, wall: str) -> None:
    """Whoever enters a report says who is accused, before it is sealed behind this wall. Empty: that was not said."""
    if agency and _set_before(session, ticket, agency, wall, by=staff.id):
        events.record(session, ticket, "subject", actor=events.by(staff), detail="named")


def confirm(session: Session, staff: Staff, ticket: Ticket) -> None:
    """A person says that the machine named the right one."""
    permissions.require(staff, Action.SUBJECT)
    if not conflicts.named(ticket) or ticket.subject_by is not None:
        raise WrongState("There is no proposal here any more.")
    ticket.subject_by = staff.id
    events.record(session, ticket, "subject", actor=events.by(staff), detail="confirmed")


def clear(session: Session, staff: Staff, ticket: Ticket) -> None:
    """Nobody is accused after all. What a person said takes another person to take back."""
    permissions.require(staff, Action.SUBJECT)
    if not conflicts.named(ticket):
        raise WrongState("Nobody stands accused here any more.")
    if ticket.subject_by == staff.id:
        raise NotAllowed("You named them: a second colleague has to take it back.")
    _set(session, ticket, None, None, by=None)
    events.record(session, ticket, "subject", actor=events.by(staff), detail="taken back")


def pass_on(session: Session, staff: Staff, ticket: Ticket) -> None:
    """ "I know this person": it is somebody else's from now on, and nobody asks why. Raises `WrongState` for the last one."""
    permissions.require(staff, Action.PASS_ON)
    session.add(Recusal(ticket_id=ticket.id, staff_id=staff.id, at=clock.now()))
    if ticket.assigned_to == staff.id:
        ticket.assigned_to = None
    events.record(session, ticket, Action.PASS_ON, actor=events.by(staff))
    session.flush()
    if not _left(session, ticket):
        raise WrongState("You are the only one who may see it. Let another colleague in first, then pass it on.")


def colleague(session: Session, login: str) -> Staff:
    """Whoever signs in with this name, also if they do no more. Raises `Invalid`."""
    found = session.scalars(sa.select(Staff).where(Staff.login == login)).one_or_none()
    if found is None:
        raise Invalid({"person": "Nobody here signs in with this name. Choose the agency instead."})
    return found


def linked(session: Session, ticket: Ticket) -> list[Ticket]:
    """The assistance tickets of a report: who is accused there is excluded here too (story 19)."""
    found = sa.select(Ticket).join(Link, Link.assistance_id == Ticket.id).where(Link.report_id == ticket.id)
    return list(session.scalars(seen(found)))


def _agencies_in(session: Session, ticket: Ticket, key: bytes) -> list[str]:
    """The agencies whose name or code stands in what was said."""
    words = seen(sa.select(Message).where(Message.ticket_id == ticket.id, Message.words.is_not(None)))
    said = "\n".join(sealing.unseal(key, Message, "words", one.id, one.words) for one in session.scalars(words))
    names = {
        code: listed([normalize(code.replace("-", " ")), normalize(agency.name.partition(" (")[0])])
        for code, agency in room.response(session).agencies.items()
    }
    return [code for code, spelt in names.items() if spelt.found_in(said)]


def _set(session: Session, ticket: Ticket, agency: str | None, person: int | None, *, by: int | None) -> None:
    for one in (ticket, *linked(session, ticket)):
        one.subject, one.subject_staff, one.subject_by = agency, person, by
        session.flush()
        walls.let_go_of(session, one)
        if not _left(session, one):
            raise WrongState(NOBODY)
        reseal(session, one)


def follow(session: Session, compartment: str) -> None:
    """Bring the seals of accusing tickets, and of help beside a report, in step with the holders of their compartment, as far
    as this session opens them."""
    of_help = sa.exists().where(Link.assistance_id == Ticket.id)
    accusing = sa.or_(Ticket.subject.is_not(None), Ticket.subject_staff.is_not(None), of_help)
    found = sa.select(Ticket).where(Ticket.compartment == compartment, accusing, Ticket.forgotten_at.is_(None))
    for ticket in session.scalars(seen(found)).all():
        reseal(session, ticket)


def reseal(session: Session, ticket: Ticket) -> None:
    """A fresh key for those who are left, if this session opens the old one; else what was wrapped for others goes now,
    and whoever of those left opens it next gives it the fresh key."""
    old = sealing.keys(session, [ticket.id]).get(ticket.id)
    if old is None:
        resealing.shut_out(session, ticket)
    elif not resealing.sealed_already(session, ticket):
        walls.index_contact(session, ticket, resealing.reseal(session, ticket, old))


def _set_before(session: Session, ticket: Ticket, agency: str, wall: str, *, by: int | None) -> bool:
    """Set the subject before sealing; not where nobody at all would be left to read it."""
    ticket.subject, ticket.subject_by = agency, by
    people = [*(compartments.holders(session, wall) or _cleared(session, wall)), *conflicts.independents(session)]
    if not {person.id for person in people} - conflicts.excluded(session, ticket, people):
        ticket.subject = ticket.subject_by = None
        return False
    return True


def _cleared(session: Session, wall: str) -> list[Staff]:
    return [one for one in session.scalars(sa.select(Staff).where(Staff.active)) if wall in one.clearances]


def _left(session: Session, ticket: Ticket) -> list[Staff]:
    """Those who may see it now."""
    everyone = session.scalars(sa.select(Staff).where(Staff.active)).all()
    return visibility.who_may_see(session, ticket, everyone)
