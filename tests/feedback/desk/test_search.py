"""Search: whole words of open tickets, in any spelling, never a sealed one (decision 2)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from channels.contract import ChannelName
from feedback.desk import codes, screening, search
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Term, Ticket
from tests.factories import Desk, later


@pytest.fixture
def agent(desk: Desk) -> Staff:
    return desk.staff()


def _found(desk: Desk, staff: Staff, said: str) -> list[int]:
    return [ticket.id for ticket in desk.do(search.find, staff, said)]


def test_every_word_that_was_typed_must_be_there(desk: Desk, agent: Staff) -> None:
    pump, _ = desk.ticket("the pump is broken"), desk.ticket("the pump is loud")
    assert _found(desk, agent, "broken pump") == [pump.id]
    assert _found(desk, agent, "broken tap") == []


def test_whole_words_only(desk: Desk, agent: Staff) -> None:
    desk.ticket("the tubewell is broken")
    assert _found(desk, agent, "tube") == []
    assert _found(desk, agent, "") == _found(desk, agent, " ., ") == []


def test_both_spellings_of_a_bangla_letter_find_each_other(desk: Desk, agent: Staff) -> None:
    one, other = desk.ticket("ঘড\u09bcি নষ্ট"), desk.ticket("ঘ\u09dcি নষ্ট")
    for said in ("ঘড\u09bcি", "ঘ\u09dcি"):
        assert set(_found(desk, agent, said)) == {one.id, other.id}


def test_the_newest_comes_first(desk: Desk, agent: Staff) -> None:
    older = desk.ticket("no soap", received_at=later(-60))
    newer = desk.ticket("no soap", received_at=later(-5))
    assert _found(desk, agent, "soap") == [newer.id, older.id]


def test_a_code_finds_its_one_ticket(desk: Desk, agent: Staff) -> None:
    ticket = desk.ticket()
    assert _found(desk, agent, codes.spoken(ticket.code or "")) == [ticket.id]


@pytest.mark.parametrize("tier", [None, "T2-C", "T2-P", "T3-G", "T3-S", "T3-C", "T3-L"])
def test_a_sealed_ticket_is_found_by_no_word_not_even_by_who_is_cleared(
    desk: Desk, agent: Staff, tier: str | None
) -> None:
    ticket = desk.ticket("canary words", tier=tier, sector=None)
    cleared = desk.staff(Role.FOCAL_POINT, clearances=[desk.again(ticket).compartment])
    assert desk.rows(Term) == []
    assert _found(desk, agent, "canary") == _found(desk, cleared, "canary") == []
    assert _found(desk, agent, ticket.code or "") == []
    assert _found(desk, cleared, ticket.code or "") == [ticket.id]


def test_even_a_word_that_was_left_behind_finds_nothing(desk: Desk, agent: Staff) -> None:
    """The second net: were a term not removed, visibility still hides the ticket."""
    ticket = desk.ticket("canary words")
    with desk.at() as session:
        session.execute(sa.update(Ticket).where(Ticket.id == ticket.id).values(compartment="gbv"))
    assert desk.rows(Term)
    assert _found(desk, agent, "canary") == []


def test_raising_takes_the_words_away_in_the_same_transaction(desk: Desk, agent: Staff) -> None:
    ticket = desk.ticket("canary words")
    desk.act(agent, ticket, screening.raise_, "T3-G")
    assert desk.rows(Term) == []


def test_a_person_finds_only_inside_their_scope(desk: Desk) -> None:
    desk.ticket("no soap in camp 9", sector="wash")
    assert _found(desk, desk.staff(Role.VOLUNTEER, places=["camp-1w"]), "soap") == []
    assert _found(desk, desk.staff(Role.AGENT, sectors=["health"]), "soap") == []
    assert len(_found(desk, desk.staff(Role.AGENT, sectors=["wash"]), "soap")) == 1


def test_who_reads_no_tickets_finds_none(desk: Desk) -> None:
    desk.ticket("no soap", channel=ChannelName.IN_PERSON)
    for role in (Role.INTERPRETER, Role.AUDITOR, Role.OPERATOR):
        assert _found(desk, desk.staff(role), "soap") == []


def test_the_table_holds_numbers_and_no_words(desk: Desk) -> None:
    desk.ticket("no soap")
    assert {type(term.hmac64) for term in desk.rows(Term)} == {int}
