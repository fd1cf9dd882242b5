"""Closing the loop, the part of machines: claim, hand over, fail, and the provider's receipts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.contract import Delivery, Envelope, Fate, Receipt, SendFailed
from feedback import clock
from feedback.desk import contacts, envelopes, events, lifecycle, outbound, replies, sealing, silence
from feedback.desk.permissions import Action
from feedback.errors import Locked
from feedback.models.reply import ReceiptRow, Reply, ReplyState
from feedback.models.ticket import Status, Ticket

CLAIM_FOR = timedelta(seconds=10)
"""A claim is good for so long; a machine that needs longer claims again (rule 9 of security.md)."""

STUCK_AFTER = timedelta(seconds=60)
"""A reply that is still being sent after this was left by a crash: the provider may have it."""

TRIES = (timedelta(seconds=20), timedelta(seconds=60), timedelta(minutes=3))
"""Waits before the second, third and fourth try."""

AGAIN_FOR = timedelta(minutes=10)
"""A reply has an end so long after its first try: sent, failed or a task for a person (I5)."""

_MOST = {Fate.LATER: len(TRIES), Fate.ONCE_MORE: 1}
"""How often a failed reply goes out again, by what the provider says of the failure."""

_RANK = {ReplyState.QUEUED: 0, ReplyState.SENDING: 1, ReplyState.UNKNOWN: 1, ReplyState.SENT: 2}
_NEWS = {Delivery.SENT: ReplyState.SENT, Delivery.DELIVERED: ReplyState.DELIVERED, Delivery.FAILED: ReplyState.FAILED}
_ACTOR = events.part("delivery")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A reply in hand: which adapter sends what."""

    reply_id: int
    adapter: str
    envelope: Envelope


