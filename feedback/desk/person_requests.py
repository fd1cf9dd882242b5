"""What people ask about what is held of them: to see, correct or have it erased; by code or on a ticket that was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.contract import ChannelName, Inbound
from feedback import clock
from feedback.desk import (
    consents,
    events,
    forgetting,
    handling,
    intake,
    permissions,
    reading,
    returning,
    room,
    throttle,
)
from feedback.desk.openings import Opening
from feedback.desk.permissions import Action
from feedback.desk.views import Entry, Row
from feedback.desk.visibility import seen, visible, visible_tickets
from feedback.errors import Invalid, NotAllowed, NotFound, WrongState, filled
from feedback.models.reply import NoteKind
from feedback.models.right import DataRequest, Ground, Proof, Right
from feedback.models.staff import Staff
from feedback.models.ticket import Status, Ticket

ASKS_IN_TEN_MINUTES = 20
TAKEN = "data request"
HEARD = frozenset({"message", "transcript", "recording", "reply", "visit", "answered", "correction", "taken_out"})
"""What a person may hear of their ticket: what they said and what was said to them, never colleagues' notes."""

REFUSALS = frozenset(Ground) - {Ground.DONE}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that is open. `ticket`, `code`, `wall`: of the ticket it is about."""

    reference: str
    ticket: str
    code: str | None
    wall: str | None
    right: str
    proof: str
    at: datetime
    due_at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the desk holds that this person may be told: the codes, the thread without colleagues' notes, the consents."""

    request: Waiting
    row: Row
    thread: tuple[Entry, ...]
    facts: Mapping[str, str]  # what a form said beside the words
    agreed: tuple[consents.Agreed, ...]
    address: str | None  # masked: they know it
    opening: Opening | None  # of a sealed ticket
    held: bool
    second: bool  # whoever took it in may not decide it alone


def ask(session: Session, staff: Staff, said: str, *, right: str, proof: str, terms: str = "") -> None:
    """Take a request in by a code. Whatever stands behind the code, and if nothing does, it looks the same (decision 8).

    With `terms`, when and how the person may be reached goes to the ticket's owner; for an unknown code to screening.
    Raises `Invalid`, and `WrongState` when a desk asks too often.
    """
    permissions.require(staff, Action.CODE)
    asked = _checked(right, proof)
    if len(terms) > handling.LONGEST_NOTE:
        raise Invalid({"terms": filled("This is too long: at most %(most)s characters.", most=handling.LONGEST_NOTE)})
    throttle.count(session, "code", str(staff.id), most=ASKS_IN_TEN_MINUTES)
    ticket = returning.find(session, said)
    events.record(session, None, TAKEN, actor=events.by(staff), detail=asked[0].value)
    if ticket is not None:
        _open(session, staff, ticket, *asked)
        if not terms.strip() or returning.keep_terms(session, staff, ticket, terms.strip()):
            return
    text = f"{said}: {asked[0].value} ({asked[1].value}) {terms}".strip()
    unknown = Inbound("in-person", f"request-{uuid4().hex}", ChannelName.IN_PERSON, clock.now(), text=text)
    intake.receive(session, [unknown], entered_by=staff.id)


def ask_on(session: Session, staff: Staff, ticket: Ticket, *, right: str, proof: str) -> None:
    """Take a request in on a ticket that this person found."""
    permissions.require(staff, Action.CODE)
    _open(session, staff, ticket, *_checked(right, proof))


def waiting(session: Session, staff: Staff) -> list[Waiting]:
    """Open requests on tickets that this person may see, the one that is due first on top."""
    found = _mine(staff).where(DataRequest.settled_at.is_(None)).order_by(DataRequest.due_at, DataRequest.id)
    return [_waiting(*row) for row in session.execute(seen(found)).all()]


def count(session: Session, staff: Staff) -> int:
    """How many wait for those who may settle them; of tickets that this person may see."""
    if not permissions.may(staff, Action.SETTLE):
        return 0
    open_ = sa.select(sa.func.count()).select_from(DataRequest).join(Ticket, Ticket.id == DataRequest.ticket_id)
    return session.scalar(seen(open_.where(visible(staff), DataRequest.settled_at.is_(None)))) or 0


def overdue(session: Session) -> int:
    """How many were to be settled by now and are not. For the doctor, who counts and sees no ticket."""
    late = sa.and_(DataRequest.settled_at.is_(None), DataRequest.due_at < clock.now())
    return session.scalar(sa.select(sa.func.count()).select_from(DataRequest).where(late)) or 0


def sheet(session: Session, staff: Staff, reference: str) -> Sheet:
    """What may be read to the person of one request. Opening a sealed ticket is recorded first (I30). Raises `NotFound`.

    It is of the request's ticket alone: a number may be shared, so other tickets from it are not theirs (story 4).
    """
    permissions.require(staff, Action.SETTLE)
    request, ticket = _find(session, staff, reference)
    view = reading.view(session, staff, ticket)
    taker = session.scalars(sa.select(Staff).where(Staff.id == request.taken_by)).one()
    return Sheet(
        request=_waiting(request, ticket, taker),
        row=view.row,
        thread=tuple(entry for entry in view.thread if entry.kind in HEARD and entry.state != "note"),
        facts=view.facts,
        agreed=tuple(one for one in consents.standing(session, ticket) if one.said != consents.NOT_ASKED),
        address=view.address,
        opening=view.opening,
        held=ticket.held,
        second=_takes_two(request, ticket) and request.taken_by == staff.id,
    )


