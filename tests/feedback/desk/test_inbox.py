"""The lists of the desk and the numbers beside them, per role (I8, I10)."""

from __future__ import annotations

import pytest

from channels.contract import ChannelName
from feedback.desk import handling, inbox, quarantine, replies, screening
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from tests.factories import Desk, inbound, later

Which = inbox.Which


def _listed(desk: Desk, staff: Staff, which: Which) -> list[str]:
    rows, _ = desk.do(inbox.listed, staff, which)
    return [row.reference for row in rows]


@pytest.fixture
def world(desk: Desk) -> dict[str, Ticket]:
    """One ticket of each standing."""
    agent = desk.staff()
    made = {
        "todo": desk.ticket("no water"),
        "answered": desk.ticket("no soap"),
        "closed": desk.ticket("thanks"),
        "screening": desk.ticket("pani nai", tier=None),
        "sealed": desk.ticket("he hit me", tier="T3-G", sector="gbv"),
    }
    desk.act(agent, made["answered"], replies.answer, "Soap comes.")
    desk.act(agent, made["closed"], handling.close, "told")
    with desk.at() as session:
        quarantine.keep(session, adapter="twilio-sms", hook="inbound", raw=b"?", why="odd")
    return made


def test_each_ticket_stands_in_one_list(desk: Desk, world: dict[str, Ticket]) -> None:
    focal = desk.staff(Role.FOCAL_POINT, clearances=["gbv", "screening"])
    found = {which: _listed(desk, focal, which) for which in Which}
    assert found == {
        Which.TODO: [world["todo"].reference],
        Which.MINE: [],
        Which.WAITING: [world["answered"].reference],
        Which.SEALED: [world["sealed"].reference],
        Which.CLOSED: [world["closed"].reference],
    }


COUNTS = {
    (Role.VOLUNTEER, ()): {"todo": 1},
    (Role.AGENT, ()): {"todo": 1},
    (Role.COORDINATOR, ()): {"todo": 1},
    (Role.SCREENER, ("screening",)): {"todo": 1, "screening": 1, "quarantine": 1},
    (Role.SCREENER, ()): {"todo": 1},
    (Role.FOCAL_POINT, ("gbv",)): {"todo": 1, "sealed": 1},
    (Role.FOCAL_POINT, ("psea",)): {"todo": 1},
    (Role.DUTY_OFFICER, ("gbv", "screening")): {"todo": 1, "sealed": 1, "screening": 1, "quarantine": 1},
    (Role.AUDITOR, ("gbv",)): {},
    (Role.OPERATOR, ("gbv",)): {},
    (Role.INTERPRETER, ()): {},
}


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("who", list(COUNTS), ids=lambda who: f"{who[0]}-{'+'.join(who[1])}")
def test_the_numbers_are_those_of_the_person(desk: Desk, who: tuple[Role, tuple[str, ...]]) -> None:
    counts = desk.do(inbox.counts, desk.staff(who[0], clearances=list(who[1])))
    none = {"todo": 0, "mine": 0, "screening": 0, "tasks": 0, "sealed": 0, "quarantine": 0}
    assert {name: getattr(counts, name) for name in none} == none | COUNTS[who]


def test_what_is_mine_is_mine_wherever_it_stands(desk: Desk) -> None:
    agent, ticket = desk.staff(), desk.ticket()
    desk.act(agent, ticket, handling.assign, to=agent)
    assert _listed(desk, agent, Which.MINE) == [ticket.reference]
    assert desk.do(inbox.counts, agent).mine == 1
    desk.act(agent, ticket, screening.raise_, "T3-G")
    assert _listed(desk, agent, Which.MINE) == []
    assert desk.do(inbox.counts, agent).mine == 0


def test_tasks_are_counted_as_they_are_listed(desk: Desk) -> None:
    ticket, agent = desk.ticket(channel=ChannelName.IN_PERSON), desk.staff()
    desk.act(agent, ticket, replies.answer, "The tap is mended.")
    assert desk.do(inbox.counts, agent).tasks == 1
    assert desk.do(inbox.counts, desk.staff(sectors=["health"])).tasks == 0


def test_what_is_due_first_comes_first(desk: Desk) -> None:
    late, urgent = desk.ticket("no soap"), desk.ticket("no water", tier="T1")
    assert _listed(desk, desk.staff(), Which.TODO) == [urgent.reference, late.reference]


def test_a_long_list_has_pages_and_its_count_stops(desk: Desk) -> None:
    from tests.feedback.desk.readings import read, suggestion

    desk.hear(*[inbound(f"no soap {number}", received_at=later(-number)) for number in range(inbox.CAP + 5)])
    read(desk, suggestion())
    agent = desk.staff()
    pages = [desk.do(inbox.listed, agent, Which.TODO, page=page) for page in (1, 2, 3, 4)]
    assert [len(rows) for rows, _ in pages] == [50, 50, 5, 0]
    assert [more for _, more in pages] == [True, True, False, False]
    assert len({row.reference for rows, _ in pages for row in rows}) == inbox.CAP + 5
    assert desk.do(inbox.counts, agent).todo == inbox.CAP


def test_hidden_tickets_leave_no_gap_in_pages_or_counts(desk: Desk) -> None:
    agent = desk.staff()
    for number in range(4):
        desk.ticket(f"text {number}", tier="T3-G" if number % 2 else "T0", sector=None)
    rows, more = desk.do(inbox.listed, agent, Which.TODO)
    assert (len(rows), more, desk.do(inbox.counts, agent).todo) == (2, False, 2)


def test_lists_never_show_the_words_of_a_sealed_ticket(desk: Desk) -> None:
    desk.ticket("canary words", tier="T3-G", sector="gbv")
    rows, _ = desk.do(inbox.listed, desk.staff(Role.FOCAL_POINT, clearances=["gbv"]), Which.SEALED)
    assert "canary" not in repr(rows)
