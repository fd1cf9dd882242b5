"""The one rule of who may see a ticket (decision 3, I8, I13)."""

from __future__ import annotations

import pytest

from feedback.desk import inbox, reading, visibility
from feedback.errors import NotFound
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from tests.factories import Desk

READERS = [
    Role.VOLUNTEER, Role.SCREENER, Role.TRANSCRIBER, Role.AGENT, Role.FOCAL_POINT, Role.DUTY_OFFICER, Role.COORDINATOR,
]  # fmt: skip


def _sees(desk: Desk, staff: Staff, ticket: Ticket) -> bool:
    """By the list, the count and the page, which must agree."""
    counted = desk.do(visibility.count, staff, Ticket.id == ticket.id) == 1
    with desk.at(staff=True) as session:
        listed = bool(session.scalars(visibility.visible_tickets(staff).where(Ticket.id == ticket.id)).all())
        among = visibility.who_may_see(session, ticket, [staff]) == [staff]
    try:
        desk.act(staff, ticket, reading.view)
        found = True
    except NotFound:
        found = False
    assert counted == listed == found == among
    return found


@pytest.mark.parametrize("role", list(Role))
def test_an_open_ticket_is_for_all_who_read_tickets_and_for_nobody_else(desk: Desk, role: Role) -> None:
    assert _sees(desk, desk.staff(role), desk.ticket()) == (role in READERS)


@pytest.mark.parametrize("tier", [None, "T2-C", "T2-P", "T3-G", "T3-S", "T3-C", "T3-L"])
def test_a_sensitive_ticket_is_for_nobody_by_role_alone(desk: Desk, tier: str | None) -> None:
    ticket = desk.ticket("words", tier=tier, sector=None)
    assert not [role for role in Role if _sees(desk, desk.staff(role), ticket)]


def test_clearance_helps_no_role_that_reads_nothing(desk: Desk) -> None:
    ticket = desk.ticket(tier="T3-G", sector="gbv")
    assert _sees(desk, desk.staff(Role.FOCAL_POINT, clearances=["gbv"]), ticket)
    for role in (Role.AUDITOR, Role.OPERATOR, Role.INTERPRETER):
        assert not _sees(desk, desk.staff(role, clearances=["gbv"]), ticket)


def test_who_was_let_go_sees_nothing(desk: Desk) -> None:
    assert not _sees(desk, desk.staff(active=False), desk.ticket())


@pytest.mark.parametrize(
    ("scope", "sees"),
    [
        ({}, True),
        ({"places": ["camp-9"]}, True),
        ({"places": ["camp-1w"]}, False),
        ({"sectors": ["wash", "health"]}, True),
        ({"sectors": ["health"]}, False),
        ({"places": ["camp-9"], "sectors": ["health"]}, False),
        ({"agencies": ["nobody"]}, False),
    ],
)
def test_scope_is_places_and_sectors_and_agencies(desk: Desk, scope: dict[str, list[str]], sees: bool) -> None:
    ticket = desk.ticket("no water in camp 9", sector="wash")
    assert ticket.place == "camp-9"
    assert _sees(desk, desk.staff(**scope), ticket) is sees


def test_what_has_no_place_or_sector_yet_is_everybodys(desk: Desk) -> None:
    ticket = desk.ticket("please help", sector=None)
    assert ticket.place is None
    assert _sees(desk, desk.staff(places=["camp-1w"], sectors=["health"]), ticket)


def test_scope_does_not_narrow_a_clearance(desk: Desk) -> None:
    """Decision 12: who holds a compartment holds all of it."""
    ticket = desk.ticket("he hit me in camp 9", tier="T3-G", sector="gbv")
    assert _sees(desk, desk.staff(Role.FOCAL_POINT, clearances=["gbv"], places=["camp-1w"]), ticket)


