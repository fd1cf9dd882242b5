"""What may be the answer to a sealed question: whoever has disk and key file reads no word of it, and for two days can ask of a
number whether it was asked something (decision 4)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.engine import make_url

from feedback import clock, wiring
from feedback.desk import asked, delivery, outbound
from feedback.models.reply import Purpose, Reply
from feedback.ops import keys
from feedback.seal.keyfile import DeskKeys
from tests.attack import sqlite_pages, world
from tests.attack.loot import live_rows
from tests.attack.thief import Thief
from tests.factories import Desk, inbound, phone
from tests.feedback.desk.plans import act, agreed

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WORD = "osprey-perhaps-5c21e8"


def _files(parts: wiring.Parts) -> dict[str, bytes]:
    database = Path(str(make_url(parts.settings.database_url).database))
    return {path.name: path.read_bytes() for path in database.parent.glob("desk.db*")}


def _thief(parts: wiring.Parts) -> Thief:
    thief = Thief([DeskKeys.read(parts.settings.key_file)], parts.response.compartments)
    thief.take(live_rows(parts.settings.database_url))
    thief.take(sqlite_pages.carve(Path(str(make_url(parts.settings.database_url).database))))
    return thief


def test_the_copy_gives_up_no_word_and_the_list_forgets_the_number(desk: Desk, parts: wiring.Parts) -> None:
    focal, number = world.people(desk, parts)["gbv"][0], phone()
    keys.begin(parts)
    ticket = desk.ticket("he follows me", tier="T3-G", sector="gbv", address=number, language="en")
    agreed(desk, focal, ticket)
    act(desk, focal, ticket, outbound.say, "Can you come on Sunday?", purpose=Purpose.QUESTION)
    with desk.at() as session:
        delivery.handed_over(session, session.scalars(sa.select(Reply.id)).one(), "SM1")
    desk.hear(inbound(f"yes {WORD}", address=number))
    desk.read_by_machine()
    assert _thief(parts).reads({"answer": WORD}) == {}
    told = _thief(parts).guesses([number], _files(parts))
    assert {place.partition(":")[0] for place in told[number]} == {"asked numbers"}
    with time_machine.travel(clock.now() + timedelta(days=4)), desk.at() as session:
        asked.expire(session)
    parts.database.clean()
    assert _thief(parts).guesses([number], _files(parts)) == {}
