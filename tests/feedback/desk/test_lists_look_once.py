"""A list asks the database as often for many as for few: what a page costs does not grow with what waits on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from channels.contract import ChannelName, Media
from feedback import clock
from feedback.desk import (
    asking_again,
    callbacks,
    handling,
    inbox,
    person_requests,
    reading,
    replies,
    screening,
    silence,
    tasks,
)
from feedback.desk.inbox import Which
from feedback.models.staff import Role, Staff
from tests.factories import Desk, inbound, phone

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

See = Callable[[Session, Staff], Any]


def _waits(desk: Desk, staff: Staff) -> None:
    desk.hear(inbound(recording=Media(f"RE{phone()}", "https://api.example/sound", "audio/wav", 3)))


def _asks_again(desk: Desk, staff: Staff) -> None:
    number = phone()
    with desk.at() as session:
        silence.mark(session, number, clock.now(), by_staff=True)
    desk.hear(inbound("START", address=number))


def _by_hand(desk: Desk, staff: Staff) -> None:
    ticket = desk.ticket(channel=ChannelName.IN_PERSON, adapter="in-person")
    desk.act(staff, ticket, replies.answer, "The tap is mended.")


def _noted(desk: Desk, staff: Staff) -> None:
    desk.act(staff, desk.ticket(), handling.note, "a remark")


def _rang(desk: Desk, staff: Staff) -> None:
    with desk.at() as session:
        callbacks.ask(session, adapter="twilio-voice", address=phone(), call=phone())


def _wants_to_see(desk: Desk, staff: Staff) -> None:
    desk.act(staff, desk.ticket(), person_requests.ask_on, right="see", proof="code")


def _cards(session: Session, staff: Staff) -> Any:
    return reading.cards(session, staff, screening.waiting(session, staff))


def _asking(session: Session, staff: Staff) -> Any:
    return asking_again.among(session, screening.waiting(session, staff))


def _listed(session: Session, staff: Staff) -> Any:
    return inbox.listed(session, staff, Which.TODO)[0]


@pytest.mark.parametrize(
    ("happens", "see"),
    [
        (_waits, _cards),
        (_asks_again, _asking),
        (_by_hand, tasks.waiting),
        (_noted, _listed),
        (_rang, callbacks.waiting),
        (_wants_to_see, person_requests.waiting),
    ],
)
def test_four_cost_as_many_looks_as_one(desk: Desk, happens: Callable[[Desk, Staff], None], see: See) -> None:
    staff = desk.staff(Role.FOCAL_POINT, clearances=["screening"])
    happens(desk, staff)
    desk.do(see, staff)  # what is recorded of a first look is written now
    looks = []
    for many in (1, 4):
        while len(desk.do(see, staff)) < many:
            happens(desk, staff)
        desk.do(see, staff)
        with desk.statements() as asked:
            assert len(desk.do(see, staff)) == many
        looks.append(len(asked))
    assert looks[0] == looks[1]
