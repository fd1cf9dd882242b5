"""Story 10: a tablet without a network for three days; forty forms become forty tickets, and who wrote one can't read it back."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from feedback import clock
from feedback.desk.sync import Sealed
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from tests.factories import PASSWORD
from tests.feedback.desk import forms
from tests.journeys.conftest import Town
from tests.journeys.person import Person

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PINS = ("482109", "770213")


def send(person: Person, sealed: Sequence[Sealed]) -> list[str]:
    """One request of the tablet; the states, in the order of its forms."""
    wire = [
        {"key": one.key, "key_name": one.key_name, "sealed": base64.b64encode(one.sealed).decode()} for one in sealed
    ]
    answer = person.client.post("/sync", json={"tablet": forms.TABLET, "forms": wire})
    assert answer.status_code == 200
    states = {one["key"]: one["state"] for one in answer.json()["forms"]}
    return [states[one.key] for one in sealed]


def with_pin(town: Town, device: Person, pin: str) -> Staff:
    """A volunteer signs in on the shared tablet, and sets a PIN."""
    staff = town.desk.staff(Role.VOLUNTEER, places=["camp-9"])
    town.desk.enter(device.client, staff)
    device.press("/pin/mine", password=PASSWORD, pin=pin, again=pin, label=staff.name)
    return staff


def test_forty_forms_of_three_days_two_sent_again_are_forty_tickets_of_who_filled_them_in(town: Town) -> None:
    tablet = town.person(Role.COORDINATOR)
    tablet.press("/devices", name="Tablet 3")
    first, second = (with_pin(town, tablet, pin) for pin in PINS)
    filled = [_form(number, (first, second)[number % 2], PINS[number % 2]) for number in range(40)]
    outbox = [forms.sealed(town.house.parts, one) for one in filled]
    assert not any(b"heron" in one.sealed or b"kestrel" in one.sealed for one in outbox)  # a stolen tablet says nothing

    with tablet.client:  # the network is back; the second of the two holds the tablet
        tablet.client.post("/pin", data={"who": second.reference, "pin": PINS[1]})
        _renew(tablet)
        for start in range(0, 40, 10):
            assert send(tablet, outbox[start : start + 10]) == ["kept"] * 10
        assert send(tablet, outbox[8:10]) == ["repeat", "repeat"]  # their answer had been lost

    tickets = town.desk.rows(Ticket)
    assert len(tickets) == 40
    assert sorted(one.entered_by for one in tickets) == sorted([first.id, second.id] * 20)
    oldest = min(one.created_at for one in tickets)
    assert timedelta(days=2, hours=22) < clock.now() - oldest < timedelta(days=3, hours=2)


def test_something_serious_can_not_be_read_back_by_who_wrote_it(town: Town) -> None:
    volunteer = town.person(Role.VOLUNTEER, places=["camp-9"])
    focal = town.person(Role.FOCAL_POINT, clearances=["gbv"], places=["camp-9"])
    said = forms.filled(
        way="serious", tier="T3-G", sector=None, subcategory=None, text="", terms="the tea stall on Sunday, heron"
    )
    with volunteer.client:
        assert send(volunteer, [forms.sealed(town.house.parts, said)]) == ["kept"]
    (ticket,) = town.desk.rows(Ticket)

    assert volunteer.status(f"/tickets/{ticket.reference}") == 404
    assert "heron" not in volunteer.read("/inbox")
    assert "We will look for it." in volunteer.press("/code", code=ticket.code or "")
    assert focal.status(f"/tickets/{ticket.reference}") == 200


def _form(number: int, by: Staff, pin: str) -> dict[str, Any]:
    at = clock.now() - timedelta(days=3) + timedelta(hours=1.8 * number)
    words = f"kestrel {number}: the tap by the heron is dry"
    return forms.filled(text=words, at=at.isoformat(), by=by.reference, pin=pin)


def _renew(person: Person) -> None:
    """Another session, another proof: the app asks for it before it sends."""
    person.client.headers["x-csrf-token"] = person.client.get("/sync").json()["csrf"]
