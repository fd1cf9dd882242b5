"""Story 1: a plain fault by text, from the phone to the desk and back to the phone."""

from __future__ import annotations

from feedback.models.reply import Reply, ReplyState
from feedback.models.staff import Role
from feedback.models.ticket import Outcome, Status, Ticket
from tests.journeys.conftest import Town, until

NUMBER = "+8801711000001"
WORDS = "camp 9 block C pani nai 3 din"


def test_a_romanised_text_is_released_with_one_key_answered_and_told(town: Town) -> None:
    screener = town.person(Role.SCREENER, clearances=["screening"])
    agent = town.person(Role.AGENT, places=["camp-9"], sectors=["wash"])
    other_camp = town.person(Role.AGENT, places=["camp-4"])

    town.text(NUMBER, WORDS)

    (ticket,) = town.desk.rows(Ticket)
    assert (ticket.compartment, ticket.place) == ("screening", "camp-9")  # no claim for romanised Rohingya
    assert WORDS not in agent.read("/inbox")
    until(lambda: town.phone.inbox(NUMBER))
    acknowledged = town.phone.inbox(NUMBER)
    assert len(acknowledged) == 1
    assert "water" not in acknowledged[0].body.lower()

    screener.press(screener.card(WORDS), decision="suggested")

    row = town.desk.again(ticket)
    assert (row.sector, row.subcategory, row.kind, row.tier) == ("wash", "no_water", "complaint", "T1")
    assert WORDS not in other_camp.read("/inbox")
    at = agent.find(WORDS)
    agent.press(f"{at}/answer", text="The pump will be mended tomorrow.")
    town.send()
    town.phone.wait_for_text(NUMBER, after=1)
    assert town.phone.inbox(NUMBER)[-1].body == "The pump will be mended tomorrow."

    until(lambda: town.desk.again(ticket).status is Status.CLOSED)
    assert town.desk.again(ticket).outcome is Outcome.TOLD
    (reply,) = town.desk.rows(Reply)
    assert reply.state is ReplyState.DELIVERED
