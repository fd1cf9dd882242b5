"""Lessons: what the machine said beside what a person decided, as codes, and nothing of a matter behind a wall."""

from __future__ import annotations

import pytest

from classifier.suggestion import Verdict
from feedback.desk import handling, lowering, outbound, screening
from feedback.desk.screening import Coding
from feedback.models.lesson import How, Lesson
from feedback.models.staff import Role
from feedback.models.ticket import Ticket
from tests.factories import Desk, inbound
from tests.feedback.desk.readings import read, suggestion

MODEL = "lists 00000000 model 11111111"


def heard(desk: Desk, verdict: Verdict = Verdict.OPEN, **more: object) -> Ticket:
    (ticket_id,) = desk.hear(inbound("no water in camp 9"))
    read(desk, suggestion(verdict, model=MODEL, **more))
    return desk.rows(Ticket, Ticket.id == ticket_id)[0]


def lesson_of(desk: Desk, ticket: Ticket) -> Lesson:
    (lesson,) = desk.rows(Lesson, Lesson.ticket_id == ticket.id)
    return lesson


def codes(lesson: Lesson) -> tuple[str | None, ...]:
    return (lesson.sector, lesson.subcategory, lesson.kind)


def test_what_the_machine_released_is_kept_with_its_codes_and_its_model(desk: Desk) -> None:
    lesson = lesson_of(desk, heard(desk))
    assert (lesson.model, lesson.verdict, lesson.sure) == (MODEL, "open", True)
    assert codes(lesson) == ("wash", "no_water", "complaint")
    assert lesson.how is None


def test_what_waits_in_screening_tells_no_code_until_a_person_opens_it(desk: Desk) -> None:
    ticket, screener = heard(desk, Verdict.UNSURE), desk.screener()
    waiting = lesson_of(desk, ticket)
    assert (codes(waiting), waiting.tier, waiting.sure) == ((None, None, None), None, True)
    desk.act(screener, ticket, screening.screen, Coding("wash", "no_water", "complaint", "T0"))
    opened = lesson_of(desk, ticket)
    assert (opened.how, opened.decided_by) == (How.SCREENED, screener.id)
    assert codes(opened) == ("wash", "no_water", "complaint")


@pytest.mark.parametrize("verdict", [Verdict.OPEN, Verdict.UNSURE])
def test_behind_a_wall_nothing_is_kept_of_what_the_machine_took_it_for(desk: Desk, verdict: Verdict) -> None:
    ticket = heard(desk, verdict)
    staff = desk.staff() if verdict is Verdict.OPEN else desk.screener()
    desk.act(staff, ticket, screening.raise_, "T3-G")
    lesson = lesson_of(desk, ticket)
    assert (lesson.how, lesson.verdict, codes(lesson)) == (How.RAISED, verdict.value, (None, None, None))


def test_what_the_machine_raised_keeps_its_tier_alone(desk: Desk) -> None:
    lesson = lesson_of(desk, heard(desk, Verdict.SENSITIVE))
    assert (lesson.tier, codes(lesson), lesson.how) == ("T3-G", (None, None, None), None)


def test_each_decision_is_kept_as_what_it_was(desk: Desk) -> None:
    agent, holder = desk.staff(), desk.holder("gbv")
    corrected, confirmed, lowered, rightly = (heard(desk, v) for v in [Verdict.OPEN] * 2 + [Verdict.SENSITIVE] * 2)
    desk.act(agent, corrected, handling.override, Coding("health", "medicine", "complaint", "T0"))
    desk.act(agent, confirmed, handling.confirm)
    desk.act(holder, lowered, lowering.lower, Coding("wash", tier="T0"), "about a pump")
    desk.act(holder, rightly, lowering.confirm)
    ways = [lesson_of(desk, one).how for one in (corrected, confirmed, lowered, rightly)]
    assert ways == [How.CORRECTED, How.CONFIRMED, How.LOWERED, How.CONFIRMED]
    assert codes(lesson_of(desk, corrected)) == ("wash", "no_water", "complaint")
    assert desk.again(corrected).sector == "health"


def test_going_on_with_a_ticket_agrees_but_outweighs_no_decision(desk: Desk) -> None:
    agent, colleague = desk.staff(), desk.staff()
    silent, spoken = heard(desk), heard(desk)
    desk.act(agent, spoken, handling.override, Coding("health", tier="T0"))
    for ticket in (silent, spoken):
        desk.act(agent, ticket, handling.assign, to=colleague)
        desk.act(agent, ticket, outbound.say, "Somebody comes tomorrow.")
    assert (lesson_of(desk, silent).how, lesson_of(desk, spoken).how) == (How.ASSIGNED, How.CORRECTED)


def test_a_form_that_a_person_coded_is_a_lesson_as_soon_as_the_machine_has_read_it(desk: Desk) -> None:
    ticket, volunteer = desk.ticket(tier="T0", sector="health"), desk.staff(Role.VOLUNTEER)
    with desk.at() as session:
        session.merge(Ticket(id=ticket.id, read_at=None, entered_by=volunteer.id))
    read(desk, suggestion(model=MODEL))
    lesson = lesson_of(desk, ticket)
    assert (lesson.how, lesson.sector, desk.again(ticket).sector) == (How.ENTERED, "wash", "health")


def test_a_second_reading_replaces_the_first(desk: Desk) -> None:
    ticket = heard(desk)
    with desk.at() as session:
        session.merge(Ticket(id=ticket.id, read_at=None))
    read(desk, suggestion(model="lists 00000000 model 22222222"))
    assert lesson_of(desk, ticket).model.endswith("22222222")
