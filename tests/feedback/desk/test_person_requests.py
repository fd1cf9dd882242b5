"""People ask what is held of them: taken in by any code, seen by those who may, settled with a coded reason, on a clock."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from feedback import clock
from feedback.desk import forgetting, handling, person_requests, reading, visibility
from feedback.errors import Invalid, NotAllowed, NotFound, WrongState
from feedback.models.event import Event
from feedback.models.reply import Note, NoteKind
from feedback.models.right import DataRequest, Ground
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Outcome, Ticket, TicketKey
from tests.factories import Desk


@pytest.fixture
def lead(desk: Desk) -> Staff:
    return desk.staff(Role.COORDINATOR)


def ask(desk: Desk, staff: Staff, code: str | None, right: str, proof: str = "code", terms: str = "") -> None:
    desk.do(person_requests.ask, staff, code or "", right=right, proof=proof, terms=terms)


def asked(desk: Desk, right: str = "see", *, tier: str = "T0", closed: bool = True) -> tuple[Ticket, str]:
    """A ticket whose code was given with a request, and the request's reference."""
    ticket = desk.ticket("the guard shouted at me", tier=tier)
    wall = ticket.compartment
    if closed:
        by = desk.staff(Role.FOCAL_POINT, clearances=[wall] if wall else [])
        desk.act(by, ticket, handling.close, Outcome.INFORMED)
    ask(desk, desk.staff(Role.VOLUNTEER), ticket.code, right)
    (request,) = desk.rows(DataRequest, DataRequest.ticket_id == ticket.id)
    return ticket, request.reference


def test_it_has_a_clock_and_the_one_that_is_due_first_stands_on_top(desk: Desk, lead: Staff) -> None:
    with time_machine.travel(clock.now() - timedelta(days=31), tick=False):
        old, _ = asked(desk)
    new, _ = asked(desk)
    first, second = desk.do(person_requests.waiting, lead)
    assert (first.ticket, second.ticket) == (old.reference, new.reference)
    assert first.due_at < clock.now() < second.due_at
    assert second.due_at - second.at == timedelta(days=30)


def test_a_deployment_sets_the_days(desk: Desk, lead: Staff) -> None:
    desk.parts.database.shared["request_days"] = 10
    asked(desk)
    (one,) = desk.do(person_requests.waiting, lead)
    assert one.due_at - one.at == timedelta(days=10)


def test_for_a_ticket_that_the_asker_may_not_see_it_goes_to_those_who_may_and_shows_nothing(desk: Desk) -> None:
    ticket = desk.ticket("he hit me", tier="T3-G", sector="gbv")
    volunteer, holder = desk.staff(Role.VOLUNTEER), desk.staff(Role.FOCAL_POINT, clearances=["gbv"])
    ask(desk, volunteer, ticket.code, "erase", terms="after eight, my sister's door")
    assert desk.do(person_requests.waiting, volunteer) == []
    assert desk.do(person_requests.count, desk.staff(Role.COORDINATOR)) == 0
    assert [one.ticket for one in desk.do(person_requests.waiting, holder)] == [ticket.reference]
    visit = next(one for one in desk.act(holder, ticket, reading.view).thread if one.kind == "visit")
    assert visit.words == "after eight, my sister's door"


def test_an_unknown_code_goes_to_screening_with_what_was_asked(desk: Desk) -> None:
    ask(desk, desk.staff(Role.VOLUNTEER), "1234 5678", "erase", terms="at the tap")
    (ticket,) = desk.rows(Ticket)
    assert ticket.compartment == "screening"
    said = desk.act(desk.screener(), ticket, reading.view).thread[0].words
    assert said == "1234 5678: erase (code) at the tap"


def test_the_same_wish_twice_is_one_request(desk: Desk) -> None:
    ticket, _ = asked(desk, "see")
    ask(desk, desk.staff(Role.VOLUNTEER), ticket.code, "see")
    ask(desk, desk.staff(Role.VOLUNTEER), ticket.code, "correct")
    assert sorted(one.right.value for one in desk.rows(DataRequest)) == ["correct", "see"]


def test_who_shows_no_proof_is_refused_and_the_owner_can_see_that_somebody_asked(desk: Desk, lead: Staff) -> None:
    ticket = desk.ticket()
    desk.act(lead, ticket, person_requests.ask_on, right="see", proof="not_shown")
    (request,) = desk.rows(DataRequest)
    assert (request.ground, desk.do(person_requests.waiting, lead)) == (Ground.NOT_SHOWN, [])
    details = [event.detail for event in desk.rows(Event, Event.ticket_id == ticket.id)]
    assert details[-2:] == ["see not_shown", "see not_shown"]


def test_what_is_asked_and_how_it_was_proved_are_codes(desk: Desk, lead: Staff) -> None:
    code = desk.ticket().code
    for right, proof in (("", "code"), ("see", ""), ("sell", "code"), ("see", "a nice face")):
        with pytest.raises(Invalid):
            ask(desk, lead, code, right, proof)
    assert desk.rows(DataRequest) == []


def test_the_sheet_holds_what_they_said_and_heard_and_no_remark_of_a_colleague(desk: Desk, lead: Staff) -> None:
    ticket, reference = asked(desk, closed=False)
    desk.act(lead, ticket, handling.note, "she seems afraid of her brother")
    sheet = desk.do(person_requests.sheet, lead, reference)
    assert [entry.words for entry in sheet.thread] == ["the guard shouted at me"]
    assert (sheet.row.sector, sheet.address is None or "*" in sheet.address or "•" in sheet.address) == ("wash", True)


