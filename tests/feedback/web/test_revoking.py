"""Whatever is taken away counts at the next use of anything that was open already: page, live list, tablet, link (D23, I15)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from channels.contract import ChannelName, Media
from feedback.desk import accounts, compartments, excluding, recordings, screening, sessions
from feedback.models.message import Recording
from feedback.models.staff import Role
from feedback.models.ticket import Ticket
from tests.factories import PASSWORD, Desk, inbound
from tests.feedback.desk.plans import act, holders

HTMX = {"hx-request": "true"}


class House:
    """A gbv holder who is signed in, with a sealed ticket and its sound before them."""

    def __init__(self, desk: Desk, client: TestClient) -> None:
        self.desk, self.client = desk, client
        self.staff, self.other = holders(desk, "gbv", agency="myna")
        sound = Media("RE" + "5" * 32, "https://api.test/sound", "audio/wav", 3)
        (id_,) = desk.hear(
            inbound("he follows me", recording=sound, channel=ChannelName.HOTLINE, adapter="twilio-voice")
        )
        with desk.at() as session:
            (wanted,) = recordings.claim(session)
            chunks = list(recordings.sealed_chunks(wanted, iter([b"RIFF sound"])))
            recordings.store(session, wanted, chunks, media_type="audio/wav")
            self.ticket = session.scalars(sa.select(Ticket).where(Ticket.id == id_)).one()
            screening.code(session, self.staff, self.ticket, screening.Coding(tier="T3-G"))
        (recording,) = desk.rows(Recording)
        self.uses: dict[str, Callable[[], Any]] = {
            "page": lambda: client.get(f"/tickets/{self.ticket.reference}"),
            "live list": lambda: client.get("/inbox?list=sealed&live=1", headers=HTMX),
            "tablet": lambda: client.get("/sync"),
            "link": lambda: client.get(f"/recordings/{recording.reference}"),
        }
        desk.enter(client, self.staff)


def _let_go(house: House) -> None:
    house.desk.do(accounts.deactivate, house.desk.staff(Role.COORDINATOR), house.staff.reference)


def _password(house: House) -> None:
    with house.desk.at(staff=True) as session:
        mine = house.desk.mine(session, house.staff)
        accounts.change_password(session, mine, PASSWORD, "seven purple kettles sing")


def _sessions(house: House) -> None:
    with house.desk.at(staff=True) as session:
        sessions.end_all(session, house.desk.mine(session, house.staff))


def _clearance(house: House) -> None:
    third = house.desk.holder("none")
    with house.desk.at(staff=True) as session:
        ring = compartments.ring(session, house.other, house.desk.private_key(house.other))
        session.info["ring"] = ring
        compartments.grant(session, house.other, ring, "gbv", house.desk.mine(session, third))
        compartments.take_back(session, house.other, "gbv", house.desk.mine(session, house.staff))


def _accused(house: House) -> None:
    with house.desk.at() as session:
        house.desk.mine(session, house.other).agency = "bulbul"
    act(house.desk, house.desk.mine_again(house.other), house.ticket, excluding.name, agency="myna")


SIGNED_OUT = {"let go": _let_go, "password changed": _password, "sessions ended": _sessions}
STILL_HERE = {"clearance taken back": _clearance, "named as the accused": _accused}
USES = ("page", "live list", "tablet", "link")


@pytest.fixture
def house(desk: Desk, client: TestClient) -> House:
    return House(desk, client)


@pytest.mark.plan("D23", trials=len(USES))
@pytest.mark.parametrize("revoked", SIGNED_OUT)
def test_whoever_is_signed_out_is_so_everywhere_at_the_next_use(house: House, revoked: str) -> None:
    for use in USES:
        assert house.uses[use]().status_code == 200, use
    SIGNED_OUT[revoked](house)
    for use in USES:
        answer = house.uses[use]()
        to_the_door = "/sign-in" in answer.headers.get("location", "") + answer.headers.get("hx-redirect", "")
        assert answer.status_code == 401 or to_the_door, (use, answer.status_code)
        assert b"follows me" not in answer.content
        assert b"RIFF" not in answer.content


@pytest.mark.plan("D23", trials=len(USES))
@pytest.mark.parametrize("revoked", STILL_HERE)
def test_whoever_may_see_it_no_more_sees_nothing_of_it_at_the_next_use(house: House, revoked: str) -> None:
    assert house.ticket.reference in house.uses["live list"]().text
    assert house.uses["link"]().content == b"RIFF sound"
    STILL_HERE[revoked](house)
    assert house.uses["page"]().status_code == 404
    assert house.uses["link"]().status_code == 404
    assert house.ticket.reference not in house.uses["live list"]().text
    assert house.client.post(f"/tickets/{house.ticket.reference}/note", data={"note": "x"}).status_code == 404