class TestConflict:
    """The accused and their agency (decision 15, stories 5 and 6)."""

    def _psea(self, desk: Desk, **more: object) -> Ticket:
        return desk.ticket("he asked for favours", tier="T3-S", sector="conduct", subcategory="sea", **more)

    def test_the_accused_does_not_see_it_whatever_their_clearance(self, desk: Desk) -> None:
        accused = desk.staff(Role.FOCAL_POINT, clearances=["psea"])
        assert not _sees(desk, accused, self._psea(desk, subject_staff=accused.id))
        assert _sees(desk, accused, self._psea(desk, subject_staff=accused.id + 1))

    def test_nobody_of_the_accused_agency_sees_it(self, desk: Desk) -> None:
        ticket = self._psea(desk, subject="hoopoe")
        assert not _sees(desk, desk.staff(Role.FOCAL_POINT, clearances=["psea"], agency="hoopoe"), ticket)
        assert _sees(desk, desk.staff(Role.FOCAL_POINT, clearances=["psea"], agency="kingfisher"), ticket)
        assert _sees(desk, desk.staff(Role.FOCAL_POINT, clearances=["psea"]), ticket)

    def test_an_agency_that_only_runs_the_service_is_not_accused(self, desk: Desk) -> None:
        ticket = desk.ticket("the tap of hoopoe is broken", provider="hoopoe")
        assert _sees(desk, desk.staff(agency="hoopoe"), ticket)

    def test_no_subject_excludes_nobody(self, desk: Desk) -> None:
        assert _sees(desk, desk.staff(Role.FOCAL_POINT, clearances=["psea"], agency="hoopoe"), self._psea(desk))

    def test_counts_and_lists_are_as_if_it_did_not_exist(self, desk: Desk) -> None:
        accused = desk.staff(Role.FOCAL_POINT, clearances=["psea"])
        before = desk.do(inbox.counts, accused)
        self._psea(desk, subject_staff=accused.id)
        assert desk.do(inbox.counts, accused) == before


class TestPartner:
    """A colleague of one agency sees what that agency is to mend, and nothing else (decisions 12, 19)."""

    def test_they_see_open_tickets_of_their_agency_alone(self, desk: Desk) -> None:
        ticket = desk.ticket("no water in camp 9", sector="wash")
        others = next(code for code in desk.parts.response.agencies if code != ticket.agency)
        assert _sees(desk, desk.staff(Role.PARTNER, agency=ticket.agency), ticket)
        assert not _sees(desk, desk.staff(Role.PARTNER, agency=others), ticket)
        assert not _sees(desk, desk.staff(Role.PARTNER), ticket)

    def test_what_has_no_agency_yet_is_not_theirs(self, desk: Desk) -> None:
        ticket = desk.ticket("please help", sector=None)
        with desk.at() as session:
            session.merge(ticket).agency = None
        assert not _sees(desk, desk.staff(Role.PARTNER, agency=ticket.agency), ticket)
        assert not _sees(desk, desk.staff(Role.PARTNER), ticket)

    def test_their_places_and_sectors_narrow_it(self, desk: Desk) -> None:
        ticket = desk.ticket("no water in camp 9", sector="wash")
        given = {"agency": ticket.agency}
        assert not _sees(desk, desk.staff(Role.PARTNER, places=["camp-1w"], **given), ticket)
        assert not _sees(desk, desk.staff(Role.PARTNER, sectors=["health"], **given), ticket)

    @pytest.mark.parametrize("tier", [None, "T2-C", "T2-P", "T3-G", "T3-S", "T3-C", "T3-L"])
    def test_they_pass_no_wall_whatever_clearance_somebody_gave_them(self, desk: Desk, tier: str | None) -> None:
        ticket = desk.ticket("words", tier=tier, sector=None)
        with desk.at() as session:
            session.merge(ticket).agency = "heron"
        assert ticket.compartment is not None
        given = {"agency": "heron", "clearances": [ticket.compartment, "independent"]}
        assert not _sees(desk, desk.staff(Role.PARTNER, **given), ticket)


def test_hidden_and_missing_refuse_alike(desk: Desk) -> None:
    hidden, agent = desk.ticket(tier="T3-G", sector="gbv"), desk.staff()
    refusals = []
    for reference in (hidden.reference, "AAAAAAAAAAAAAA"):
        for find in (visibility.find_ticket, visibility.find_reply, visibility.find_recording):
            with pytest.raises(NotFound) as refusal:
                desk.do(find, agent, reference)
            refusals.append(str(refusal.value))
    assert len(set(refusals)) == 1
