"""What was forgotten, as lines without words that are kept beside the backups: a restore forgets it again (I29)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import events, forgetting, lifecycle, redacting, sealing
from feedback.desk.permissions import Action
from feedback.desk.visibility import seen
from feedback.models.right import Reason, Redaction
from feedback.models.ticket import Outcome, Status, Ticket

STRIP, FORGET, FADE, PART = "strip", "forget", "fade", "part"
_ACTOR = events.part("restore")
_NONE_OF_OURS = "There is a line that is none of ours; nothing was done."
_DONE = {STRIP: Ticket.stripped_at, FORGET: Ticket.forgotten_at, FADE: Ticket.faded_at}


class BadLine(Exception):  # noqa: N818
    """A line is none of ours; nothing was done. The text says which."""


def lines(session: Session) -> set[str]:
    """Everything that was forgotten, a line each: the verb, the ticket's random reference, and codes."""
    found = set()
    for verb, at in _DONE.items():
        done = sa.select(Ticket.reference, Ticket.outcome).where(at.is_not(None))
        found |= {f"{verb} {ref} {outcome or ''}".strip() for ref, outcome in session.execute(done)}
    parts = sa.select(Ticket.reference, Redaction).join(Redaction, Redaction.ticket_id == Ticket.id)
    found |= {f"{PART} {ref} {one.kind} {one.row_id} {one.reason}" for ref, one in session.execute(parts)}
    return found


def again(session: Session, kept: Iterable[str]) -> int:
    """Do once more what these lines say, where it is not done; to how many tickets. Raises `BadLine`.

    Tickets that this database does not know came after the backup. A part of a ticket that nobody's password has opened
    is overwritten, and whoever opens that ticket first gives it a fresh key (`owing`).
    """
    try:
        return sum(_again(session, *line) for line in _read(kept))
    except (ValueError, KeyError):  # a code that is none of ours
        raise BadLine(_NONE_OF_OURS) from None


def _again(session: Session, verb: str, reference: str, rest: list[str]) -> bool:
    ticket = session.scalars(sa.select(Ticket).where(Ticket.reference == reference)).one_or_none()
    if ticket is None:
        return False
    if verb == PART:
        return _part_again(session, ticket, *rest)
    if getattr(ticket, _DONE[verb].key) is not None:
        return False
    if rest and ticket.status is not Status.CLOSED:
        lifecycle.move(session, ticket, Action.CLOSE, actor=_ACTOR, outcome=Outcome(rest[0]))
    step = {STRIP: forgetting.strip, FORGET: forgetting.forget, FADE: forgetting.fade}[verb]
    step(session, ticket, actor=_ACTOR)
    session.flush()
    return True


def _part_again(session: Session, ticket: Ticket, kind: str, row: str, reason: str) -> bool:
    known = sa.select(Redaction).where(Redaction.ticket_id == ticket.id, Redaction.row_id == int(row))
    if ticket.forgotten_at is not None or session.scalars(seen(known.where(Redaction.kind == kind))).first():
        return False
    redacting.blank(session, ticket, kind, int(row))
    now = clock.now()
    opens = ticket.id in sealing.keys(session, [ticket.id])
    done = {"said_at": ticket.created_at, "at": now, "reason": Reason(reason), "owed": not opens}
    session.add(Redaction(ticket_id=ticket.id, kind=kind, row_id=int(row), **done))
    if opens:
        redacting.renew(session, ticket)
    events.record(session, ticket, Action.REDACT, actor=_ACTOR, detail=f"{kind} {reason}")
    return True


def _read(kept: Iterable[str]) -> Iterator[tuple[str, str, list[str]]]:
    wanted = {STRIP: (2, 3), FORGET: (2, 3), FADE: (2, 3), PART: (5,)}
    order = {PART: 0, FORGET: 1, STRIP: 2, FADE: 3}
    split = [line.split() for line in kept if line.strip()]
    for words in split:
        if len(words) not in wanted.get(words[0], ()):
            raise BadLine(_NONE_OF_OURS)
    for words in sorted(split, key=lambda words: order[words[0]]):
        yield words[0], words[1], words[2:]
