"""Search among sealed tickets: in the unlocked session alone, of what one may see, recorded, the newest so many (decision 4)."""

from __future__ import annotations

import pytest

from feedback import wiring
from feedback.desk import compartments, events, handling, search, visibility
from feedback.models.event import Event
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from feedback.ops import keys
from tests.factories import Desk


@pytest.fixture
def everyone(desk: Desk, parts: wiring.Parts) -> dict[str, list[Staff]]:
    """Two holders for each compartment, and the keys begun."""
    people = {name: [desk.holder(name) for _ in range(2)] for name in parts.response.compartments}
    keys.begin(parts)
    return people


def _search(desk: Desk, staff: Staff, said: str, *, limit: int = 50) -> search.Sealed | None:
    with desk.at(staff=True) as session:
        session.info["ring"] = compartments.ring(session, staff, desk.private_key(staff))
        return search.among_sealed(session, staff, said, limit=limit)


def _ids(found: search.Sealed | None) -> list[int]:
    assert found is not None
    return [ticket.id for ticket in found.tickets]


def _sealed(desk: Desk, text: str, tier: str = "T3-G", sector: str = "gbv") -> Ticket:
    return desk.ticket(text, tier=tier, sector=sector)


def test_a_holder_finds_whole_words_in_every_order_newest_first(desk: Desk, everyone: dict[str, list[Staff]]) -> None:
    first, _, last = (_sealed(desk, f"my husband {what}") for what in ("hits me", "left", "hits the child"))
    focal = everyone["gbv"][0]
    assert _ids(_search(desk, focal, "hits husband")) == [last.id, first.id]
    assert _ids(_search(desk, focal, "husb")) == []


def test_notes_are_looked_through_too(desk: Desk, everyone: dict[str, list[Staff]]) -> None:
    ticket, focal = _sealed(desk, "my husband"), everyone["gbv"][0]
    with desk.at(staff=True) as session:
        session.info["ring"] = compartments.ring(session, focal, desk.private_key(focal))
        handling.note(session, focal, visibility.find_ticket(session, focal, ticket.reference), "met at the clinic")
    assert _ids(_search(desk, focal, "clinic")) == [ticket.id]


def test_a_holder_of_another_wall_finds_nothing_and_looks_at_nothing(
    desk: Desk, everyone: dict[str, list[Staff]]
) -> None:
    _sealed(desk, "my husband hits me")
    assert _search(desk, everyone["psea"][0], "husband") == search.Sealed([], 0, older=False)


def test_a_locked_session_looks_at_none(desk: Desk, everyone: dict[str, list[Staff]]) -> None:
    _sealed(desk, "my husband hits me")
    assert desk.do(search.among_sealed, everyone["gbv"][0], "husband") is None
    assert desk.rows(Event, Event.action == "search sealed") == []


def test_who_has_no_clearance_looks_at_none_with_a_key_or_without(desk: Desk, everyone: dict[str, list[Staff]]) -> None:
    _sealed(desk, "my husband hits me")
    agent = desk.staff(Role.AGENT)
    assert desk.do(search.among_sealed, agent, "husband") is None
    assert not search.searches_sealed(agent)


def test_it_is_recorded_without_a_word(desk: Desk, everyone: dict[str, list[Staff]]) -> None:
    _sealed(desk, "my husband hits me")
    _search(desk, everyone["gbv"][0], "husband")
    (line,) = desk.rows(Event, Event.action == "search sealed")
    assert (line.actor, line.ticket_id, line.detail) == (events.by(everyone["gbv"][0]), None, "")


def test_only_the_newest_so_many_are_opened_and_it_says_so(
    desk: Desk, everyone: dict[str, list[Staff]], monkeypatch: pytest.MonkeyPatch
) -> None:
    oldest, *rest = (_sealed(desk, f"husband {number}") for number in range(4))
    monkeypatch.setattr(search, "MOST_SEALED", 3)
    monkeypatch.setattr(search, "_CHUNK", 2)
    found = _search(desk, everyone["gbv"][0], "husband")
    assert found is not None
    assert (_ids(found), found.looked, found.older) == ([ticket.id for ticket in reversed(rest)], 3, True)
    assert oldest.id not in _ids(found)


def test_who_is_accused_finds_nothing_of_it(desk: Desk, everyone: dict[str, list[Staff]]) -> None:
    accused = desk.holder("gbv", agency="unhcr")
    ticket = _sealed(desk, "my husband hits me")
    with desk.at() as session:
        session.get_one(Ticket, ticket.id).subject = "unhcr"
    assert _ids(_search(desk, accused, "husband")) == []
