"""What a form said beside the words reaches those who help, in words, and the name only those who need it."""

from __future__ import annotations

import pytest

from channels.contract import ChannelName
from feedback.desk import gbv_form, replies, sea_report, visibility
from feedback.desk.form_facts import REPORT, WHO
from feedback.models.reply import Reply
from feedback.models.staff import Role
from feedback.web import form_labels
from feedback.web.labels import Labels

ASIDE = {"who": "Noorjahan of block C", "terms": "after 16:00, only herself", "phone": "her aunt's: 0171 2-2"}
FACTS = {
    "name": ASIDE["who"],
    "phone_as_written": ASIDE["phone"],
    "contact_terms": ASIDE["terms"],
    "sex": "female",
    "age": "18-24",
    "way": "matter",
}


def test_needs_told_to_a_volunteer_reach_the_focal_point_in_words(desk, client):
    needs = gbv_form.Needs(service="health", danger_now="yes", meet_where="the pump of block C").facts()
    ticket = desk.ticket("-", tier="T3-G", sector="gbv", facts=needs)
    desk.enter(client, desk.staff(Role.FOCAL_POINT, clearances=["gbv"]))
    page = client.get(f"/tickets/{ticket.reference}").text
    assert '<dt>What do they want help with?</dt><dd dir="auto">Health care</dd>' in page
    assert '<dt>Are they in danger now?</dt><dd dir="auto">Yes</dd>' in page
    assert "the pump of block C" in page
    assert "How old?" not in page  # they left it open


@pytest.mark.parametrize(("role", "knows"), [(Role.AGENT, True), (Role.VOLUNTEER, False)])
def test_a_name_shows_to_who_hands_the_matter_on_and_when_to_call_to_everybody(desk, client, role, knows):
    ticket = desk.ticket("the tap is dry", facts=FACTS)
    desk.enter(client, desk.staff(role))
    page = client.get(f"/tickets/{ticket.reference}").text
    assert ASIDE["terms"] in page
    assert (ASIDE["who"] in page) is knows
    assert ("0171 2-2" in page) is knows


def test_nobody_in_screening_reads_who_it_is(desk, client):
    screener = desk.staff(Role.SCREENER, clearances=["screening"])
    ticket = desk.ticket("the tap is dry", tier=None, facts=FACTS)
    desk.enter(client, screener)
    page = client.get(f"/tickets/{ticket.reference}").text
    assert (ASIDE["terms"] in page, ASIDE["who"] in page) == (True, False)


def test_who_calls_reads_when_they_may_be_called_and_the_name_once_the_call_is_in_hand(desk, client):
    agent = desk.staff(Role.AGENT)
    ticket = desk.ticket(channel=ChannelName.HOTLINE, adapter="twilio-voice", address="+8801711000222", facts=FACTS)
    with desk.at(staff=True) as session:
        replies.answer(session, agent, visibility.find_ticket(session, agent, ticket.reference), "It is mended.")
    desk.enter(client, agent)
    before = client.get("/calls").text
    assert (ASIDE["terms"] in before, ASIDE["who"] in before) == (True, False)
    client.post(f"/calls/{desk.rows(Reply)[0].reference}/number")
    assert ASIDE["who"] in client.get("/calls").text


def test_no_answer_of_any_form_is_left_without_its_question(parts):
    facts = dict.fromkeys((*gbv_form.Needs().facts(), *sea_report.Report("").facts(), *WHO), "x")
    facts |= {f"report_{name}": "x" for name in (*REPORT, "agency")} | {"need_meet_where": "x", "need_meet_when": "x"}
    said = form_labels.said(facts, Labels(parts.response, "bn"), who=True)
    assert len(said) == len(facts)
    assert not [asked for asked, _ in said if asked.isascii()]
