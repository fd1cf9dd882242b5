"""Story 20: danger at night is one neutral call that a second person looks at; "call me after 8" is consent and plan."""

from __future__ import annotations

from datetime import timedelta

import time_machine

from feedback import clock
from feedback.desk import compartments
from feedback.models.plan import Consent, How
from feedback.models.reply import Purpose, Reply, ReplyState
from feedback.models.review import Review, Verdict
from feedback.models.staff import Role
from feedback.models.ticket import Ticket
from tests.feedback.desk.plans import local
from tests.journeys.conftest import Town, until
from tests.journeys.test_story_05_somebody_is_woken import PHONES
from workers import pages

NUMBER = "+8801711000020"


def test_at_night_one_neutral_call_and_the_next_day_a_second_person(town: Town) -> None:
    officer = town.person(Role.DUTY_OFFICER, clearances=["protection"])
    second = town.person(Role.FOCAL_POINT, clearances=["protection"])
    with town.desk.at() as session:
        people = [town.desk.mine(session, one.staff) for one in (officer, second)]
        compartments.create(session, "protection", people, actor="part:test")
    coordinator = town.person(Role.COORDINATOR)
    with time_machine.travel(local(23, 40), tick=True):
        for one in (officer, second, coordinator):
            town.desk.enter(one.client, one.staff)
        form = {
            "compartment": "protection",
            "rung": "1",
            "login": officer.staff.login,
            "phone": PHONES["first"],
            "outside": "",
        }
        zone = timedelta(hours=6)
        form |= {"since": (clock.now() + zone - timedelta(hours=1)).isoformat()[:16]}
        form |= {"until": (clock.now() + zone + timedelta(days=2)).isoformat()[:16]}
        assert coordinator.client.post("/rota", data=form).status_code == 303
        ticket = town.desk.ticket("I can't go on tonight", tier="T3-L", sector="protection", address=NUMBER)
        at = f"/tickets/{ticket.reference}"

        assert pages.look(town.house.parts) == 1
        until(lambda: town.phone.inbox(PHONES["first"]))
        officer.press("/rota/confirm")
        assert "nothing goes out" in officer.read(at)
        refused = officer.client.post(f"{at}/danger", data={"way": "sms", "why_now": "She says tonight."})
        assert refused.status_code == 422
        page = officer.press(f"{at}/danger", way="call", why_now="She says tonight.")
        assert "A life is in danger: reach them now" in page
        (reply,) = town.desk.rows(Reply)
        assert NUMBER not in officer.client.get(at).text
        assert NUMBER in officer.press(f"{at}/number/{reply.reference}")
        officer.press(f"{at}/told/{reply.reference}")
        town.send()
        assert town.phone.inbox(NUMBER) == []  # never a text
        assert "She says tonight." not in officer.client.get("/reviews").text  # not their own

    (reply,) = town.desk.rows(Reply)
    assert (reply.purpose, reply.state) == (Purpose.DANGER, ReplyState.DELIVERED)
    (review,) = town.desk.rows(Review)
    with time_machine.travel(local(9) + timedelta(days=1), tick=True):
        town.desk.enter(second.client, second.staff)
        assert "She says tonight." in second.read("/reviews")
        second.press(f"/reviews/{review.reference}", verdict="right")
        assert "Nothing waits for a second look" in second.read("/reviews")
    assert town.desk.rows(Review)[0].verdict is Verdict.RIGHT


def test_call_me_after_eight_is_the_consent_and_the_plan(town: Town) -> None:
    focal = town.person(Role.FOCAL_POINT, clearances=["gbv"])
    with time_machine.travel(local(12), tick=True):
        town.desk.enter(focal.client, focal.staff)
        town.text(NUMBER, "my husband beats me, call me after 8, my sister's phone")
        (ticket,) = town.desk.rows(Ticket)
        at = f"/tickets/{ticket.reference}"
        plan = {"how": "own_words", "channels": "call", "since": "20:00", "until": "21:00", "language": "en"}
        focal.press(f"{at}/plan", who="my sister", **plan)
        focal.press(f"{at}/answer", text=town.house.parts.response.phrases.text("first_contact", "en"))
        (reply,) = town.desk.rows(Reply)
        assert (reply.state, reply.adapter) == (ReplyState.BY_HAND, None)
        assert "Not now: the hour that was agreed begins" in focal.read(at)
        assert focal.client.post(f"{at}/number/{reply.reference}").status_code == 409
    (consent,) = town.desk.rows(Consent)
    assert consent.how is How.OWN_WORDS
    with time_machine.travel(local(20, 10), tick=True):
        town.desk.enter(focal.client, focal.staff)
        assert NUMBER in focal.press(f"{at}/number/{reply.reference}")
        focal.press(f"{at}/told/{reply.reference}")
    assert town.desk.rows(Reply)[0].state is ReplyState.DELIVERED


def test_who_said_nothing_of_it_is_asked_once_in_the_words_that_open_tickets_get(town: Town) -> None:
    focal = town.person(Role.FOCAL_POINT, clearances=["gbv"])
    with time_machine.travel(local(10), tick=True):
        town.desk.enter(focal.client, focal.staff)
        town.text(NUMBER, "my husband beats me every night")
        (ticket,) = town.desk.rows(Ticket)
        at = f"/tickets/{ticket.reference}"
        assert "Ask once how to reach them" in focal.read(at)
        focal.press(f"{at}/first-contact")
        assert focal.client.post(f"{at}/first-contact").status_code == 409
    with time_machine.travel(local(10, 1), tick=True):
        town.send()
        phrase = town.house.parts.response.phrases.text("first_contact", "en")
        until(lambda: phrase in [text.body for text in town.phone.inbox(NUMBER)])
