"""The form for violence and the report on an aid worker: as little as is needed, sealed, excluded, linked (R7-R14, I11)."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from feedback.desk import compartments, consents, gbv_form, linking, plans, reading, sea_report, sealing, visibility
from feedback.desk.conflicts import INDEPENDENT, UNKNOWN
from feedback.desk.gbv_form import Needs
from feedback.desk.sea_report import Help, Report
from feedback.errors import Invalid, NotAllowed, NotFound
from feedback.models.contact import Contact
from feedback.models.event import Event
from feedback.models.message import Message
from feedback.models.plan import Ask, Consent, How, Said
from feedback.models.review import Link
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Status, Term, Ticket, TicketKey
from feedback.responses.deadlines import Step
from tests.factories import Desk
from tests.feedback.desk.plans import ONE_HOUR, act, holders, unlocked

KEY = "a-form-of-the-tests-1"
NEEDS = Needs(
    place="camp-9", age="18_24", sex="female", language="bn", worker_sex="female", service="health", ago="72h"
)
TOLD = "He gives food for favours, says a girl of 14."
GIRL = replace(NEEDS, age="12_17", service="safety")


@pytest.fixture
def volunteer(desk: Desk) -> Staff:
    """Who met them."""
    return desk.staff(Role.VOLUNTEER, agency="myna")


@pytest.fixture
def focal(desk: Desk) -> Staff:
    """A gbv focal point."""
    return holders(desk)[0]


@pytest.fixture
def lead(desk: Desk) -> Staff:
    """The psea lead."""
    return holders(desk, "psea", agency="myna")[0]


def tell(desk: Desk, volunteer: Staff, needs: Needs = NEEDS, key: str = KEY, **more: object) -> Ticket:
    more = {"record": Said.YES, **more}
    desk.do(gbv_form.enter, volunteer, key, needs, **more)
    return max(desk.rows(Ticket), key=lambda ticket: ticket.id)


def report(desk: Desk, volunteer: Staff, told: Report, key: str = KEY, **more: object) -> None:
    desk.do(sea_report.enter, volunteer, key, told, **{"limits_said": True, **more})


def view(desk: Desk, staff: Staff, ticket: Ticket) -> reading.TicketView:
    return act(desk, staff, ticket, reading.view)


def test_the_form_has_no_field_for_a_name_or_for_what_happened():
    names = {one.name for one in fields(Needs)}
    assert names == {*gbv_form.CHOICES, "place", "language", "meet_where", "meet_when"}


def test_what_was_said_reaches_the_focal_point_as_codes_and_as_nothing_else(desk, volunteer, focal):
    ticket = tell(desk, volunteer)
    seen = view(desk, focal, ticket)
    assert (ticket.tier, ticket.compartment, ticket.sector, ticket.subcategory) == ("T3-G", "gbv", "gbv", "disclosure")
    assert {name: value for name, value in seen.facts.items() if name in ("need_age", "need_sex", "need_service")} == {
        "need_age": "18_24",
        "need_sex": "female",
        "need_service": "health",
    }
    assert [entry for entry in seen.thread if entry.words] == []
    assert [row.words for row in desk.rows(Message)] == [None]
    assert desk.rows(Term, Term.ticket_id == ticket.id) == []
    assert {row.recipient for row in desk.rows(TicketKey, TicketKey.ticket_id == ticket.id)} == {"c:gbv"}


def test_who_wrote_it_cannot_read_it_back(desk, volunteer, focal):
    ticket = tell(desk, volunteer)
    with pytest.raises(NotFound):
        desk.act(volunteer, ticket, reading.view)


def test_the_safe_contact_is_the_plan_and_the_consents_are_kept(desk, volunteer, focal):
    ticket = tell(desk, volunteer, terms=replace(ONE_HOUR, number="01711000007", channels=("call",)), refer=Said.NO)
    plan = act(desk, focal, ticket, lambda session, staff, found: plans.find(session, found))
    assert (plan.terms.number, plan.terms.since, plan.edition) == ("+8801711000007", "20:00", 1)
    with unlocked(desk, focal) as session:
        assert [one.said for one in consents.standing(session, ticket)] == ["yes", "yes", "no"]
    assert len(desk.rows(Contact)) == 1


def test_without_a_safe_contact_nobody_asked_stays_nobody_asked(desk, volunteer, focal):
    ticket = tell(desk, volunteer)
    with unlocked(desk, focal) as session:
        said = {one.ask: one.said for one in consents.standing(session, ticket)}
    assert said == {Ask.RECORD: "yes", Ask.CONTACT: "not_asked", Ask.REFER: "not_asked"}


def test_who_does_not_agree_to_a_record_is_counted_and_no_more(desk, volunteer, focal):
    ticket = tell(desk, volunteer, record=Said.NO, terms=ONE_HOUR)
    assert (ticket.status, ticket.code, ticket.tier) == (Status.CLOSED, None, "T3-G")
    assert (desk.rows(Contact), desk.rows(Consent)) == ([], [])
    with unlocked(desk, focal) as session:
        key = sealing.key(session, ticket.id)
    assert sealing.unseal_mapping(key, ticket.id, "facts", ticket.facts) in ({}, {"way": "count"})


@pytest.mark.parametrize(
    "slip",
    [
        {"age": "17"}, {"sex": "f"}, {"ago": "yesterday at noon he"}, {"service": "money"}, {"danger_now": "maybe"},
        {"behalf": "her sister Z"}, {"worker_sex": "x"}, {"interpreter_sex": "x"}, {"access": "x"}, {"place": "my block"},
        {"language": "xx"}, {"meet_where": "he beat me " * 20}, {"meet_when": "x" * 121},
    ],
)  # fmt: skip
def test_words_where_a_code_belongs_are_not_taken(desk, volunteer, focal, slip):
    with pytest.raises(Invalid):
        tell(desk, volunteer, replace(NEEDS, **slip))
    assert desk.rows(Ticket) == []


def test_a_form_sent_twice_is_one_ticket(desk, volunteer, focal):
    tell(desk, volunteer)
    tell(desk, volunteer)
    assert len(desk.rows(Ticket)) == 1
    assert len(desk.rows(Consent)) == 1


# A report on an aid worker


def test_a_report_holds_the_words_and_the_answers_sealed_to_psea(desk, volunteer, lead):
    report(desk, volunteer, Report(TOLD, who="a man at the gate", where="block C", under_18="yes", pass_on="no"))
    (ticket,) = desk.rows(Ticket)
    seen = view(desk, lead, ticket)
    assert (ticket.tier, ticket.compartment) == ("T3-S", "psea")
    assert [entry.words for entry in seen.thread] == [TOLD]
    assert {name: seen.facts[name] for name in ("report_who", "report_under_18", "report_pass_on")} == {
        "report_who": "a man at the gate",
        "report_under_18": "yes",
        "report_pass_on": "no",
    }
    assert [(row.ask, row.said) for row in desk.rows(Consent)] == [(Ask.REFER, Said.NO)]
    with pytest.raises(NotFound):
        desk.act(volunteer, ticket, reading.view)


def test_the_limits_of_secrecy_are_said_first(desk, volunteer, lead):
    with pytest.raises(Invalid):
        report(desk, volunteer, Report(TOLD), limits_said=False)
    assert desk.rows(Ticket) == []


@pytest.mark.parametrize(
    "slip",
    [
        {"words": " "},
        {"under_18": "14"},
        {"pass_on": "?"},
        {"who": "x" * 201},
        {"agency": "nobody"},
        {"language": "xx"},
    ],
)
def test_a_slip_in_a_report_is_mended_and_not_kept(desk, volunteer, lead, slip):
    with pytest.raises(Invalid):
        report(desk, volunteer, replace(Report(TOLD), **slip))
    assert desk.rows(Ticket) == []


def test_the_accused_agency_never_has_it_for_a_moment(desk, volunteer, lead):
    theirs = desk.holder("psea", agency="heron")
    with unlocked(desk, lead) as session:
        compartments.grant(session, lead, session.info["ring"], "psea", desk.mine(session, theirs))
    theirs = desk.mine_again(theirs)
    report(desk, volunteer, Report(TOLD, agency="heron"))
    (ticket,) = desk.rows(Ticket)
    assert (ticket.subject, ticket.subject_by) == ("heron", volunteer.id)
    with pytest.raises(NotFound):
        act(desk, theirs, ticket, reading.view)
    assert f"s:{theirs.id}" not in {row.recipient for row in desk.rows(TicketKey, TicketKey.ticket_id == ticket.id)}


def test_an_agency_that_nobody_knows_goes_to_the_independent_one_alone(desk, volunteer, lead):
    independent = desk.holder(INDEPENDENT)
    report(desk, volunteer, Report(TOLD, agency=UNKNOWN))
    (ticket,) = desk.rows(Ticket)
    assert [entry.words for entry in view(desk, independent, ticket).thread] == [TOLD]
    with pytest.raises(NotFound):
        act(desk, lead, ticket, reading.view)


# Story 19: both, behind two walls


@pytest.fixture
def both(desk: Desk, volunteer: Staff, lead: Staff) -> tuple[Ticket, Ticket, Staff]:
    """A girl of 14 tells of an aid worker of heron: the report, her assistance ticket, and a child protection owner."""
    child = holders(desk, "child_protection")[0]
    help_ = Help("child_protection", GIRL, How.BEST_INTEREST)
    report(desk, volunteer, Report(TOLD, agency="heron", under_18="yes"), help_=help_)
    (link,) = desk.rows(Link)
    (first,) = desk.rows(Ticket, Ticket.id == link.report_id)
    (second,) = desk.rows(Ticket, Ticket.id == link.assistance_id)
    return first, second, child


def test_the_assistance_ticket_holds_needs_and_no_word_of_the_allegation(desk, both):
    allegation, assistance, child = both
    seen = view(desk, child, assistance)
    assert (assistance.compartment, allegation.compartment) == ("child_protection", "psea")
    assert seen.facts["need_service"] == "safety"
    assert [name for name in seen.facts if name.startswith("report")] == []
    assert [entry.words for entry in seen.thread if entry.words] == []
    assert [row.how for row in desk.rows(Consent, Consent.ticket_id == assistance.id)] == [How.BEST_INTEREST]


def test_neither_owner_reads_more_of_the_other_than_the_link(desk, lead, both):
    allegation, assistance, child = both
    with unlocked(desk, lead) as session:
        assert linking.others(session, lead, allegation) == [linking.Other("assistance", None)]
    with unlocked(desk, child) as session:
        assert linking.others(session, child, assistance) == [linking.Other("report", None)]
    for staff, hidden in ((lead, assistance), (child, allegation)):
        with pytest.raises(NotFound):
            act(desk, staff, hidden, reading.view)
        with desk.at() as session:
            session.info["ring"] = compartments.ring(session, staff, desk.private_key(staff))
            assert sealing.keys(session, [hidden.id]) == {}


def test_the_accused_agency_sees_neither(desk, both):
    theirs = desk.holder("child_protection", role=Role.COORDINATOR, agency="heron")
    for ticket in both[:2]:
        with desk.at(staff=True) as session, pytest.raises(NotFound):
            visibility.find_ticket(session, theirs, ticket.reference)


def test_both_clocks_run_for_a_day(desk, both):
    response = desk.parts.response
    for ticket in both[:2]:
        due = response.due(ticket.tier or "", ticket.created_at, Step.ACT)
        assert (due - ticket.created_at).total_seconds() <= 24 * 3600


def test_who_knows_both_walls_goes_from_one_to_the_other(desk, both):
    allegation, assistance, _ = both
    of_both = desk.staff(Role.COORDINATOR, clearances=["psea", "child_protection"], agency="bulbul")
    with desk.at(staff=True) as session:
        assert linking.others(session, of_both, allegation) == [linking.Other("assistance", assistance.reference)]


def test_later_help_takes_consent_and_best_interest_only_stands_in_for_a_child(desk, lead):
    holders(desk)
    ticket = desk.ticket("a man of heron", tier="T3-S", sector="conduct")
    with pytest.raises(NotAllowed):
        act(desk, lead, ticket, linking.assist, "gbv", NEEDS, how=How.BEST_INTEREST)
    with pytest.raises(NotAllowed):
        act(desk, lead, ticket, linking.assist, "gbv", NEEDS, how=How.ASKED)
    act(desk, lead, ticket, consents.answer, Ask.REFER, Said.YES, language="bn")
    assert len(act(desk, lead, ticket, linking.assist, "gbv", NEEDS, how=How.ASKED)) == 8
    assert len(desk.rows(Link)) == 1


@pytest.mark.parametrize("wall", ["psea", "protection", "", "screening"])
def test_help_is_arranged_where_help_is(desk, lead, wall):
    ticket = desk.ticket("a man of heron", tier="T3-S", sector="conduct")
    with pytest.raises(Invalid):
        act(desk, lead, ticket, linking.assist, wall, GIRL, how=How.BEST_INTEREST)
    assert len(desk.rows(Ticket)) == 1


def test_no_event_of_all_this_holds_a_word(desk, both):
    told = " ".join(row.detail for row in desk.rows(Event))
    assert not {"heron", "food", "14"} & set(told.split())
