"""Events and what is shown of them hold no words, names or numbers of people (D44, I17, I31)."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest

from feedback.desk import accounts, chain, events, handling, names, quarantine, reading, replies, returning, screening
from feedback.models.event import Event
from feedback.models.reply import Reply
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from feedback.ops import events as commands
from feedback.web import history
from feedback.web.labels import Labels
from tests.factories import Desk
from workers import chain as loop

CANARIES = ("Zubaida", "jolly-pangolin", "shamsunnahar@mail.test", "quicksand note", "kestrel title", "0171-CANARY")
PHONE = "+8801712345678"


@pytest.fixture
def lived(desk: Desk) -> Desk:
    """A desk on which all that writes an event has been done with canaries in every field for words."""
    agent, screener = desk.staff(Role.AGENT, name="Zubaida"), desk.screener(name="Zubaida")
    coordinator = desk.staff(Role.COORDINATOR)
    ticket = desk.ticket("jolly-pangolin said 0171-CANARY no water", address=PHONE, tier="T0")
    desk.act(agent, ticket, handling.entitle, "kestrel title")
    desk.act(agent, ticket, handling.note, "quicksand note")
    desk.act(agent, ticket, handling.assign, to=agent)
    desk.act(agent, ticket, replies.answer, "jolly-pangolin, the pump is mended")
    reply = desk.rows(Reply)[0]
    desk.act(agent, ticket, replies.recall, desk.rows(Reply, Reply.id == reply.id)[0])
    desk.do(returning.visit, agent, ticket.code or "", "quicksand note")
    desk.act(agent, ticket, screening.raise_, "T2-C")
    waits = desk.ticket("jolly-pangolin met Zubaida", tier=None)
    with desk.at(staff=True) as session:
        reading.cards(session, screener, screening.waiting(session, screener))
    desk.act(screener, waits, screening.screen, screening.Coding(sector="wash", tier="T1"))
    with desk.at() as session:
        quarantine.keep(session, adapter="twilio-sms", hook="inbound", raw=b"0171-CANARY", why="unreadable")
        accounts.add(
            session, login="zubaida", name="Zubaida", role=Role.AGENT, password="kestrel title 123", by=coordinator
        )
    loop.catch_up(desk.parts)
    return desk


def hits(said: str) -> list[str]:
    wanted = [*CANARIES, PHONE, PHONE[-7:]]
    forms = [(canary, form) for canary in wanted for form in _forms(canary)]
    return [canary for canary, form in forms if form.lower() in said.lower()]


def _forms(canary: str) -> list[str]:
    plain = canary.encode()
    return [canary, plain.hex(), base64.b64encode(plain).decode().rstrip("="), canary.encode("utf-16-le").hex()]


@pytest.mark.plan("D44")
def test_no_event_holds_a_word_or_a_number_of_a_person(lived: Desk, record_property):
    rows = lived.rows(Event)
    record_property("trials", len(rows))
    assert len(rows) >= 12
    assert hits(_dump(rows)) == []


def test_every_detail_is_a_few_codes_and_never_a_sentence_or_a_number_to_call(lived: Desk):
    for row in lived.rows(Event):
        assert re.fullmatch(r"([A-Za-z0-9_.:/-]+( |$)){0,5}", row.detail), row.detail
        assert not re.search(r"(?<![\w:])\+?\d{7,15}(?!\d)", row.detail), row.detail


@pytest.mark.plan("D44")
def test_heads_and_what_a_check_says_hold_none(lived: Desk):
    with lived.at() as session:
        head = chain.head(session)
        assert head is not None
        assert hits(commands.written(head) + commands.show(chain.verify(session, [head]))) == []


@pytest.mark.plan("D44")
@pytest.mark.parametrize("language", ["en", "bn", "my"])
def test_the_history_that_staff_read_holds_no_word_of_the_person(lived: Desk, language: str, record_property):
    read, whoever = 0, Staff(clearances=list(lived.parts.response.compartments))
    tickets = {row.ticket_id for row in lived.rows(Event) if row.ticket_id}
    for ticket_id in tickets:
        with lived.at() as session:
            lines = reading._history(session, whoever, Ticket(id=ticket_id), names.of_staff(session))
        read += len(lines)
        shown = json.dumps(history.lines(tuple(lines), Labels(lived.parts.response, language)), default=str)
        assert [one for one in hits(shown) if one != "Zubaida"] == [], "staff are named to colleagues, nobody else is"
    record_property("trials", read)
    assert read >= 12


def test_a_detail_with_a_word_would_be_found(desk: Desk):
    with desk.at() as session:
        events.record(session, None, "note", actor=events.part("test"), detail="jolly-pangolin")
    assert hits(_dump(desk.rows(Event))) == ["jolly-pangolin"]


def _dump(rows: Any) -> str:
    return "\n".join(
        f"{column.key}={value.hex() if isinstance(value := getattr(row, column.key), bytes) else value}"
        for row in rows
        for column in Event.__table__.columns
        if column.key not in ("id", "previous", "digest")
    )
