"""Story 11: no name, eight digits to say, and the same words for every code that has no answer to read out."""

from __future__ import annotations

import re

from feedback.desk import codes
from feedback.models.staff import Role
from feedback.models.ticket import Outcome, Status, Ticket
from tests.journeys.conftest import Town

SAME = "We will look for it."


def test_a_person_without_a_name_comes_back_with_eight_digits_and_hears_the_answer(town: Town) -> None:
    volunteer, agent = town.person(Role.VOLUNTEER), town.person(Role.AGENT)
    saved = volunteer.press(
        "/intake", **town.form(volunteer, text="The ration card does not work", sector="food_security.voucher_problem")
    )
    found = re.search(r"\b(\d{4} \d{4})\b", saved)
    assert found is not None
    said = found.group(1)
    (ticket,) = town.desk.rows(Ticket)
    assert codes.spoken(ticket.code or "") == said
    assert "food" not in said

    assert SAME in volunteer.press("/code", code=said)  # nobody has answered yet
    agent.press(f"{agent.find('ration card')}/answer", text="A new card is ready at the distribution point.")
    assert "A new card is ready" in volunteer.press("/code", code=said)
    volunteer.press("/code/told", code=said)
    row = town.desk.again(ticket)
    assert (row.status, row.outcome) == (Status.CLOSED, Outcome.TOLD)


def test_sealed_unanswered_unknown_and_mistyped_codes_give_the_same_page(town: Town) -> None:
    volunteer = town.person(Role.VOLUNTEER)
    sealed = town.desk.ticket("words", tier="T3-G", sector="gbv").code or ""
    unanswered = town.desk.ticket("words").code or ""
    unknown = codes.new()
    pages = set()
    for code in (sealed, unanswered, unknown, "12345678"):
        pages.add(volunteer.press("/code", code=code).replace(codes.spoken(code), "#").replace(code, "#"))
    assert len(pages) == 1
    assert SAME in pages.pop()


def test_what_someone_says_who_comes_back_reaches_the_ticket_s_owner(town: Town) -> None:
    focal = town.person(Role.FOCAL_POINT, clearances=["gbv"])
    ticket = town.desk.ticket("words", tier="T3-G", sector="gbv")
    volunteer = town.person(Role.VOLUNTEER)
    volunteer.press("/code/visit", code=ticket.code or "", reach="at the tea stall on Sunday")
    assert "at the tea stall on Sunday" in focal.read(f"/tickets/{ticket.reference}")
    assert volunteer.status(f"/tickets/{ticket.reference}") == 404
