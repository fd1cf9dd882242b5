"""Teaching: what was decided in the open may teach; what is held, silent, withdrawn, young or was ever sealed never does."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from classifier import lesson_file
from classifier.suggestion import Verdict
from feedback import clock
from feedback.desk import consents, forgetting, handling, lowering, screening, silence, teaching
from feedback.desk.screening import Coding
from feedback.errors import NotAllowed
from feedback.models.event import Event
from feedback.models.lesson import Lesson
from feedback.models.plan import Ask, Said
from feedback.models.review import Review
from feedback.models.review import Verdict as Word
from feedback.models.right import DataRequest, Proof, Right
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from tests.factories import Desk, inbound
from tests.feedback.desk.readings import read, suggestion

SILENT = "+8801799999999"
WORDS = "the pump of our block gives no water"
HEALTH = Coding("health", "medicine", "complaint", "T0")


def taught(desk: Desk, text: str = WORDS, verdict: Verdict = Verdict.OPEN, **more: object) -> Ticket:
    """A ticket that the machine took for water and a person corrected."""
    (ticket_id,) = desk.hear(inbound(text, **more))
    read(desk, suggestion(verdict))
    ticket = desk.rows(Ticket, Ticket.id == ticket_id)[0]
    if verdict is Verdict.OPEN:
        desk.act(desk.staff(), ticket, handling.override, HEALTH)
    return ticket


def exported(desk: Desk, staff: Staff | None = None, days: float = 15) -> list[dict[str, str]]:
    staff = staff or desk.staff(Role.COORDINATOR)
    with time_machine.travel(clock.now() + timedelta(days=days), tick=False):
        return desk.do(teaching.export, staff)


def test_a_decided_open_ticket_teaches_what_was_decided(desk: Desk) -> None:
    ticket = taught(desk, f"{WORDS}, call 01712345678")
    (row,) = exported(desk)
    assert (row["sectors"], row["subcategory"], row["kind"], row["danger"]) == ("health", "medicine", "complaint", "")
    assert (row["language"], row["channel"], row["text"]) == ("en", "sms", f"{WORDS}, call #")
    assert row["ticket"] == lesson_file.number_of(ticket.reference)
    assert ticket.reference not in str(row)


def test_the_export_is_recorded_with_who_made_it(desk: Desk) -> None:
    taught(desk)
    coordinator = desk.staff(Role.COORDINATOR)
    exported(desk, coordinator)
    (event,) = desk.rows(Event, Event.action == "lessons")
    assert (event.actor, event.detail, event.ticket_id) == (f"staff:{coordinator.id}", "1 open", None)


def test_only_a_coordinator_takes_lessons_along(desk: Desk) -> None:
    for role in (Role.AGENT, Role.OPERATOR, Role.FOCAL_POINT):
        with pytest.raises(NotAllowed):
            exported(desk, desk.staff(role))


def _hold(desk: Desk, ticket: Ticket) -> None:
    desk.act(desk.staff(Role.FOCAL_POINT), ticket, forgetting.hold)


def _withdraw(desk: Desk, ticket: Ticket) -> None:
    desk.act(desk.staff(Role.COORDINATOR), ticket, consents.withdraw, Ask.REFER)


def _no_record(desk: Desk, ticket: Ticket) -> None:
    desk.act(desk.staff(Role.COORDINATOR), ticket, consents.answer, Ask.RECORD, Said.NO, language="en")


def _silent(desk: Desk, ticket: Ticket) -> None:
    with desk.at() as session:
        silence.mark(session, SILENT, clock.now())


def _forget(desk: Desk, ticket: Ticket) -> None:
    with desk.at() as session:
        forgetting.forget(session, session.get_one(Ticket, ticket.id), actor="part:test")


def _strip(desk: Desk, ticket: Ticket) -> None:
    with desk.at() as session:
        forgetting.strip(session, session.get_one(Ticket, ticket.id), actor="part:test")


def _spam(desk: Desk, ticket: Ticket) -> None:
    desk.act(desk.staff(), ticket, handling.close, "spam")


def _wants_it_erased(desk: Desk, ticket: Ticket) -> None:
    clerk = desk.staff()
    asked = {"right": Right.ERASE, "proof": Proof.NOT_SHOWN, "at": clock.now(), "due_at": clock.now()}
    with desk.at() as session:
        session.add(DataRequest(ticket_id=ticket.id, taken_by=clerk.id, **asked))


def _raise(desk: Desk, ticket: Ticket) -> None:
    desk.act(desk.staff(), ticket, screening.raise_, "T2-C")


def _raise_and_lower(desk: Desk, ticket: Ticket) -> None:
    _raise(desk, ticket)
    holder, other = desk.holder("conduct"), desk.holder("conduct")
    desk.act(holder, ticket, lowering.lower, HEALTH, "it was about medicine")
    (review,) = desk.rows(Review)
    desk.do(lowering.decide, other, review.reference, Word.RIGHT)
    assert desk.again(ticket).compartment is None


NOT = {
    "held": _hold,
    "withdrawn": _withdraw,
    "not to be recorded": _no_record,
    "silent": _silent,
    "forgotten": _forget,
    "stripped": _strip,
    "no feedback": _spam,
    "asked to be erased": _wants_it_erased,
    "raised": _raise,
    "raised and lowered again": _raise_and_lower,
}


def test_what_was_told_otherwise_teaches_nothing(desk: Desk) -> None:
    tickets = {why: taught(desk, why, **({"address": SILENT} if why == "silent" else {})) for why in NOT}
    taught(desk, "nothing of this")
    assert {row["text"] for row in exported(desk)} == {*NOT, "nothing of this"}
    for why, ticket in tickets.items():
        NOT[why](desk, ticket)
    assert [row["text"] for row in exported(desk)] == ["nothing of this"]


def test_what_the_machine_raised_or_nobody_decided_teaches_nothing(desk: Desk) -> None:
    desk.hear(inbound(WORDS))
    read(desk, suggestion())
    ticket = taught(desk, verdict=Verdict.SENSITIVE)
    desk.act(desk.holder("gbv"), ticket, lowering.lower, HEALTH, "a place, no person")
    assert desk.again(ticket).compartment is None
    assert exported(desk) == []


def test_it_waits_until_the_decision_has_settled(desk: Desk) -> None:
    taught(desk)
    assert exported(desk, days=13) == []
    with desk.at() as session:
        session.execute(sa.update(Ticket).values(created_at=clock.now() - timedelta(days=30)))
    assert exported(desk, days=13) == []
    with desk.at() as session:
        session.execute(sa.update(Lesson).values(decided_at=clock.now() - timedelta(days=2)))
    assert len(exported(desk, days=13)) == 1


def test_what_a_coordinator_may_not_see_is_not_in_their_file_and_no_line_is_a_formula(desk: Desk) -> None:
    taught(desk, "=HYPERLINK(1) no water")
    assert exported(desk, desk.staff(Role.COORDINATOR, sectors=["wash"])) == []
    assert exported(desk)[0]["text"].startswith("'=")


def test_the_number_of_a_ticket_stays_the_same_and_holds_one_in_five_apart() -> None:
    numbers = [lesson_file.number_of(f"reference-{n}") for n in range(1000)]
    assert numbers == [lesson_file.number_of(f"reference-{n}") for n in range(1000)]
    assert 150 < sum(map(lesson_file.held_apart, numbers)) < 250
