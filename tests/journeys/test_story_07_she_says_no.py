"""Story 7, up to the code and the visit: she says no, comes back with her code, and her visit reaches the focal point alone."""

from __future__ import annotations

import re

from feedback.models.plan import Ask, Consent, Said
from feedback.models.staff import Role
from feedback.models.ticket import Ticket
from tests.journeys.conftest import Town
from tests.journeys.person import Person

NEEDS = {
    "safe": "yes",
    "record": "yes",
    "refer": "no",
    "age": "25_59",
    "sex": "female",
    "service": "health",
    "contact": "code",
}
ANSWER = "We will look for it. When and how may we reach you, or will you come back?"


def fill(person: Person, path: str, **fields: str) -> str:
    """A form as it stands on its page, with these fields filled in; what the page says then."""
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', person.client.get(path).text))
    return person.press(path, **hidden, **fields)


def test_she_says_no_and_the_door_stays_open(town: Town) -> None:
    volunteer, other = town.person(Role.VOLUNTEER), town.person(Role.VOLUNTEER)
    focal = town.person(Role.FOCAL_POINT, clearances=["gbv"])

    said = fill(volunteer, "/intake/needs", **NEEDS, text="he broke her arm", name="Zubaida", words="he broke her arm")
    (ticket,) = town.desk.rows(Ticket)
    assert f"{(ticket.code or '')[:4]} {(ticket.code or '')[4:]}" in said
    at = f"/tickets/{ticket.reference}"
    assert volunteer.status(at) == 404  # who wrote it can't read it back

    page = focal.read(at)
    assert "broke her arm" not in page  # there is no field for it, and none is taken
    assert "Zubaida" not in page
    assert "May we tell a service who they are no" in page
    assert [(row.ask, row.said) for row in town.desk.rows(Consent)] == [(Ask.RECORD, Said.YES), (Ask.REFER, Said.NO)]
    assert focal.client.post(f"{at}/answer", data={"text": "Come to us"}).status_code == 403

    for code in (ticket.code or "", "12345678"):  # hers and nobody's: the same words
        assert ANSWER in other.press("/code", code=code)
    other.press("/code/visit", code=ticket.code or "", reach="She comes on Sunday at ten, to me")
    assert "She comes on Sunday at ten, to me" in focal.read(at)
    assert "She comes on Sunday" not in other.read("/inbox")

    focal.press(f"{at}/consent", ask="refer", said="yes", language="bn", witness="colleague")
    assert "May we tell a service who they are yes" in focal.read(at)
    focal.press(f"{at}/consent", ask="refer", said="withdrawn")
    assert "May we tell a service who they are withdrawn" in focal.read(at)
