"""Those who sign in: added, changed, let go; their passwords and one-time codes (decision 16)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence

import pyotp
import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import compartments, events, handover, permissions, room, sessions, unlocking, visibility
from feedback.desk.guessable import guessable
from feedback.desk.permissions import Action
from feedback.errors import Invalid, NotAllowed, NotFound, filled
from feedback.models.base import new_id
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket

SHORTEST = 12
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")


def add(
    session: Session,
    *,
    login: str,
    name: str,
    role: Role,
    password: str,
    by: Staff | None = None,
    agency: str | None = None,
    places: Sequence[str] = (),
    sectors: Sequence[str] = (),
    agencies: Sequence[str] = (),
    clearances: Sequence[str] = (),
    language: str = "en",
    totp: str | None = None,
) -> tuple[Staff, str]:
    """Add a person; returns them and the seed of their one-time codes (base32), shown once. `by` None: a command.

    Raises `Invalid`, naming each field that needs mending.
    """
    if by is not None:
        permissions.require(by, Action.TEAM)
        if clearances:
            raise NotAllowed("Clearances are not given on this page.")
    response = room.response(session)
    wrong = _wrong_password(password, login, name)
    if not _LOGIN.fullmatch(login):
        wrong["login"] = "Use 2 to 64 small letters, digits, dots or hyphens."
    elif session.scalar(sa.select(Staff.id).where(Staff.login == login)) is not None:
        wrong["login"] = "This name is taken."
    if not name.strip():
        wrong["name"] = "Write the name that colleagues know."
    for field, chosen, known in (
        ("places", places, response.places),
        ("sectors", sectors, response.sectors),
        ("agencies", [*agencies, *([agency] if agency else [])], response.agencies),
        ("clearances", clearances, response.compartments),
    ):
        if any(code not in known for code in chosen):
            wrong[field] = "Choose from the list."
    if clearances and not permissions.may_hold(role) and role is not Role.AUDITOR:
        wrong["clearances"] = "Nobody of this role passes a wall."
    if role is Role.PARTNER and not agency:
        wrong["agency"] = "Choose the agency: a partner sees its tickets and no others."
    if wrong:
        raise Invalid(wrong)
    staff_id, seed = new_id(), totp or pyotp.random_base32()
    staff = Staff(
        id=staff_id,
        login=login,
        name=name.strip()[:80],
        role=role,
        agency=agency,
        places=sorted(response.within(places)),  # a camp's people see its blocks, an upazila's its camps
        sectors=list(sectors),
        agencies=list(agencies),
        clearances=list(clearances),
        language=language,
        totp=room.vault(session).seal_secret(staff_id, seed.encode()),
        totp_last=0,
        active=True,
        created_at=clock.now(),
    )
    unlocking.own_key(staff, unlocking.set_password(staff, password))
    session.add(staff)
    actor = events.by(by) if by else events.part("command")
    events.record(session, None, "add staff", actor=actor, detail=f"{role.value} staff:{staff_id}")
    return staff, seed


def change_password(session: Session, staff: Staff, old: str, new: str) -> None:
    """Change one's own password; all other sessions end. Raises `Invalid`."""
    before = unlocking.derive(staff, old)
    if not before.proves(staff.verifier):
        raise Invalid({"old": "This is not your password."})
    wrong = _wrong_password(new, staff.login, staff.name)
    if wrong:
        raise Invalid({"new": wrong["password"]})
    private = unlocking.own_key(staff, before)
    unlocking.rewrap(staff, private, unlocking.set_password(staff, new))
    sessions.end_all(session, staff)
    events.record(session, None, "password", actor=events.by(staff))


def deactivate(session: Session, by: Staff, reference: str, *, compromised: bool = False) -> None:
    """Let a person go: their sessions end at once (I15). Nobody deactivates themselves. Raises `NotFound`.

    The last holder of a key is not let go, unless their account is `compromised`: then a key without a holder, which two
    recovery parts give another one, is the lesser harm. It is an event and an alarm.
    """
    permissions.require(by, Action.TEAM)
    staff = find(session, reference)
    if staff.id == by.id:
        raise NotAllowed("Ask a colleague: nobody deactivates themselves.")
    compartments.one_at_a_time(session)
    if not compromised:
        handover.check(session, staff)
    staff.active = False
    sessions.end_all(session, staff)
    verb = "suspend" if compromised else "deactivate"
    events.record(session, None, verb, actor=events.by(by), detail=f"staff:{staff.id}")
    session.flush()
    for compartment in handover.without_holder(session) if compromised else ():
        events.record(session, None, "no holder", actor=events.by(by), detail=compartment)


def colleagues(session: Session, staff: Staff, ticket: Ticket) -> list[Staff]:
    """To whom this ticket can be given: everyone who may see it, oneself first."""
    active = session.scalars(sa.select(Staff).where(Staff.active).order_by(Staff.name)).all()
    readers = [one for one in active if permissions.may(one, Action.READ)]
    may = visibility.who_may_see(session, ticket, readers)
    return sorted(may, key=lambda one: one.id != staff.id)


def find(session: Session, reference: str) -> Staff:
    """The person with this reference. Raises `NotFound`."""
    staff = session.scalars(sa.select(Staff).where(Staff.reference == reference)).one_or_none()
    if staff is None:
        raise NotFound
    return staff


def read_in(session: Session, staff: Staff, language: str) -> None:
    """The person reads the desk in this language from now on. Raises `Invalid` for one that the desk does not speak."""
    known = room.response(session).languages.get(language)
    if known is None or not known.interface:
        raise Invalid({"language": "Choose from the list."})
    staff.language = language
    events.record(session, None, "language", actor=events.by(staff), detail=language)


def first_password() -> str:
    """A password that can be read out and typed, of about 50 bits; the person changes it."""
    syllables = [secrets.choice("bdfghjklmnprstvz") + secrets.choice("aeiou") for _ in range(8)]
    return "-".join("".join(syllables[i : i + 2]) for i in range(0, 8, 2))


def team(session: Session, staff: Staff) -> list[Staff]:
    """Everyone who may sign in or once could."""
    permissions.require(staff, Action.TEAM)
    return list(session.scalars(sa.select(Staff).order_by(Staff.active.desc(), Staff.name)))


def _wrong_password(password: str, *about: str) -> dict[str, str]:
    if len(password) < SHORTEST:
        return {
            "password": filled(
                "Use at least %(least)s characters; several words are easiest to remember.", least=SHORTEST
            )
        }
    if len(password) > 256:
        return {"password": "Use at most 256 characters."}
    if guessable(password, about):
        return {"password": "This is too easy to guess."}
    return {}
