"""What several tests of the desk begin with: a person behind a wall and whoever holds its key, and a night on call."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from tests.factories import Desk
from tests.feedback.desk.nights import Line, Night
from tests.feedback.desk.plans import NUMBER, holders


@pytest.fixture
def focal(desk: Desk) -> Staff:
    """A holder of the gbv compartment."""
    return holders(desk)[0]


@pytest.fixture
def ticket(desk: Desk, focal: Staff) -> Ticket:
    """What somebody told, by text."""
    return desk.ticket("he follows me", tier="T3-G", sector="gbv", address=NUMBER, language="en")


@pytest.fixture
def line() -> Line:
    """A carrier that keeps what was sent over it."""
    return Line()


@pytest.fixture
def night(desk: Desk, line: Line) -> Iterator[Night]:
    """A Friday night: clock hours count."""
    with time_machine.travel("2026-11-27T23:40:00Z", tick=False) as clock:
        yield Night(desk, line, clock)


@pytest.fixture
def psea(night: Night) -> list[Staff]:
    """Two focal points for psea, and somebody outside the office."""
    people = [night.desk.staff(Role.FOCAL_POINT, clearances=["psea"], agency=f"agency-{one}") for one in "ab"]
    for rung, (name, staff) in enumerate(zip(("first", "second"), people, strict=True), start=1):
        night.on_duty("psea", rung, name, staff)
    night.on_duty("psea", 3, "outside", None)
    return people