def test_reading_the_sheet_of_a_sealed_ticket_is_recorded_first(desk: Desk) -> None:
    ticket, reference = asked(desk, tier="T3-G")
    desk.do(person_requests.sheet, desk.staff(Role.COORDINATOR, clearances=["gbv"]), reference)
    assert "open" in [event.action for event in desk.rows(Event, Event.ticket_id == ticket.id)]


def test_a_hidden_request_and_a_missing_one_look_the_same(desk: Desk, lead: Staff) -> None:
    _, reference = asked(desk, "see", tier="T3-G")
    said = set()
    for verb in (person_requests.sheet, person_requests.told, person_requests.erase):
        for one in (reference, "AAAAAAAAAAAAAA"):
            with pytest.raises(NotFound) as caught:
                desk.do(verb, lead, one)
            said.add(str(caught.value))
    assert len(said) == 1


def test_told_settles_it_once(desk: Desk, lead: Staff) -> None:
    _, reference = asked(desk)
    desk.do(person_requests.told, lead, reference)
    (request,) = desk.rows(DataRequest)
    assert (request.ground, request.settled_by) == (Ground.DONE, lead.id)
    with pytest.raises(WrongState):
        desk.do(person_requests.told, lead, reference)


def test_a_correction_stands_beside_the_words_which_stay(desk: Desk, lead: Staff) -> None:
    ticket, reference = asked(desk, "correct")
    desk.do(person_requests.correct, lead, reference, "it was the volunteer, not the guard")
    thread = [(one.kind, one.words) for one in desk.act(lead, ticket, reading.view).thread]
    assert thread == [
        ("message", "the guard shouted at me"),
        ("correction", "it was the volunteer, not the guard"),
    ]
    assert desk.rows(Note)[0].kind is NoteKind.CORRECTION


def test_erasing_forgets_and_the_coded_facts_stay(desk: Desk, lead: Staff) -> None:
    ticket, reference = asked(desk, "erase")
    assert desk.do(person_requests.erase, lead, reference) is True
    row = desk.again(ticket)
    assert (row.forgotten_at is not None, row.sector, desk.rows(TicketKey)) == (True, "wash", [])
    with desk.at(staff=True) as session, pytest.raises(NotFound):
        visibility.find_ticket(session, lead, ticket.reference)


def test_a_hold_wins_and_that_is_recorded(desk: Desk, lead: Staff) -> None:
    ticket, reference = asked(desk, "erase")
    desk.act(desk.staff(Role.FOCAL_POINT), ticket, forgetting.hold)
    assert desk.do(person_requests.erase, lead, reference) is False
    assert desk.again(ticket).forgotten_at is None
    assert desk.rows(DataRequest)[0].ground is Ground.HELD
    assert desk.rows(Event, Event.ticket_id == ticket.id)[-1].detail == "erase held"


def test_what_is_still_worked_on_is_closed_first(desk: Desk, lead: Staff) -> None:
    ticket, reference = asked(desk, "erase", closed=False)
    with pytest.raises(WrongState):
        desk.do(person_requests.erase, lead, reference)
    assert desk.again(ticket).forgotten_at is None


def test_what_accuses_somebody_is_not_erased_by_one_person_alone(desk: Desk) -> None:
    ticket = desk.ticket("the officer wants money", tier="T2-C", sector="conduct")
    one, two = (desk.staff(Role.FOCAL_POINT, clearances=["conduct"]) for _ in range(2))
    desk.act(one, ticket, handling.close, Outcome.INFORMED)
    desk.act(one, ticket, person_requests.ask_on, right="erase", proof="known")
    (request,) = desk.rows(DataRequest)
    with pytest.raises(NotAllowed):
        desk.do(person_requests.erase, one, request.reference)
    assert desk.again(ticket).forgotten_at is None
    assert desk.do(person_requests.erase, two, request.reference) is True


def test_it_is_refused_with_a_coded_reason_and_no_other(desk: Desk, lead: Staff) -> None:
    ticket, reference = asked(desk, "erase")
    for wrong in ("done", "", "no time"):
        with pytest.raises(Invalid):
            desk.do(person_requests.refuse, lead, reference, wrong)
    desk.do(person_requests.refuse, lead, reference, "others")
    assert (desk.rows(DataRequest)[0].ground, desk.again(ticket).forgotten_at) == (Ground.OTHERS, None)


def test_most_roles_settle_nothing(desk: Desk) -> None:
    _, reference = asked(desk)
    for role in (Role.VOLUNTEER, Role.AGENT, Role.SCREENER, Role.AUDITOR, Role.OPERATOR):
        staff = desk.staff(role)
        with pytest.raises(NotAllowed):
            desk.do(person_requests.sheet, staff, reference)
        with pytest.raises(NotAllowed):
            desk.do(person_requests.refuse, staff, reference, "law")


def test_what_they_asked_is_what_is_done(desk: Desk, lead: Staff) -> None:
    ticket, reference = asked(desk, "see")
    with pytest.raises(WrongState):
        desk.do(person_requests.erase, lead, reference)
    assert desk.again(ticket).forgotten_at is None


def test_a_desk_that_asks_for_codes_without_end_has_to_wait(desk: Desk) -> None:
    volunteer = desk.staff(Role.VOLUNTEER)
    for _ in range(person_requests.ASKS_IN_TEN_MINUTES):
        ask(desk, volunteer, "1234 5678", "see")
    with pytest.raises(WrongState):
        ask(desk, volunteer, "1234 5678", "see")


def test_nothing_of_it_holds_words(desk: Desk, lead: Staff) -> None:
    ticket, reference = asked(desk, "correct")
    desk.do(person_requests.correct, lead, reference, "osprey")
    with desk.at(write=False) as session:
        for table in ("event", "data_request"):
            rows = session.execute(sa.text(f"SELECT * FROM {table}")).all()  # noqa: S608
            assert "osprey" not in str(rows)
    assert ticket
