"""A tablet's form about something serious: its consents and its plan are kept as such, sealed with the ticket (R15, I19)."""

from __future__ import annotations

import pytest

from feedback.desk import consents, outbound, plans, reading, sealing, sync
from feedback.errors import NotAllowed
from feedback.models.message import Message
from feedback.models.plan import Ask, Consent, ContactPlan, How, Said
from feedback.models.reply import Reply
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from tests.factories import Desk
from tests.feedback.desk import forms
from tests.feedback.desk.plans import act, agreed, holders, unlocked

TERMS = "after 8, her sister answers"


@pytest.fixture
def focal(desk: Desk) -> Staff:
    return holders(desk)[0]


def send(desk: Desk, **more: object) -> Ticket:
    form = forms.filled(**{"way": "serious", "tier": "T3-G", "sector": None, "subcategory": None, "text": "", **more})
    volunteer = desk.staff(Role.VOLUNTEER, places=["camp-9"])
    assert (
        desk.do(sync.receive, volunteer, forms.TABLET, sync.open_form(desk.parts.vault, forms.sealed(desk.parts, form)))
        is sync.State.KEPT
    )
    return desk.rows(Ticket)[0]


def test_what_they_agreed_to_is_kept_as_consents_and_not_as_facts(desk, focal):
    ticket = send(desk, refer="no", terms=TERMS, phone="01711000111")
    with unlocked(desk, focal) as session:
        said = {one.ask: (one.said, one.how) for one in consents.standing(session, ticket)}
    assert said == {Ask.RECORD: ("yes", "asked"), Ask.REFER: ("no", "asked"), Ask.CONTACT: ("yes", "own_words")}
    facts = act(desk, focal, ticket, reading.view).facts
    assert not {
        name for name in facts if name.startswith("consent_") and "asked" not in name and "language" not in name
    }
    assert "terms" not in facts


def test_their_words_are_the_plan_and_allow_nothing_before_somebody_cleared_has_read_them(desk, focal):
    ticket = send(desk, terms=TERMS, phone="01711000111", language="en")
    phrase = desk.parts.response.phrases.text("help", "en")
    plan = act(desk, focal, ticket, lambda session, staff, found: plans.find(session, found))
    assert (plan.terms.where, plan.terms.channels) == (TERMS, ())
    with pytest.raises(NotAllowed):
        act(desk, focal, ticket, outbound.say, phrase)
    assert desk.rows(Reply) == []
    agreed(desk, focal, ticket, channels=("call",))
    assert act(desk, focal, ticket, outbound.say, phrase).state.value == "by_hand"


def test_the_plan_is_sealed_before_its_author_could_read_it_back(desk, focal):
    send(desk, terms=TERMS)
    (row,) = desk.rows(ContactPlan)
    assert TERMS.encode() not in row.terms
    with desk.at() as session:
        assert sealing.keys(session, [row.ticket_id]) == {}


def test_no_wish_to_be_reached_is_kept_as_a_no(desk, focal):
    send(desk, contact="no", terms="", phone="")
    assert [(row.said, row.edition) for row in desk.rows(Consent, Consent.ask == Ask.CONTACT)] == [(Said.NO, None)]
    assert desk.rows(ContactPlan) == []


def test_what_was_not_asked_is_no_row(desk, focal):
    send(desk, record="not_asked", refer="not_asked", contact="not_asked", text="he follows me")
    assert desk.rows(Consent) == []


def test_a_form_whose_tier_nobody_could_tell_keeps_them_too(desk, focal):
    send(desk, tier=None, terms=TERMS)
    assert {row.ask for row in desk.rows(Consent)} == set(Ask)
    assert len(desk.rows(ContactPlan)) == 1


def test_words_that_are_too_long_for_a_plan_are_not_lost(desk, focal):
    ticket = send(desk, terms=TERMS * 20)
    assert act(desk, focal, ticket, reading.view).facts["terms"] == TERMS * 20
    assert desk.rows(ContactPlan) == []


def test_a_form_that_comes_twice_agrees_once(desk, focal):
    form = forms.sealed(
        desk.parts, forms.filled(way="serious", tier="T3-G", sector=None, subcategory=None, terms=TERMS)
    )
    volunteer = desk.staff(Role.VOLUNTEER)
    for _ in range(2):
        desk.do(sync.receive, volunteer, forms.TABLET, sync.open_form(desk.parts.vault, form))
    assert (len(desk.rows(Consent)), len(desk.rows(ContactPlan)), len(desk.rows(Message))) == (3, 1, 1)


def test_an_ordinary_form_keeps_them_as_facts_of_an_open_ticket(desk):
    ticket = send(desk, way="matter", tier=None, sector="wash", subcategory="no_water", text="pani nai", terms=TERMS)
    assert desk.rows(Consent) == []
    assert desk.act(desk.staff(), ticket, reading.view).facts["consent_contact"] == "yes"


def test_how_they_said_it_is_kept(desk, focal):
    send(desk, terms=TERMS)
    assert {row.how for row in desk.rows(Consent, Consent.ask == Ask.CONTACT)} == {How.OWN_WORDS}
