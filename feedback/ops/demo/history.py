"""What happened before a demo began: invented tickets, made by the desk's own verbs at the times they tell of."""

from __future__ import annotations

import re
import secrets
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.contract import ChannelName, Delivery, Inbound, Media, Receipt
from channels.sandbox import sounds
from classifier.suggest import suggest_many
from feedback import clock
from feedback.desk import delivery, entry, handling, intake, quarantine, recordings, replies, room, screening, triage
from feedback.models.reply import NoteKind, Purpose, Reply
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket

FILES = ("tickets.toml", "sensitive.toml")
AFTER = {
    "screen": timedelta(minutes=4),
    "title": timedelta(minutes=6),
    "assign": timedelta(minutes=20),
    "note": timedelta(minutes=50),
    "answer": timedelta(hours=3),
    "question": timedelta(hours=1),
    "delivered": timedelta(seconds=20),
    "failed": timedelta(seconds=40),
    "told": timedelta(hours=5),
    "visit": timedelta(hours=9),
    "close": timedelta(minutes=2),
}
"""How long after the step before each step was done."""

_CHANNELS = {"sms": "twilio-sms", "hotline": "twilio-voice", "in_person": "in-person"}


@dataclass(slots=True)
class _Scene:
    """One ticket while its history is written."""

    session: Session
    staff: Mapping[str, Staff]
    told: Mapping[str, Any]
    at: datetime
    coding: screening.Coding
    ticket_id: int = 0

    @property
    def ticket(self) -> Ticket:
        return self.session.scalars(sa.select(Ticket).where(Ticket.id == self.ticket_id)).one()


def write(session: Session, staff: Mapping[str, Staff], now: datetime) -> int:
    """Write all of it, as of `now`, in the transaction at hand; how many tickets. What the classifier says stands."""
    told = [one for name in FILES for one in tomllib.loads(Path(__file__).with_name(name).read_text("utf-8"))["ticket"]]
    for one in sorted(told, key=lambda one: -_ago(one["ago"])):
        _play(_Scene(session, staff, one, now - _ago(one["ago"]), screening.Coding(**one["code"])), now)
    with _in_the_past(now - timedelta(hours=2)):
        body = b"From=%2B8801700000080&Body=%00%00%00&MessageSid=unreadable"
        quarantine.keep(session, adapter="twilio-sms", hook="inbound", raw=body, why="a field is missing: To")
    return len(told)


def _play(scene: _Scene, now: datetime) -> None:
    with _in_the_past(scene.at):
        _arrive(scene)
    with _in_the_past(min(scene.at + timedelta(seconds=2), now)):
        _read(scene)
    for step in scene.told.get("then", []):
        verb, words = re.fullmatch(r"([a-z]+)(?::[a-z-]+)?(?: (.*))?", step, re.DOTALL).groups()  # type: ignore[union-attr]
        by = found[1] if (found := re.match(r"[a-z]+:([a-z-]+)", step)) else ""
        scene.at = min(scene.at + AFTER[verb], now - timedelta(minutes=1))
        with _in_the_past(scene.at):
            if not _act(scene, verb, words or "", scene.staff.get(by)):
                return


def _arrive(scene: _Scene) -> None:
    told, via = scene.told, scene.told.get("via", "sms")
    sound = sounds.tone(next(iter(sounds.TONES))) if via == "hotline" else b""
    ref = secrets.token_hex(16)
    inbound = Inbound(
        adapter=_CHANNELS[via],
        provider_ref=f"demo-{ref}",
        channel=ChannelName(via),
        received_at=scene.at,
        address=f"+88017000000{told['from']}" if "from" in told else None,
        text=told.get("text", ""),
        language=told.get("language"),
        recording=Media(f"RE{ref}", "sandbox:demo", "audio/wav", sounds.length(sound)) if sound else None,
        place=scene.coding.place if via == "in_person" else None,
    )
    if via == "in_person":
        entry.enter(scene.session, scene.staff["volunteer"], inbound, scene.coding, answered=told.get("answered", ""))
        (received,) = intake.receive(scene.session, [inbound])  # a repeat, which says where the first one is
    else:
        (received,) = intake.receive(scene.session, [inbound])
    scene.ticket_id = received.ticket_id
    if sound:
        for wanted in recordings.claim(scene.session):
            recordings.store(scene.session, wanted, list(recordings.sealed_chunks(wanted, iter([sound]))))


