"""Story 5, the part of waking: who is called by a second route, in clock hours, over a Friday night; the accused never is."""

from __future__ import annotations

from datetime import timedelta

import time_machine

from feedback import clock
from feedback.models.event import Event
from feedback.models.staff import Role
from feedback.models.ticket import Ticket
from tests.factories import PUBLIC_URL
from tests.journeys.conftest import Town, until
from tests.journeys.person import Person
from workers import pages

NUMBER = "+8801711000005"
WORDS = "the man of heron says he gives the card only if my daughter comes at night"
PHONES = {
    "accused": "+8801711000051",
    "first": "+8801711000052",
    "second": "+8801711000053",
    "outside": "+8801711000054",
}


def put_on_duty(coordinator: Person, rung: int, name: str, login: str) -> None:
    zone = timedelta(hours=6)
    since, until = clock.now() + zone - timedelta(hours=1), clock.now() + zone + timedelta(days=7)
    form = {"compartment": "psea", "rung": str(rung), "login": login, "phone": PHONES[name]}
    form |= {"outside": "" if login else "yes", "since": since.isoformat()[:16], "until": until.isoformat()[:16]}
    assert coordinator.client.post("/rota", data=form).status_code == 303


def called(town: Town) -> dict[str, int]:
    """How many texts each of them has."""
    return {name: len(town.phone.inbox(number)) for name, number in PHONES.items()}


def test_unseen_at_one_hour_the_next_in_the_chain_is_called_and_the_accused_never(town: Town) -> None:
    coordinator = town.person(Role.COORDINATOR)
    accused = town.person(Role.FOCAL_POINT, clearances=["psea"], agency="heron")
    first = town.person(Role.FOCAL_POINT, clearances=["psea"], agency="myna")
    second = town.person(Role.FOCAL_POINT, clearances=["psea"], agency="bulbul")
    for rung, (name, person) in enumerate((("accused", accused), ("first", first), ("second", second)), start=1):
        put_on_duty(coordinator, rung, name, person.staff.login)
    put_on_duty(coordinator, 9, "outside", "")
    ticket = town.desk.ticket(WORDS, address=NUMBER, tier="T3-S", sector="conduct", subject="heron")
    at = f"/tickets/{ticket.reference}"

    assert pages.look(town.house.parts) == 1
    until(lambda: called(town) == {"accused": 0, "first": 1, "second": 0, "outside": 0})
    (text,) = town.phone.inbox(PHONES["first"])
    words, _, link = text.body.partition(PUBLIC_URL)
    assert words == "1 item needs you. "
    assert "I look at it" in first.client.get(link).text
    assert "Nobody else is called" in first.client.post(link, headers={"origin": PUBLIC_URL}).text

    with time_machine.travel(clock.now() + timedelta(minutes=58), tick=True):
        assert pages.look(town.house.parts) == 0
    with time_machine.travel(clock.now() + timedelta(minutes=61), tick=True):
        assert pages.look(town.house.parts) == 1
        town.desk.enter(second.client, second.staff)
        assert "On duty 1" in second.read("/rota")
        second.press("/rota/confirm")
        assert second.status(at) == 200
        town.desk.enter(accused.client, accused.staff)
        assert accused.status(at) == 404
        assert "Something needs you" not in accused.read("/rota")
    until(lambda: called(town) == {"accused": 0, "first": 1, "second": 1, "outside": 0})
    with time_machine.travel(clock.now() + timedelta(days=2), tick=True):
        assert pages.look(town.house.parts) == 0

    history = [(row.action, row.detail) for row in town.desk.rows(Event, Event.ticket_id == ticket.id)]
    assert [one for one in history if one[0] == "page"] == [("page", "rung 2"), ("page", "rung 3")]
    assert len(town.phone.inbox(NUMBER)) == 0


def test_a_broken_tap_that_names_an_agency_calls_nobody(town: Town) -> None:
    coordinator = town.person(Role.COORDINATOR)
    first = town.person(Role.FOCAL_POINT, clearances=["psea"])
    put_on_duty(coordinator, 1, "first", first.staff.login)
    town.desk.ticket("the tap of heron is broken", tier="T0", provider="heron")
    with time_machine.travel(clock.now() + timedelta(hours=3), tick=True):
        assert pages.look(town.house.parts) == 0
    assert town.desk.rows(Ticket)[0].subject is None
