"""Sensitive tickets with a plan, as the tests of what goes out need them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import time_machine
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import compartments, consents, delivery, outbound, plans, replies, silence, visibility
from feedback.desk.delivery import Claimed
from feedback.desk.plans import Terms
from feedback.models.plan import Ask, Said
from feedback.models.reply import Reply
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from tests.factories import Desk

T = TypeVar("T")
NUMBER, OTHER = "+8801711000028", "+8801711000029"
NEUTRAL = "Can you come on Sunday at ten?"
TERMS = Terms(channels=("sms",), since="00:00", until="23:59", language="en", wording="neutral")
ONE_HOUR = Terms(channels=("sms",), since="20:00", until="21:00", language="en", wording="neutral")


def holders(desk: Desk, compartment: str = "gbv", many: int = 2, **more: Any) -> list[Staff]:
    """Holders of a compartment that has its key."""
    people = [desk.holder(compartment, role=Role.FOCAL_POINT, **more) for _ in range(many)]
    with desk.at() as session:
        compartments.create(session, compartment, people, actor="part:test")
    return people


@contextmanager
def unlocked(desk: Desk, staff: Staff) -> Iterator[Session]:
    """One transaction of this person's unlocked session."""
    with desk.at(staff=True) as session:
        session.info["ring"] = compartments.ring(session, staff, desk.private_key(staff))
        yield session


def act(desk: Desk, staff: Staff, ticket: Ticket, verb: Callable[..., T], *args: Any, **more: Any) -> T:
    """Call a verb as this person does in an unlocked session, on the ticket as they find it."""
    with unlocked(desk, staff) as session:
        found = visibility.find_ticket(session, staff, ticket.reference)
        return verb(session, staff, found, *args, **more)


def agreed(desk: Desk, staff: Staff, ticket: Ticket, terms: Terms = TERMS, **more: Any) -> None:
    """The person agreed to these terms."""
    act(desk, staff, ticket, plans.agree, replace(terms, **more))


def local(hour: int, minute: int = 0) -> datetime:
    """That time of day where people are, today, in UTC."""
    zone = timedelta(hours=6)
    here = clock.now() + zone
    return here.replace(hour=hour, minute=minute, second=0, microsecond=0) - zone


def claim(desk: Desk) -> list[Claimed]:
    """What the send worker takes in hand now."""
    with desk.at() as session:
        return delivery.claim(session)


def say(desk: Desk, focal: Staff, ticket: Ticket, text: str = NEUTRAL) -> Reply:
    """Something is written to the person."""
    return act(desk, focal, ticket, outbound.say, text)


def soon() -> time_machine.travel:
    """When it can no longer be taken back."""
    return time_machine.travel(clock.now() + replies.RECALL_FOR + timedelta(seconds=1), tick=True)


def fall_silent(desk: Desk, focal: Staff, ticket: Ticket) -> None:
    """The number wants no more texts of ours."""
    with desk.at() as session:
        silence.mark(session, NUMBER, clock.now())


def refuse(desk: Desk, focal: Staff, ticket: Ticket) -> None:
    """The person says no to being contacted."""
    act(desk, focal, ticket, consents.answer, Ask.CONTACT, Said.NO, language="en")
