"""Joining: a message reaches the open ticket it answers only when it is open itself (decision 5c, I7)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from channels.contract import Media
from classifier.suggestion import Verdict
from feedback.desk import inbox, joining, reading, replies, screening, search, visibility
from feedback.desk.screening import Coding
from feedback.errors import NotFound
from feedback.models.message import Message
from feedback.models.reply import Purpose
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Outcome, Status, Ticket
from tests.factories import Desk, inbound, phone
from tests.feedback.desk.readings import read, suggestion

DISCLOSURE = "a man follows my sister to the latrine"


@pytest.fixture
def agent(desk: Desk) -> Staff:
    return desk.staff(Role.AGENT)


@pytest.fixture
def asked(desk: Desk, agent: Staff) -> Ticket:
    """An open ticket whose person was asked something."""
    ticket = desk.ticket("no water", address=phone())
    read(desk, suggestion(Verdict.UNSURE))
    desk.act(agent, ticket, replies.answer, "Which block?", purpose=Purpose.QUESTION)
    return ticket


def _number(desk: Desk, ticket: Ticket, agent: Staff) -> str:
    address = desk.act(agent, ticket, reading.view, in_hand=True).address
    assert address
    return address


def _said(desk: Desk, agent: Staff, ticket: Ticket) -> list[str]:
    return [one.words for one in desk.act(agent, ticket, reading.view).thread if one.kind == "message"]


def _words_of(desk: Desk, staff: Staff, ticket: Ticket) -> str:
    return repr(desk.act(staff, ticket, reading.view))


def test_an_open_answer_joins_the_thread_it_answers(desk: Desk, agent: Staff, asked: Ticket) -> None:
    (id_,) = desk.hear(inbound("block C", address=_number(desk, asked, agent)))
    read(desk, suggestion())
    (joined,) = desk.rows(Ticket, Ticket.id == id_)
    assert _said(desk, agent, asked) == ["no water", "block C"]
    assert (joined.status, joined.outcome, joined.joined_to) == (Status.CLOSED, Outcome.JOINED, asked.id)
    assert desk.again(asked).status is Status.ASSIGNED  # somebody should look again


def test_what_joined_is_found_under_the_ticket_it_joined(desk: Desk, agent: Staff, asked: Ticket) -> None:
    desk.hear(inbound("block Chanchal", address=_number(desk, asked, agent)))
    read(desk, suggestion())
    assert [one.id for one in desk.do(search.find, agent, "chanchal")] == [asked.id]


@pytest.mark.parametrize("verdict", [Verdict.SENSITIVE, Verdict.UNSURE])
def test_a_disclosure_never_joins_shows_in_or_counts_with_the_ticket_it_answers(
    desk: Desk, agent: Staff, asked: Ticket, verdict: Verdict
) -> None:
    number, before = _number(desk, asked, agent), _words_of(desk, agent, asked)
    (id_,) = desk.hear(inbound(DISCLOSURE, address=number))
    read(desk, suggestion(verdict))
    assert _words_of(desk, agent, asked) == before
    with desk.at(staff=True) as session:
        assert visibility.count(session, agent) == 1
        counts = inbox.counts(session, agent)
        assert search.find(session, agent, "sister") == []
    assert (counts.todo, counts.sealed, counts.screening) == (0, 0, 0)
    (apart,) = desk.rows(Ticket, Ticket.id == id_)
    assert (apart.joined_to, apart.compartment) == (None, "gbv" if verdict is Verdict.SENSITIVE else "screening")
    assert {message.ticket_id for message in desk.rows(Message)} == {asked.id, id_}


def test_a_screener_who_releases_an_answer_joins_it_and_one_who_raises_it_does_not(
    desk: Desk, agent: Staff, asked: Ticket
) -> None:
    number, screener = _number(desk, asked, agent), desk.screener()
    ids = desk.hear(inbound("block C", address=number), inbound(DISCLOSURE, address=number))
    calm, grave = (desk.rows(Ticket, Ticket.id == id_)[0] for id_ in ids)
    assert desk.act(screener, calm, screening.screen, Coding(sector="wash", tier="T0")).id == asked.id
    assert desk.act(screener, grave, screening.screen, Coding(sector="gbv", tier="T3-G")).id == grave.id
    assert _said(desk, agent, asked) == ["no water", "block C"]


def test_an_open_answer_stays_apart_when_the_ticket_has_gone_behind_a_wall(
    desk: Desk, agent: Staff, asked: Ticket
) -> None:
    (id_,) = desk.hear(inbound("block C", address=_number(desk, asked, agent)))
    desk.act(agent, asked, screening.raise_, "T3-G")
    read(desk, suggestion())
    (apart,) = desk.rows(Ticket, Ticket.id == id_)
    assert (apart.joined_to, apart.status) == (None, Status.TRIAGED)


def test_a_closed_ticket_is_opened_again_by_an_answer_to_it(desk: Desk, agent: Staff, asked: Ticket) -> None:
    from feedback.desk import handling

    number = _number(desk, asked, agent)
    desk.hear(inbound("block C", address=number))
    desk.act(agent, asked, handling.close, "wrong_number")
    read(desk, suggestion())
    assert desk.again(asked).status is Status.ASSIGNED


def test_sound_stays_with_its_own_ticket(desk: Desk, agent: Staff, asked: Ticket) -> None:
    number = _number(desk, asked, agent)
    media = Media("ME" + "1" * 32, "https://api.example/picture", "image/jpeg")
    (id_,) = desk.hear(inbound("look", address=number, media=(media,)))
    read(desk, suggestion())
    assert desk.rows(Ticket, Ticket.id == id_)[0].joined_to is None


def test_what_joined_goes_behind_the_wall_with_the_ticket(desk: Desk, agent: Staff, asked: Ticket) -> None:
    """The ticket that a message came from must not tell of it once the thread has become sensitive (I8)."""
    (id_,) = desk.hear(inbound("block C, he follows my sister", address=_number(desk, asked, agent)))
    read(desk, suggestion(signals=("follows",)))
    desk.act(agent, asked, screening.raise_, "T3-G")
    (joined,) = desk.rows(Ticket, Ticket.id == id_)
    with pytest.raises(NotFound):
        desk.act(agent, joined, reading.view)
    with desk.at(staff=True) as session:
        assert search.find(session, agent, "sister") == []
        assert visibility.count(session, agent) == 0


def test_moved_words_open_under_the_key_of_the_ticket_they_moved_to(desk: Desk, agent: Staff, asked: Ticket) -> None:
    from feedback.desk import sealing
    from feedback.seal import box

    desk.hear(inbound("block C", address=_number(desk, asked, agent), raw=b"Body=block+C"))
    read(desk, suggestion())
    (moved,) = desk.rows(Message, sa.and_(Message.ticket_id == asked.id, Message.at > asked.created_at))
    with desk.at() as session:
        key = sealing.key(session, asked.id)
    assert sealing.unseal(key, Message, "words", moved.id, moved.words) == "block C"
    assert box.unseal(key, moved.raw or b"", table="message", row=moved.id, column="raw") == b"Body=block+C"


def test_joining_itself_refuses_what_is_sealed_whoever_asks(desk: Desk, agent: Staff, asked: Ticket) -> None:
    """The second guard: the verbs that call it have looked already."""
    (id_,) = desk.hear(inbound(DISCLOSURE, address=_number(desk, asked, agent)))
    with desk.at() as session:
        waiting = session.scalars(sa.select(Ticket).where(Ticket.id == id_)).one()
        assert joining.join(session, waiting, actor="part:test") is waiting
    assert _said(desk, agent, asked) == ["no water"]
