"""Story 3: a disclosure inside a text about a latrine is out of everybody's sight and before a focal point at once."""

from __future__ import annotations

from feedback.models.event import Event
from feedback.models.reply import Reply, ReplyState
from feedback.models.staff import Role
from feedback.models.ticket import Ticket
from tests.journeys.conftest import Town, until

NUMBER = "+8801711000003"
WORDS = "latrine no light, a man follows my sister and did bad"


def test_only_the_focal_point_sees_it_and_nothing_goes_out(town: Town) -> None:
    focal = town.person(Role.FOCAL_POINT, clearances=["gbv"])
    others = [
        town.person(Role.VOLUNTEER),
        town.person(Role.AGENT, sectors=["wash"]),
        town.person(Role.COORDINATOR),
        town.person(Role.SCREENER, clearances=["screening"]),
        town.person(Role.FOCAL_POINT, clearances=["psea"]),
    ]
    before = [[other.read("/inbox"), other.read("/")] for other in others]

    town.text(NUMBER, WORDS)

    (ticket,) = town.desk.rows(Ticket)
    assert (ticket.compartment, ticket.tier) == ("gbv", "T3-G")
    for other, pages in zip(others, before, strict=True):
        assert [other.read("/inbox"), other.read("/")] == pages
        hidden = other.client.get(f"/tickets/{ticket.reference}")
        missing = other.client.get("/tickets/AAAAAAAAAAAAAA")
        assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content)
        assert hidden.status_code == 404
        found = other.client.post("/inbox", data={"q": "latrine"})
        assert "follows my sister" not in found.text
    until(lambda: town.phone.inbox(NUMBER))
    assert len(town.phone.inbox(NUMBER)) == 1  # the same acknowledgement that everybody gets

    assert "follows my sister and did bad" in focal.read(f"/tickets/{ticket.reference}")
    assert "open" in {event.action for event in town.desk.rows(Event, Event.ticket_id == ticket.id)}
    refused = focal.client.post(f"/tickets/{ticket.reference}/answer", data={"text": "hello"})
    assert refused.status_code == 403
    town.send()
    assert len(town.phone.inbox(NUMBER)) == 1


def test_a_disclosure_that_answers_an_open_ticket_of_the_same_phone_never_joins_it(town: Town) -> None:
    agent = town.person(Role.AGENT)
    ticket = town.desk.ticket("no water in camp 9", address=NUMBER)
    at = f"/tickets/{ticket.reference}"
    agent.press(f"{at}/answer", text="Is it back?", purpose="question")
    town.send()
    until(lambda: town.desk.rows(Reply)[0].state is ReplyState.DELIVERED)
    town.read()
    before = agent.read(at)

    town.text(NUMBER, "my husband beats me every night")

    assert agent.read(at) == before
    assert "beats" not in agent.read("/inbox")
