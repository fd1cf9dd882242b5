"""A world in which sensitive words come in by every way there is: by machine, by person, at the counter, by voice, on visits."""

from __future__ import annotations

from dataclasses import dataclass

from channels.contract import ChannelName, Media
from classifier.suggestion import Verdict
from feedback import wiring
from feedback.desk import (
    compartments,
    entry,
    forgetting,
    handling,
    plans,
    quarantine,
    recordings,
    replies,
    returning,
    screening,
    visibility,
)
from feedback.desk.screening import Coding
from feedback.models.reply import Purpose
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Outcome, Status, Ticket
from tests.attack import beside
from tests.factories import Desk, inbound
from tests.feedback.desk.readings import read, suggestion

SEALED = {
    name: f"osprey-{name}-5c21e8"
    for name in (
        "machine", "raw", "signal", "person", "note", "title", "reply", "entered", "fact", "screened", "joined", "sound",
        "visit", "holders-note", "plan", "unsure", "unreadable",
    )
}  # fmt: skip
OPEN = {name: f"osprey-{name}-5c21e8" for name in ("open", "open-note", "forgotten", "unread")}
SEALED |= beside.BEHIND
CANARIES = SEALED | OPEN | beside.WAITING
NUMBERS = {name: f"+88017444{digits}" for name, digits in (
    ("machine", "10001"), ("person", "10002"), ("entered", "10003"), ("screened", "10004"), ("unsure", "10005"),
    ("open", "10006"), ("stop", "10007"), ("sound", "10008"),
)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class World:
    """Who holds what, and the tickets that a test does more with."""

    holders: dict[str, list[Staff]]
    open: Ticket
    forgotten: Ticket


def people(desk: Desk, parts: wiring.Parts) -> dict[str, list[Staff]]:
    """Two holders for each compartment."""
    return {name: [desk.holder(name) for _ in range(2)] for name in parts.response.compartments}


def build(desk: Desk, holders: dict[str, list[Staff]]) -> World:
    """Play it through the desk's own verbs, as staff, machine and people outside would."""
    c, n, agent = CANARIES, NUMBERS, desk.staff(Role.AGENT)
    voice = Media("RE" + "5" * 32, "https://api.example/sound", "audio/wav", 3)
    ids = desk.hear(
        inbound(f"my husband {c['machine']}", address=n["machine"], raw=f"Body={c['raw']}".encode()),
        inbound(f"is it so {c['unsure']}", address=n["unsure"]),
        inbound(f"no water {c['open']}", address=n["open"]),
        inbound(f"the guard {c['person']}", address=n["person"]),
        inbound(f"the tap {c['forgotten']}"),
        inbound("STOP", address=n["stop"]),
        inbound("", recording=voice, channel=ChannelName.HOTLINE, adapter="twilio-voice", address=n["sound"]),
    )
    verdicts = {id_: suggestion() for id_ in ids}
    verdicts[ids[0]] = suggestion(Verdict.SENSITIVE, signals=(c["signal"],))
    verdicts[ids[1]] = suggestion(Verdict.UNSURE, signals=(c["signal"],))
    read(desk, verdicts)
    open_, person, forgotten = (desk.rows(Ticket, Ticket.id == ids[place])[0] for place in (2, 3, 4))
    desk.act(agent, open_, handling.note, c["open-note"])
    _raise_by_hand(desk, agent, person)
    _enter(desk, agent)
    _screen(desk, holders["screening"][0])
    _hear_sound(desk)
    sealed = desk.rows(Ticket, Ticket.id == ids[0])[0]
    _as_holder(desk, holders["gbv"][0], sealed)
    desk.do(returning.visit, agent, sealed.code, c["visit"])
    with desk.at() as session:
        raw = f"Odd={c['unreadable']}".encode()
        quarantine.keep(session, adapter="twilio-sms", hook="inbound", raw=raw, why="no body, or more than one")
    beside.build(desk, holders)
    return World(holders, open_, forgotten)


def leave_unread(desk: Desk) -> None:
    """One text comes in that no machine has read yet: the stated exception."""
    desk.hear(inbound(f"not yet {CANARIES['unread']}"))


def forget(desk: Desk, ticket: Ticket) -> None:
    """A closed ticket is forgotten."""
    desk.act(desk.staff(Role.AGENT), ticket, handling.close, Outcome.TOLD)
    with desk.at() as session:
        again = session.get_one(Ticket, ticket.id)
        assert again.status is Status.CLOSED
        forgetting.forget(session, again, actor="part:test")


def _raise_by_hand(desk: Desk, agent: Staff, ticket: Ticket) -> None:
    """An open ticket that has been worked on turns out to be sensitive; another one was joined to it."""
    c = CANARIES
    desk.act(agent, ticket, handling.note, c["note"])
    desk.act(agent, ticket, handling.entitle, c["title"])
    desk.act(agent, ticket, replies.answer, c["reply"], purpose=Purpose.QUESTION)
    desk.hear(inbound(f"and again {c['joined']}", address=NUMBERS["person"]))
    read(desk, suggestion())
    desk.act(agent, ticket, screening.raise_, "T3-S")


def _enter(desk: Desk, agent: Staff) -> None:
    form = inbound(
        CANARIES["entered"],
        channel=ChannelName.IN_PERSON,
        adapter="in-person",
        address=NUMBERS["entered"],
        facts={"told": CANARIES["fact"]},
    )
    desk.do(entry.enter, agent, form, Coding(sector="gbv", tier="T3-G"))


def _screen(desk: Desk, screener: Staff) -> None:
    """What the machine was unsure of is opened by a screener, who finds that it is grave."""
    (id_,) = desk.hear(inbound(f"someone {CANARIES['screened']}", address=NUMBERS["screened"]))
    read(desk, suggestion(Verdict.UNSURE))
    with desk.at(staff=True) as session:
        session.info["ring"] = compartments.ring(session, screener, desk.private_key(screener))
        waiting = next(ticket for ticket in screening.waiting(session, screener) if ticket.id == id_)
        screening.screen(session, screener, waiting, Coding(sector="child_protection", tier="T3-C"))


def _hear_sound(desk: Desk) -> None:
    with desk.at() as session:
        (wanted,) = recordings.claim(session)
        chunks = list(recordings.sealed_chunks(wanted, iter([CANARIES["sound"].encode() * 400])))
    with desk.at() as session:
        recordings.store(session, wanted, chunks)


def _as_holder(desk: Desk, holder: Staff, ticket: Ticket) -> None:
    with desk.at(staff=True) as session:
        session.info["ring"] = compartments.ring(session, holder, desk.private_key(holder))
        found = session.scalars(visibility.visible_tickets(holder).where(Ticket.id == ticket.id)).one()
        handling.note(session, holder, found, CANARIES["holders-note"])
        plans.agree(
            session, holder, found, plans.Terms(("call",), "20:00", "21:00", code_word=CANARIES["plan"], language="en")
        )
