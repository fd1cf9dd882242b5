"""What an auditor reads: lines of what they may know of, and never a word (item 4 of the walls; I8, I31)."""

from __future__ import annotations

import pytest

from feedback.desk import auditing, handling, reading, screening, visibility
from feedback.desk.auditing import Audited
from feedback.errors import NotAllowed
from feedback.models.staff import Role, Staff
from tests.factories import Desk

WORDS = "canary words of one person"


def _lines(desk: Desk, auditor: Staff) -> list[Audited]:
    return desk.do(auditing.listed, auditor)[0]


def _tickets(desk: Desk, auditor: Staff) -> set[str | None]:
    return {one.ticket for one in _lines(desk, auditor)}


def test_who_did_what_when_and_to_whom_stands_there_without_a_word(desk: Desk) -> None:
    agent, auditor, ticket = desk.staff(name="Karim"), desk.staff(Role.AUDITOR), desk.ticket(WORDS)
    desk.act(agent, ticket, handling.note, WORDS)
    newest = _lines(desk, auditor)[0]
    assert (newest.actor, newest.action, newest.ticket) == ("Karim", "note", ticket.reference)
    assert "canary" not in repr(_lines(desk, auditor))


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.AUDITOR}))
def test_nobody_else_reads_it(desk: Desk, role: Role) -> None:
    with pytest.raises(NotAllowed):
        desk.do(auditing.listed, desk.staff(role))


def test_a_sealed_ticket_leaves_no_line_to_who_is_not_cleared_for_it(desk: Desk) -> None:
    blind, cleared = desk.staff(Role.AUDITOR), desk.staff(Role.AUDITOR, clearances=["gbv"])
    before = _lines(desk, blind)
    focal, ticket = desk.staff(Role.FOCAL_POINT, clearances=["gbv"]), desk.ticket(WORDS, tier="T3-G", sector="gbv")
    desk.act(focal, ticket, reading.view)
    assert _lines(desk, blind) == before
    shown = _lines(desk, cleared)
    assert (shown[0].action, shown[0].ticket, shown[0].wall) == ("open", ticket.reference, "gbv")


def test_a_scope_narrows_it_as_it_does_for_everybody(desk: Desk) -> None:
    here, elsewhere = desk.ticket(WORDS, place="camp-9"), desk.ticket(WORDS, place="camp-12")
    assert _tickets(desk, desk.staff(Role.AUDITOR, places=["camp-9"])) == {here.reference}
    assert _tickets(desk, desk.staff(Role.AUDITOR)) == {here.reference, elsewhere.reference}


def test_once_raised_its_earlier_lines_are_gone_too(desk: Desk) -> None:
    auditor, agent, ticket = desk.staff(Role.AUDITOR), desk.staff(), desk.ticket(WORDS)
    assert ticket.reference in _tickets(desk, auditor)
    desk.act(agent, ticket, screening.raise_, "T3-G")
    assert ticket.reference not in _tickets(desk, auditor)


def test_what_happened_behind_a_wall_stays_hidden_once_it_is_lowered(desk: Desk) -> None:
    auditor, ticket = desk.staff(Role.AUDITOR), desk.ticket(WORDS, tier="T3-G", sector="gbv")
    focal = desk.staff(Role.FOCAL_POINT, clearances=["gbv"])
    desk.act(focal, ticket, handling.note, "behind it")
    with desk.at() as session:
        found = session.merge(ticket)
        found.compartment = None
    assert ticket.reference in _tickets(desk, auditor)
    assert "note" not in [one.action for one in _lines(desk, auditor)]


def test_the_accused_and_their_agency_read_no_line_whatever_their_clearance(desk: Desk) -> None:
    given = {"clearances": ["psea"]}
    theirs, other = (desk.staff(Role.AUDITOR, agency=agency, **given) for agency in ("hoopoe", "kingfisher"))
    ticket = desk.ticket(WORDS, tier="T3-S", sector="conduct", subcategory="sea", subject="hoopoe")
    assert ticket.reference in _tickets(desk, other)
    assert ticket.reference not in _tickets(desk, theirs)


def test_a_long_history_has_pages(desk: Desk) -> None:
    agent, auditor, ticket = desk.staff(), desk.staff(Role.AUDITOR), desk.ticket()
    with desk.at(staff=True) as session:
        found = visibility.find_ticket(session, agent, ticket.reference)
        for number in range(auditing.PAGE):
            handling.note(session, agent, found, str(number))
    first, more = desk.do(auditing.listed, auditor)
    rest, end = desk.do(auditing.listed, auditor, page=2)
    assert (len(first), more, end) == (auditing.PAGE, True, False)
    assert rest