def _read(scene: _Scene) -> None:
    """The classifier reads it, as the triage worker would have."""
    waiting = triage.claim(scene.session, 0, 1)
    suggestions = suggest_many([one.text for one in waiting], [one.language for one in waiting])
    triage.apply_many(scene.session, triage.prepare(room.vault(scene.session), waiting, suggestions))


def _act(scene: _Scene, verb: str, words: str, by: Staff | None) -> bool:
    """One step of staff. False where the ticket went another way than it was told: then its history ends there."""
    session, ticket, agent = scene.session, scene.ticket, by or scene.staff["agent"]
    if verb == "screen":
        return _screen(scene, ticket)
    if ticket.compartment != _wall(scene):
        return False
    if verb == "title":
        handling.entitle(session, agent, ticket, words)
    elif verb == "assign":
        handling.assign(session, scene.staff["coordinator"], ticket, to=scene.staff[words])
    elif verb == "note":
        handling.note(session, agent, ticket, words)
    elif verb == "visit":
        handling.add_note(session, ticket, words, kind=NoteKind.VISIT, author=scene.staff["volunteer"])
    elif verb == "close":
        handling.close(session, agent, ticket, words)
    elif verb in ("answer", "question"):
        purpose = Purpose.ANSWER if verb == "answer" else Purpose.QUESTION
        replies.answer(session, agent, ticket, words, purpose=purpose)
        session.flush()
    elif verb == "told":
        replies.told(session, scene.staff["volunteer"], ticket, _reply(scene))
    else:
        _receipt(scene, Delivery(verb))
    return True


def _screen(scene: _Scene, ticket: Ticket) -> bool:
    """A screener codes what waits; where the machine opened it with another sector, an agent corrects it."""
    if ticket.compartment == "screening":
        screening.screen(scene.session, scene.staff["screener"], ticket, scene.coding)
    elif ticket.compartment is None and (ticket.sector, ticket.place) != (scene.coding.sector, scene.coding.place):
        handling.override(scene.session, scene.staff["agent"], ticket, scene.coding)
    return ticket.compartment == _wall(scene)


def _wall(scene: _Scene) -> str | None:
    return room.response(scene.session).tiers[scene.coding.tier or "T0"].compartment


def _receipt(scene: _Scene, news: Delivery) -> None:
    """The carrier took the answer and said what came of it; a text that these phones never got, as they are invented."""
    for claimed in delivery.claim(scene.session):
        sid = f"SM{secrets.token_hex(16)}"
        delivery.handed_over(scene.session, claimed.reply_id, sid)
        code = "30003" if news is Delivery.FAILED else None
        delivery.record_receipts(scene.session, [Receipt(claimed.adapter, sid, news, scene.at, code=code)])


def _reply(scene: _Scene) -> Reply:
    found = sa.select(Reply).where(Reply.ticket_id == scene.ticket_id).order_by(Reply.queued_at.desc())
    return scene.session.scalars(found).first() or Reply()


@contextmanager
def _in_the_past(moment: datetime) -> Iterator[None]:
    """Set the one clock back while invented history is written: it is told as it would have been, not as of today."""
    real = clock.now
    setattr(clock, "now", lambda: moment)  # noqa: B010 - a module's function, which mypy keeps us from assigning to
    try:
        yield
    finally:
        setattr(clock, "now", real)  # noqa: B010


def _ago(words: str) -> timedelta:
    unit = {"d": "days", "h": "hours", "m": "minutes"}
    return timedelta(**{unit[one[-1]]: int(one[:-1]) for one in words.split()})
