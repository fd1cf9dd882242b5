"""A whole town for journeys: phone, carrier, hooks, workers and the pages of the desk, all of them real."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from starlette.testclient import TestClient

from channels.sandbox.client import SandboxPhone
from feedback import app
from feedback.models.staff import Role, Staff
from tests.factories import PUBLIC_URL, Desk
from tests.journeys.person import Person
from tests.workers.conftest import House, house, until
from workers import delivery, recordings, triage

__all__ = ["house", "until"]


@dataclass
class Town:
    """Everybody's way into the house."""

    house: House

    @property
    def phone(self) -> SandboxPhone:
        """The phones of people outside."""
        return self.house.phone

    @property
    def desk(self) -> Desk:
        """Makes staff; looks at rows where a journey has to see what no page shows."""
        return self.house.desk

    def person(self, role: Role, **more: object) -> Person:
        """Somebody at the desk, signed in, with their own browser. Cleared ones hold a key."""
        clearances = more.pop("clearances", [])
        assert isinstance(clearances, list)
        staff = self._holder(role, clearances, more) if clearances else self.desk.staff(role, **more)
        client = TestClient(app.create(self.house.parts), base_url=PUBLIC_URL, follow_redirects=False)
        self.desk.enter(client, staff)
        return Person(staff, client)

    def text(self, number: str, body: str) -> None:
        """Somebody sends a text, and the machine reads it."""
        assert self.phone.text(number, body).accepted
        self.read()

    def read(self) -> None:
        """The triage lane reads what waits."""
        triage.triage_lane(self.house.parts, 0)

    def send(self) -> None:
        """The send worker sends what is queued."""
        delivery.deliver(self.house.parts, 0)

    def fetch(self) -> None:
        """The upkeep worker fetches what was said on the hotline."""
        recordings.fetch(self.house.parts, 0)

    def form(self, person: Person, **fields: str) -> dict[str, str]:
        """The in-person form as it stands on the page, with these fields filled in."""
        hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', person.client.get("/intake").text)
        return {**dict(hidden), "safe": "yes", "consent_record": "yes", **fields}

    def _holder(self, role: Role, clearances: list[str], more: dict[str, object]) -> Staff:
        staff = self.desk.holder(clearances[0], role=role, **more)
        with self.desk.at() as session:
            mine = self.desk.mine(session, staff)
            mine.clearances = clearances
        return self.desk.mine_again(staff)


@pytest.fixture
def town(house: House) -> Iterator[Town]:
    """A town on this engine."""
    return Town(house)
