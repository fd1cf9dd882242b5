"""Story 17: what the machine can't judge a person decides, what it judged wrongly a person puts right, and both are kept."""

from __future__ import annotations

from feedback.models.lesson import How, Lesson
from feedback.models.review import Matter, Review
from feedback.models.staff import Role
from feedback.models.ticket import Ticket
from tests.journeys.conftest import Town, until

NUMBER = "+8801711000017"
OLD = "\u1031\u1006\u1038\u1001\u1014\u1039\u1038 \u1018\u101a\u1039\u1019\u103d\u102c\u101c\u1032"
"""Where is the clinic, in Burmese as the old font Zawgyi encodes it."""

FALSE_ALARM = "the actors in the play about rape were very good, when is the next play"


def test_burmese_in_the_old_encoding_waits_for_a_reader_and_the_decision_is_kept_with_its_reader(town: Town) -> None:
    reader = town.person(Role.SCREENER, clearances=["screening"])
    volunteer = town.person(Role.VOLUNTEER)

    town.text(NUMBER, OLD)

    (ticket,) = town.desk.rows(Ticket)
    assert (ticket.compartment, ticket.sector, ticket.language) == ("screening", None, "my")
    assert volunteer.status(f"/tickets/{ticket.reference}") == 404

    page = reader.read("/screening")
    assert OLD in page
    reader.press(reader.card(OLD), decision="open:health")

    after = town.desk.again(ticket)
    assert (after.compartment, after.sector) == (None, "health")
    assert OLD in volunteer.read(f"/tickets/{ticket.reference}")
    (lesson,) = town.desk.rows(Lesson)
    assert (lesson.sure, lesson.verdict, lesson.how, lesson.decided_by) == (
        False,
        "unsure",
        How.SCREENED,
        reader.staff.id,
    )


def test_a_false_alarm_is_lowered_with_a_reason_and_only_then_may_an_answer_go_out(town: Town) -> None:
    focal = town.person(Role.FOCAL_POINT, clearances=["gbv"])
    agent = town.person(Role.AGENT)

    town.text(NUMBER, FALSE_ALARM)

    (ticket,) = town.desk.rows(Ticket)
    at = f"/tickets/{ticket.reference}"
    assert (ticket.compartment, ticket.tier) == ("gbv", "T3-G")
    assert agent.status(at) == 404
    assert focal.client.post(f"{at}/answer", data={"text": "On Friday."}).status_code == 403
    without = focal.client.post(f"{at}/lower", data={"sector": "accountability", "tier": "T0", "reason": ""})
    assert without.status_code == 422
    assert town.desk.again(ticket).compartment == "gbv"

    focal.press(f"{at}/lower", sector="accountability", tier="T0", reason="A play on a stage, nobody was hurt.")

    assert town.desk.again(ticket).compartment is None
    (review,) = town.desk.rows(Review)
    assert (review.matter, review.by) == (Matter.LOWERED, focal.staff.id)  # a tenth of these is looked at again
    (lesson,) = town.desk.rows(Lesson)
    assert (lesson.how, lesson.decided_by) == (How.LOWERED, focal.staff.id)

    agent.press(f"{at}/answer", text="The next play is on Friday.")
    town.send()
    until(lambda: any(text.body == "The next play is on Friday." for text in town.phone.inbox(NUMBER)))
