"""Story 12: whoever says STOP hears nothing more by text, whatever comes after; the loop is closed by hand."""

from __future__ import annotations

from feedback.models.reply import Reply, ReplyState
from feedback.models.staff import Role
from feedback.models.ticket import Ticket
from tests.journeys.conftest import Town

NUMBER = "+8801711000012"


def test_a_complaint_after_stop_is_a_ticket_whose_answer_is_a_task(town: Town) -> None:
    agent, screener = town.person(Role.AGENT), town.person(Role.SCREENER, clearances=["screening"])
    town.text(NUMBER, "STOP")
    town.text(NUMBER, "my ration card blocked")
    ticket = next(row for row in town.desk.rows(Ticket) if row.outcome is None)
    if ticket.compartment == "screening":
        screener.press(f"/screening/{ticket.reference}", decision="open:food_security.voucher_problem")
    at = f"/tickets/{ticket.reference}"

    agent.press(f"{at}/answer", text="A new card is ready at the distribution point.")
    town.send()

    assert town.phone.inbox(NUMBER) == []
    assert [row.state for row in town.desk.rows(Reply)] == [ReplyState.BY_HAND]
    assert "A new card is ready" in agent.read("/calls")


def test_stop_ends_what_waits_on_a_sensitive_ticket_too_and_tells_nobody_of_it(town: Town) -> None:
    focal = town.person(Role.FOCAL_POINT, clearances=["gbv"])
    town.text(NUMBER, "my husband beats me every night")
    (ticket,) = town.desk.rows(Ticket)
    at = f"/tickets/{ticket.reference}"
    heard = len(town.phone.inbox(NUMBER))
    plan = {
        "how": "asked",
        "channels": "sms",
        "since": "00:00",
        "until": "23:59",
        "language": "en",
        "wording": "neutral",
    }
    focal.press(f"{at}/plan", **plan)
    focal.press(f"{at}/answer", text="Can you come on Sunday at ten?")

    town.text(NUMBER, "STOP")
    town.send()

    assert len(town.phone.inbox(NUMBER)) <= heard + 1  # at most the acknowledgement that was on its way
    assert not [text for text in town.phone.inbox(NUMBER) if "Sunday" in text.body]
    assert [row.why for row in town.desk.rows(Reply)] == ["held: this number wants no texts"]
    assert town.desk.again(ticket).status != "closed"
