"""Walls: what must change in the transaction in which a ticket goes behind one, or comes out."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from feedback.desk import handling, reading, replies, screening, search, walls
from feedback.models.contact import Contact
from feedback.models.reply import Reply, ReplyState
from feedback.models.staff import Role
from feedback.models.ticket import Status, Term, Ticket
from tests.factories import Desk, phone


def _stand(desk: Desk, ticket: Ticket, compartment: str | None) -> None:
    with desk.at() as session:
        found = session.scalars(sa.select(Ticket).where(Ticket.id == ticket.id)).one()
        walls.stand_behind(session, found, compartment)


def test_words_come_with_the_open_and_go_with_the_wall(desk: Desk) -> None:
    ticket, agent = desk.ticket("the tubewell is broken"), desk.staff()
    assert [one.id for one in desk.do(search.find, agent, "tubewell")] == [ticket.id]
    _stand(desk, ticket, "gbv")
    assert desk.rows(Term) == []
    _stand(desk, ticket, None)
    assert [one.id for one in desk.do(search.find, agent, "tubewell")] == [ticket.id]


def test_a_title_is_found_too_and_goes_too(desk: Desk) -> None:
    ticket, agent = desk.ticket("no water"), desk.staff()
    desk.act(agent, ticket, handling.entitle, "Broken tubewell")
    assert desk.do(search.find, agent, "tubewell")
    _stand(desk, ticket, "gbv")
    assert desk.rows(Term) == []
    _stand(desk, ticket, None)
    assert desk.do(search.find, agent, "tubewell")


def test_a_number_has_another_index_behind_each_wall(desk: Desk) -> None:
    """Whoever holds one wall's tickets can't tell by the index who stands behind another (I25)."""
    sender, indexes = phone(), []
    ticket = desk.ticket(address=sender)
    for wall in (None, "gbv", "psea", "screening", "conduct"):
        _stand(desk, ticket, wall)
        (contact,) = desk.rows(Contact)
        indexes.append(contact.address_index)
    assert len(set(indexes)) == 5


def test_what_is_queued_or_waits_for_a_person_is_held_and_what_went_out_is_not_touched(desk: Desk) -> None:
    agent = desk.staff()
    states = list(ReplyState)
    ticket = desk.ticket()
    for _ in states:
        desk.act(agent, ticket, replies.answer, "The tap is mended.")
    with desk.at() as session:
        for reply, state in zip(session.scalars(sa.select(Reply).order_by(Reply.id)), states, strict=True):
            reply.state = state
    _stand(desk, ticket, "gbv")
    rows = sorted(desk.rows(Reply), key=lambda reply: reply.id)
    after = dict(zip(states, [reply.state for reply in rows], strict=True))
    held = {state for state, now in after.items() if now is not state}
    assert held == {ReplyState.QUEUED, ReplyState.BY_HAND}
    assert {after[state] for state in held} == {ReplyState.RECALLED}


def test_standing_where_it_stands_changes_nothing(desk: Desk) -> None:
    ticket = desk.ticket()
    before = desk.rows(Contact)[0].address_index
    _stand(desk, ticket, None)
    assert desk.rows(Contact)[0].address_index == before


def test_a_ticket_without_a_number_can_go_behind_a_wall(desk: Desk) -> None:
    ticket = desk.ticket(address=None)
    desk.act(desk.staff(), ticket, screening.raise_, "T3-G")
    assert desk.again(ticket).compartment == "gbv"


@pytest.mark.parametrize("tier", ["T2-C", "T2-P", "T3-G", "T3-S", "T3-C", "T3-L"])
def test_a_wall_keeps_out_everyone_who_is_cleared_for_another(desk: Desk, tier: str) -> None:
    from feedback.errors import NotFound

    ticket = desk.ticket("words", tier=tier, sector=None)
    mine = desk.again(ticket).compartment
    for wall in ("screening", "conduct", "protection", "gbv", "psea", "child_protection"):
        focal = desk.staff(Role.FOCAL_POINT, clearances=[wall])
        if wall == mine:
            assert desk.act(focal, ticket, reading.view).row.reference == ticket.reference
        else:
            with pytest.raises(NotFound):
                desk.act(focal, ticket, reading.view)


def test_words_are_folded_so_that_spelling_does_not_hide_them(desk: Desk) -> None:
    spelled = walls.terms(desk.parts.vault, ["ঘড়ি"])
    assert spelled == walls.terms(desk.parts.vault, ["ঘড\u09bcি"])
    assert walls.terms(desk.parts.vault, ["WATER"]) == walls.terms(desk.parts.vault, ["water"])


@pytest.mark.parametrize(("clearances", "keeps"), [([], False), (["gbv"], False), (["psea"], True)])
def test_a_raised_ticket_is_nobodys_whose_it_was_but_who_may_not_see_it_any_more(desk: Desk, clearances, keeps) -> None:
    owner, focal = desk.staff(Role.FOCAL_POINT, clearances=clearances), desk.holder("psea")
    ticket = desk.ticket("the tubewell is broken")
    desk.act(owner, ticket, handling.assign, to=owner)
    desk.act(owner, ticket, screening.raise_, "T3-S")
    raised = desk.again(ticket)
    assert (raised.assigned_to, raised.status) == ((owner.id, Status.ASSIGNED) if keeps else (None, Status.TRIAGED))
    assert desk.act(focal, ticket, lambda session, staff, found: found.id) == ticket.id


def test_what_a_machine_raises_is_nobodys_too(desk: Desk) -> None:
    owner = desk.staff()
    ticket = desk.ticket("the tubewell is broken")
    desk.act(owner, ticket, handling.assign, to=owner)
    _stand(desk, ticket, "gbv")
    assert desk.again(ticket).assigned_to is None
