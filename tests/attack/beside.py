"""The rest of the attacked world: what people add to tickets behind walls, and what lies beside tickets for a while."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.contract import ChannelName, Media, Part
from feedback import clock
from feedback.desk import (
    callbacks,
    calling,
    emergency,
    excluding,
    gbv_form,
    intake,
    lendable,
    lending,
    listeners,
    lowering,
    outbound,
    pieces,
    plans,
    referring,
    rota,
    screening,
    sealed_lessons,
    transcribing,
    visibility,
)
from feedback.desk.screening import Coding
from feedback.models.base import new_id
from feedback.models.call import LineCall
from feedback.models.lent import What
from feedback.models.message import Recording
from feedback.models.plan import Said
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from tests.factories import Desk, inbound
from tests.feedback.desk.plans import TERMS, act, unlocked

BEHIND = {
    name: f"plover-{name}-7d40a2"
    for name in ("review", "emergency", "transcript", "lent", "export", "meet", "referral")
}
"""Sealed from the first moment."""

WAITING = {
    **{name: f"plover-{name}-7d40a2" for name in ("piece", "letter", "source")},
    **{f"number-{name}": f"+88017555{digits}" for name, digits in (
        ("back", "20001"), ("call", "20002"), ("thanks", "20003"), ("duty", "20004"), ("listener", "20005"),
    )},
}  # fmt: skip
"""Under the desk's keys for as long as they wait, or are in use: the limits of docs/safety.md name each."""


STAFF = {"number-duty", "number-listener"}
"""Of these the phones of colleagues: under a key that is not renewed, like the seeds of their second factors."""


def build(desk: Desk, holders: dict[str, list[Staff]]) -> None:
    """Play it through the desk's own verbs."""
    _about_a_report(desk, holders)
    desk.do(
        gbv_form.enter,
        desk.staff(Role.VOLUNTEER),
        "form-of-the-counter",
        gbv_form.Needs(place="camp-9", meet_where=BEHIND["meet"], meet_when="Monday"),
        record=Said.YES,
    )
    _a_recording(desk, holders)
    _on_the_line(desk, holders)
    _on_the_way(desk, holders)
    interpreter = desk.holder("none", role=Role.INTERPRETER)
    accusing = _ticket(desk, Coding(sector="conduct", tier="T2-C"))
    act(desk, holders["conduct"][0], accusing, excluding.name, agency="heron")
    act(desk, holders["conduct"][0], accusing, referring.address, BEHIND["referral"], to="heron", shows="nobody")
    act(desk, holders["protection"][0], _ticket(desk, T2, f"he said {BEHIND['lent']}"), _lend, interpreter)


def wish_for_lessons(desk: Desk, holder: Staff) -> None:
    """A holder asks to take lessons from behind their wall; needs the compartments' keys."""
    with unlocked(desk, holder) as session:
        sealed_lessons.ask(session, holder, "protection", f"to teach it {BEHIND['export']}")


T2, T3 = Coding(sector="protection", tier="T2-P"), Coding(sector="gbv", tier="T3-G")


def _ticket(desk: Desk, coding: Coding, text: str = "it is grave") -> Ticket:
    return desk.ticket(text, tier=coding.tier, sector=coding.sector)


def _about_a_report(desk: Desk, holders: dict[str, list[Staff]]) -> None:
    """A holder wishes to lower it and says why; a duty officer asks to be let in and says why."""
    ticket = _ticket(desk, T3)
    lower = Coding(sector="protection", tier="T2-P", kind="complaint")
    act(desk, holders["gbv"][0], ticket, lowering.lower, lower, BEHIND["review"])
    desk.do(emergency.ask, desk.staff(Role.DUTY_OFFICER), ticket.code, f"she stands outside {BEHIND['emergency']}")


def _a_recording(desk: Desk, holders: dict[str, list[Staff]]) -> None:
    """One that came earlier is put behind a wall and written down there; another one is not fetched yet."""
    (recording,) = desk.rows(Recording)
    (ticket,) = desk.rows(Ticket, Ticket.id == recording.ticket_id)
    act(desk, holders["screening"][0], ticket, screening.screen, T2)
    written = transcribing.Transcript(f"she says {BEHIND['transcript']}", "bn", interpreted=False, confidence="sure")
    for verb, more in ((transcribing.ask, ()), (transcribing.write, (written,))):
        with unlocked(desk, holders["protection"][0]) as session:
            found = session.scalars(visibility.visible_tickets(holders["protection"][0]).where(Ticket.id == ticket.id))
            again = session.scalars(visibility.seen(sa.select(Recording).where(Recording.id == recording.id))).one()
            verb(session, holders["protection"][0], found.one(), again, *more)
    voice = Media("RE" + "6" * 32, f"https://api.example/{WAITING['source']}", "audio/wav", 3)
    desk.hear(inbound("", recording=voice, channel=ChannelName.HOTLINE, adapter="twilio-voice"))


def _on_the_line(desk: Desk, holders: dict[str, list[Staff]]) -> None:
    """Somebody rings, another one wants to be called back; colleagues have phones."""
    screener, now = holders["screening"][0], clock.now()
    desk.do(callbacks.ask, adapter="twilio-voice", address=WAITING["number-back"], call="CA1")
    with desk.at() as session:
        call = LineCall(id=new_id(), adapter="twilio-voice", began_at=now, changed_at=now)
        session.add(call)
        calling.keep_number(session, call, WAITING["number-call"])
    desk.do(listeners.give_phone, screener, WAITING["number-listener"])
    turn = rota.Asked(
        compartment="gbv",
        rung=1,
        since=now,
        until=now + timedelta(hours=8),
        phone=WAITING["number-duty"],
        login=holders["gbv"][0].login,
    )
    desk.do(rota.add, desk.staff(Role.COORDINATOR, clearances=["gbv"]), turn)


def _on_the_way(desk: Desk, holders: dict[str, list[Staff]]) -> None:
    """An answer that was agreed waits for its hour; a thanks waits; of a long text one piece has come."""
    focal, ticket = holders["gbv"][0], _ticket(desk, T3)
    act(desk, focal, ticket, plans.agree, TERMS)
    act(desk, focal, ticket, outbound.say, f"come on Monday {WAITING['letter']}")
    with desk.at() as session:
        session.info["thanks"] = {"aggregator": False}
        intake.receive(session, [inbound("thank me", address=WAITING["number-thanks"], adapter="aggregator")])
        piece = inbound(f"one half {WAITING['piece']}", adapter="aggregator", part=Part("7", 1, 2))
        assert pieces.ready(session, piece) == []


def _lend(session: Session, staff: Staff, ticket: Ticket, to: Staff) -> None:
    item = next(one for one in lendable.items(session, staff, ticket) if one.what is What.MESSAGE)
    lending.lend(session, staff, ticket, item.key, to.reference)
