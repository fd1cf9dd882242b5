"""No sensitive ticket is read without its event: one for each read, and where it can't be written, no byte (D42, I30)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice, product

import pytest
import sqlalchemy as sa
import time_machine
from starlette.testclient import TestClient

from channels.contract import ChannelName, Media
from feedback.desk import lendable, lending, recordings, screening
from feedback.models.event import Event
from feedback.models.lent import What
from feedback.models.message import Recording
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from tests.factories import Desk, inbound
from tests.feedback.desk.plans import act, holders
from tests.trials import trials

WORDS, SOUND = "kestrel behind the third shelter", b"RIFF the sound of a kestrel"
WALLS = {"conduct": "T2-C", "protection": "T2-P", "gbv": "T3-G", "psea": "T3-S", "child_protection": "T3-C"}
NOON = datetime(2026, 11, 24, 6, tzinfo=UTC)
READINGS = ("open", "shown", "listen", "interpret")


@dataclass
class House:
    """A sealed ticket with words and a sound behind each wall, its holder, and an interpreter who has both of it."""

    desk: Desk
    client: TestClient
    holders: dict[str, Staff]
    tickets: dict[str, Ticket]
    interpreter: Staff
    screener: Staff

    def recording(self, wall: str) -> Recording:
        return self.desk.rows(Recording, Recording.ticket_id == self.tickets[wall].id)[0]

    def lend(self, wall: str, what: What) -> str:
        def verb(session, staff, found):
            item = next(one for one in lendable.items(session, staff, found) if one.what is what)
            return lending.lend(session, staff, found, item.key, self.interpreter.reference).reference

        return act(self.desk, self.holders[wall], self.tickets[wall], verb)


def _interpreted(what: What, path: str) -> Callable[[House, str], tuple[Staff, str]]:
    return lambda house, wall: (house.interpreter, path.format(house.lend(wall, what)))


# what is read → who reads it, and where
READS: dict[str, Callable[[House, str], tuple[Staff, str]]] = {
    "ticket": lambda house, wall: (house.holders[wall], f"/tickets/{house.tickets[wall].reference}"),
    "lend": lambda house, wall: (house.holders[wall], f"/tickets/{house.tickets[wall].reference}/lend"),
    "sound": lambda house, wall: (house.holders[wall], f"/recordings/{house.recording(wall).reference}"),
    "lent words": _interpreted(What.MESSAGE, "/interpret/{}"),
    "lent sound": _interpreted(What.RECORDING, "/interpret/{}/sound"),
    "screening": lambda house, wall: (house.screener, "/screening"),
}
MANY = trials(default=2 * len(READS), release=220)
CASES = list(product((False, True), WALLS, READS))  # every kind of read comes before a wall comes again


@pytest.fixture
def house(desk: Desk, client: TestClient) -> House:
    people = {wall: holders(desk, wall)[0] for wall in WALLS}
    interpreter = desk.holder("none", role=Role.INTERPRETER)
    tickets = {wall: _heard(desk, people[wall], tier) for wall, tier in WALLS.items()}
    return House(desk, client, people, tickets, interpreter, desk.screener())


def _heard(desk: Desk, holder: Staff, tier: str) -> Ticket:
    sound = Media(f"RE{tier}", "https://api.test/sound", "audio/wav", 3)
    (id_,) = desk.hear(inbound(WORDS, recording=sound, channel=ChannelName.HOTLINE, adapter="twilio-voice"))
    with desk.at() as session:
        (wanted,) = recordings.claim(session)
        recordings.store(session, wanted, list(recordings.sealed_chunks(wanted, iter([SOUND]))), media_type="audio/wav")
        ticket = session.scalars(sa.select(Ticket).where(Ticket.id == id_)).one()
        screening.code(session, holder, ticket, screening.Coding(tier=tier))
    return ticket


@contextmanager
def no_event_can_be_written(desk: Desk) -> Iterator[None]:
    """The engine refuses each line of history, as a full disk would."""

    def refuse(_connection, _cursor, statement, *_):
        if statement.lower().startswith("insert into event"):
            raise sa.exc.OperationalError(statement, None, Exception("disk full"))

    engine = desk.parts.database.engine
    sa.event.listen(engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        sa.event.remove(engine, "before_cursor_execute", refuse)


def _readings(desk: Desk) -> int:
    return len(desk.rows(Event, Event.action.in_(READINGS), ~Event.detail.startswith("rendered")))


@pytest.mark.plan("D42", trials=MANY)
def test_each_read_is_one_event_and_without_it_there_is_no_byte(house: House) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        for fragment, wall, read in islice(cycle(CASES), MANY):
            now.shift(timedelta(minutes=20))  # an opening is good for a quarter of an hour: this is another one
            if read == "screening":
                with house.desk.at() as session:  # eight cards show at once: the earlier ones are done
                    session.execute(sa.update(Ticket).where(Ticket.compartment == "screening").values(status="closed"))
                house.desk.ticket(WORDS, tier=None)
                house.desk.read_by_machine()
            staff, url = READS[read](house, wall)
            house.desk.enter(house.client, staff)
            headers = {"hx-request": "true"} if fragment else {}
            before = _readings(house.desk)
            with no_event_can_be_written(house.desk):
                refused = house.client.get(url, headers=headers)
            assert refused.status_code == 503, (read, wall)
            assert WORDS.encode() not in refused.content, (read, wall)
            assert SOUND not in refused.content
            assert _readings(house.desk) == before
            given = house.client.get(url, headers=headers)
            assert given.status_code == 200, (read, wall)
            assert (SOUND if "sound" in read else WORDS.encode()) in given.content, (read, wall)
            new = _readings(house.desk) - before
            assert new == 1, (read, wall, new)