def claim(session: Session, *, limit: int = 20) -> list[Claimed]:
    """Take queued replies in hand, reading again whether each may still go out: open ticket, number not silent (I19)."""
    now = clock.now()
    due = (
        sa.select(Reply, Ticket)
        .join(Ticket, Ticket.id == Reply.ticket_id)
        .where(Reply.state == ReplyState.QUEUED, Reply.not_before <= now)
        .order_by(Reply.not_before)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = []
    for reply, ticket in session.execute(due).all():
        if ticket.compartment is not None:
            letter = outbound.take(session, reply, ticket, now)
            if letter is not None and reply.adapter is not None:
                first = _in_hand(reply, now)
                envelope = Envelope(_name(reply), letter.address, letter.text, first)
                claimed.append(Claimed(reply.id, reply.adapter, envelope))
            continue
        address = _address(session, ticket)
        if address is not None and silence.among(session, [address]):
            address = None
        if ticket.status is Status.CLOSED:
            reply.state, reply.why, reply.ended_at = ReplyState.RECALLED, "held: the ticket changed", now
        elif address is None or reply.adapter is None:
            reply.state, reply.why = ReplyState.BY_HAND, "cannot be answered on this channel"
        else:
            key = sealing.key(session, ticket.id)
            first = _in_hand(reply, now)
            text = sealing.unseal(key, Reply, "words", reply.id, reply.words)
            envelope = Envelope(_name(reply), address, text, first)
            claimed.append(Claimed(reply.id, reply.adapter, envelope))
    return claimed


def let_go(session: Session, reply_id: int) -> None:
    """A claim grew old before anything was sent: the reply is claimed again, with all that is looked at then."""
    reply, _ = _locked(session, reply_id)
    if reply.state is ReplyState.SENDING:
        reply.state, reply.claimed_until, reply.tries = ReplyState.QUEUED, None, reply.tries - 1


def next_due(session: Session) -> datetime | None:
    """When the next queued reply may go, or None when none waits."""
    return session.scalar(sa.select(sa.func.min(Reply.not_before)).where(Reply.state == ReplyState.QUEUED))


def handed_over(session: Session, reply_id: int, provider_ref: str) -> None:
    """The provider took it. Receipts that came before this are applied now (I6)."""
    reply, ticket = _locked(session, reply_id)
    if reply.provider_ref is None:
        reply.provider_ref = provider_ref
    envelopes.erase(session, [reply_id])
    if _RANK.get(reply.state, 9) < _RANK[ReplyState.SENT]:
        reply.state, reply.claimed_until = ReplyState.SENT, None
        events.record(session, ticket, "sent", actor=_ACTOR)
    early = sa.select(ReceiptRow).where(ReceiptRow.adapter == reply.adapter, ReceiptRow.provider_ref == provider_ref)
    for row in session.scalars(early.order_by(ReceiptRow.at)):
        _advance(session, reply, ticket, row.delivery, row.code, row.fate)


def failed(session: Session, reply_id: int, failure: SendFailed) -> None:
    """The provider did not take it: try again, look it up, or make it a task for a person."""
    reply, ticket = _locked(session, reply_id)
    if reply.state not in (ReplyState.SENDING, ReplyState.UNKNOWN):
        return
    reply.why = failure.why
    if failure.unknown:
        reply.state = ReplyState.UNKNOWN
    else:
        reply.claimed_until = None
        letter = _letter(session, reply, ticket) if failure.fate is Fate.OPTED_OUT else None
        address = letter[0] if letter else None
        _failed(session, reply, ticket, failure.fate, address)


def doubtful(session: Session, *, limit: int = 20) -> list[Claimed]:
    """Replies of which we do not know whether the provider has them; they are looked up before anyone tries again."""
    now = clock.now()
    left = sa.and_(Reply.state == ReplyState.SENDING, Reply.claimed_until < now - STUCK_AFTER + CLAIM_FOR)
    found = sa.select(Reply, Ticket).join(Ticket, Ticket.id == Reply.ticket_id)
    found = found.where(sa.or_(left, Reply.state == ReplyState.UNKNOWN)).limit(limit).with_for_update(skip_locked=True)
    doubted = []
    for reply, ticket in session.execute(found).all():
        reply.state, letter = ReplyState.UNKNOWN, _letter(session, reply, ticket)
        if letter is None or reply.adapter is None:  # gone behind a wall meanwhile: nothing of it can be looked up
            _unknown(session, reply, ticket, AGAIN_FOR)
            continue
        address, text = letter
        since = reply.claimed_until - CLAIM_FOR if reply.claimed_until else reply.queued_at  # of this try
        doubted.append(Claimed(reply.id, reply.adapter, Envelope(_name(reply), address, text, since)))
    return doubted


def not_found(session: Session, reply_id: int) -> None:
    """The provider does not list a doubtful reply. After two minutes it never will: a person decides, no machine (I5)."""
    _unknown(session, *_locked(session, reply_id), timedelta(minutes=2))


def not_told(session: Session, reply_id: int, failure: SendFailed) -> None:
    """The provider could not say whether it has a doubtful reply: it is asked again for ten minutes, if that can help."""
    _unknown(session, *_locked(session, reply_id), AGAIN_FOR if failure.retry else timedelta(0))


def record_receipts(session: Session, receipts: Sequence[Receipt]) -> None:
    """Keep each receipt once, and move its reply forward if we know it yet; never back (I6)."""
    for receipt in receipts:
        known = sa.select(ReceiptRow.id).where(
            ReceiptRow.adapter == receipt.adapter,
            ReceiptRow.provider_ref == receipt.provider_ref,
            ReceiptRow.delivery == receipt.delivery,
        )
        if session.scalar(known) is not None:
            continue
        if receipt.fate is Fate.OPTED_OUT and receipt.address is not None:
            silence.mark(session, receipt.address, receipt.at)
        session.add(
            ReceiptRow(
                adapter=receipt.adapter,
                provider_ref=receipt.provider_ref,
                delivery=receipt.delivery,
                code=receipt.code,
                fate=receipt.fate,
                at=receipt.at,
            )
        )
        found = _reply_of(session, receipt)
        if found is not None:
            _advance(session, *found, receipt.delivery, receipt.code, receipt.fate)


def _reply_of(session: Session, receipt: Receipt) -> tuple[Reply, Ticket] | None:
    """By the provider's reference, else by ours in the hook's address: then the answer to our call was lost."""
    both = sa.select(Reply, Ticket).join(Ticket, Ticket.id == Reply.ticket_id).where(Reply.adapter == receipt.adapter)
    by_theirs = both.where(Reply.provider_ref == receipt.provider_ref).with_for_update()
    found = session.execute(by_theirs).one_or_none()
    if found is None and receipt.reply is not None:
        reference, _, tries = receipt.reply.partition(".")
        ours = sa.and_(Reply.reference == reference, Reply.provider_ref.is_(None))
        ours = sa.and_(ours, Reply.tries == int(tries or 1))  # of this try, not of an earlier one
        by_ours = both.where(ours).with_for_update()
        found = session.execute(by_ours).one_or_none()
        if found is not None and found[0].state in (ReplyState.SENDING, ReplyState.UNKNOWN):
            found[0].provider_ref = receipt.provider_ref
    return found


def _advance(
    session: Session, reply: Reply, ticket: Ticket, delivery: Delivery, code: str | None, fate: Fate | None
) -> None:
    after = _NEWS[delivery]
    if reply.state not in _RANK or _RANK[reply.state] >= _RANK.get(after, 9):
        return
    if after is ReplyState.FAILED:
        reply.why = f"not delivered ({code})" if code else "not delivered"
        _failed(session, reply, ticket, fate or Fate.FINAL, None)
        return
    reply.state, reply.claimed_until = after, None
    if after is ReplyState.DELIVERED:
        reply.ended_at = clock.now()
        replies.close_if_told(session, ticket, reply, actor=_ACTOR)


def _failed(session: Session, reply: Reply, ticket: Ticket, fate: Fate, address: str | None) -> None:
    """Once more after a while where that can help, never later than ten minutes after the first try; else a task."""
    if fate is Fate.OPTED_OUT and address is not None:
        silence.mark(session, address, clock.now())
    may_go_again = ticket.compartment is None or reply.id in envelopes.of_ticket(session, ticket.id)
    if may_go_again and fate in _MOST and 0 < reply.tries <= _MOST[fate]:
        again = clock.now() + TRIES[reply.tries - 1]
        if again <= (reply.first_try_at or reply.queued_at) + AGAIN_FOR:
            reply.state, reply.not_before = ReplyState.QUEUED, again
            reply.claimed_until, reply.provider_ref = None, None
            return
    _fail(session, reply, ticket)


def _unknown(session: Session, reply: Reply, ticket: Ticket, patience: timedelta) -> None:
    since = reply.first_try_at or reply.queued_at
    if reply.state is ReplyState.UNKNOWN and clock.now() - since > patience:
        reply.why = "not known whether it went out"
        _fail(session, reply, ticket)


def _name(reply: Reply) -> str:
    """Our reference of this try, so that a late receipt of an earlier one is not taken for it."""
    return reply.reference if reply.tries <= 1 else f"{reply.reference}.{reply.tries}"


def _fail(session: Session, reply: Reply, ticket: Ticket) -> None:
    """A reply that did not arrive is work for a person, never a told one (story 16)."""
    reply.state, reply.claimed_until = ReplyState.FAILED, None
    envelopes.erase(session, [reply.id])
    if ticket.status is Status.ANSWERED:
        lifecycle.move(session, ticket, Action.FAIL, actor=_ACTOR)
    else:
        events.record(session, ticket, Action.FAIL, actor=_ACTOR)


def _locked(session: Session, reply_id: int) -> tuple[Reply, Ticket]:
    both = sa.select(Reply, Ticket).join(Ticket, Ticket.id == Reply.ticket_id).where(Reply.id == reply_id)
    reply, ticket = session.execute(both.with_for_update()).one()
    return reply, ticket


def _in_hand(reply: Reply, now: datetime) -> datetime:
    """A machine has it; since when the first try was."""
    reply.state, reply.claimed_until, reply.tries = ReplyState.SENDING, now + CLAIM_FOR, reply.tries + 1
    reply.first_try_at = reply.first_try_at or now
    return reply.first_try_at


def _letter(session: Session, reply: Reply, ticket: Ticket) -> tuple[str, str] | None:
    """Address and text of a reply as a machine may open them: of a sensitive ticket, from what is held for it alone."""
    held = envelopes.held(session, reply)
    if held is not None:
        return held.letter.address, held.letter.text
    address = _address(session, ticket)
    if address is None:
        return None
    return address, sealing.unseal(sealing.key(session, ticket.id), Reply, "words", reply.id, reply.words)


def _address(session: Session, ticket: Ticket) -> str | None:
    """Where a reply goes, or None where there is nowhere, or nothing of it that a machine may open."""
    try:
        return contacts.address(session, ticket)
    except Locked:
        return None