def told(session: Session, staff: Staff, reference: str) -> None:
    """They have seen or heard what is held."""
    request, ticket = _to_settle(session, staff, reference, Right.SEE)
    _settle(session, staff, request, ticket, Ground.DONE)


def correct(session: Session, staff: Staff, reference: str, words: str) -> None:
    """Put what they say is right beside what was said; the original stays until its time is over."""
    request, ticket = _to_settle(session, staff, reference, Right.CORRECT)
    words = words.strip()
    if not words:
        raise Invalid({"words": "Write what is right, in their words."})
    if len(words) > handling.LONGEST_NOTE:
        raise Invalid({"words": filled("This is too long: at most %(most)s characters.", most=handling.LONGEST_NOTE)})
    handling.add_note(session, ticket, words, kind=NoteKind.CORRECTION, author=staff)
    _settle(session, staff, request, ticket, Ground.DONE)


def erase(session: Session, staff: Staff, reference: str) -> bool:
    """Forget the ticket. False where a hold stands: then it is refused, and that is recorded.

    Raises `WrongState` for a ticket that is open, `NotAllowed` where the ticket is sensitive and the same person took
    the request in: what accuses somebody is erased by two people, or not at all.
    """
    request, ticket = _to_settle(session, staff, reference, Right.ERASE)
    if ticket.held:
        _settle(session, staff, request, ticket, Ground.HELD)
        return False
    if ticket.status is not Status.CLOSED:
        raise WrongState("This ticket is still worked on. Close it first, with how it ended; then it can be erased.")
    if _takes_two(request, ticket) and request.taken_by == staff.id:
        raise NotAllowed("You took this request in. For a sensitive ticket a second colleague decides.")
    _settle(session, staff, request, ticket, Ground.DONE)
    forgetting.forget(session, ticket, actor=events.by(staff))
    return True


def refuse(session: Session, staff: Staff, reference: str, ground: str) -> None:
    """It is not done, for a coded reason."""
    permissions.require(staff, Action.SETTLE)
    request, ticket = _find(session, staff, reference)
    chosen = next((one for one in REFUSALS if one == ground), None)
    if chosen is None:
        raise Invalid({"ground": "Say why it is not done."})
    _settle(session, staff, request, ticket, chosen)


def _open(session: Session, staff: Staff, ticket: Ticket, right: Right, proof: Proof) -> None:
    """One request of a kind is open on a ticket at a time. Without proof it is closed at once, but the owner sees it."""
    now = clock.now()
    same = sa.select(DataRequest.id).where(DataRequest.ticket_id == ticket.id, DataRequest.right == right)
    if session.scalar(seen(same.where(DataRequest.settled_at.is_(None)))) is not None:
        return
    request = DataRequest(
        ticket_id=ticket.id,
        right=right,
        proof=proof,
        at=now,
        due_at=now + timedelta(days=room.request_days(session)),
        taken_by=staff.id,
    )
    session.add(request)
    events.record(session, ticket, TAKEN, actor=events.by(staff), detail=f"{right} {proof}")
    if proof is Proof.NOT_SHOWN:
        _settle(session, staff, request, ticket, Ground.NOT_SHOWN)


def _settle(session: Session, staff: Staff, request: DataRequest, ticket: Ticket, ground: Ground) -> None:
    request.settled_at, request.settled_by, request.ground = clock.now(), staff.id, ground
    events.record(session, ticket, Action.SETTLE, actor=events.by(staff), detail=f"{request.right} {ground}")


def _takes_two(request: DataRequest, ticket: Ticket) -> bool:
    return request.right is Right.ERASE and ticket.compartment is not None


def _to_settle(session: Session, staff: Staff, reference: str, right: Right) -> tuple[DataRequest, Ticket]:
    permissions.require(staff, Action.SETTLE)
    request, ticket = _find(session, staff, reference)
    if request.right is not right:
        raise WrongState("This is not what they asked for.")
    return request, ticket


def _find(session: Session, staff: Staff, reference: str) -> tuple[DataRequest, Ticket]:
    found = sa.select(DataRequest).where(DataRequest.reference == reference).with_for_update()
    request = session.scalars(seen(found)).one_or_none()
    ticket = None
    if request is not None:
        ticket = session.scalars(visible_tickets(staff).where(Ticket.id == request.ticket_id)).one_or_none()
    if request is None or ticket is None:
        raise NotFound
    if request.settled_at is not None:
        raise WrongState("A colleague was quicker: this is done.")
    return request, ticket


def _mine(staff: Staff) -> sa.Select[DataRequest, Ticket, Staff]:
    both = sa.select(DataRequest, Ticket, Staff).join(Ticket, Ticket.id == DataRequest.ticket_id)
    return both.join(Staff, Staff.id == DataRequest.taken_by).where(visible(staff))


def _waiting(request: DataRequest, ticket: Ticket, taker: Staff) -> Waiting:
    return Waiting(
        reference=request.reference,
        ticket=ticket.reference,
        code=ticket.code,
        wall=ticket.compartment,
        right=request.right.value,
        proof=request.proof.value,
        at=request.at,
        due_at=request.due_at,
        by=taker.name,
    )


def _checked(right: str, proof: str) -> tuple[Right, Proof]:
    wanted = next((one for one in Right if one == right), None)
    shown = next((one for one in Proof if one == proof), None)
    missing = {} if wanted else {"right": "Say what they ask."}
    if shown is None:
        missing["proof"] = "Say how you know that it is their matter."
    if wanted is None or shown is None:
        raise Invalid(missing)
    return wanted, shown
