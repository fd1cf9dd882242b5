"""The loop that wakes somebody: it writes nothing on a quiet desk, survives a fault, and two of them call once."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from channels.contract import ChannelName, Envelope
from feedback import clock
from feedback.db import Database
from feedback.desk import rota
from feedback.models.rota import Alarm, Call
from feedback.models.staff import Role
from feedback.wiring import Parts
from tests.factories import Desk, phone
from workers import pages


class Line:
    """A carrier that keeps what it is given."""

    name, channel, hooks = "twilio-sms", ChannelName.SMS, frozenset[str]()

    def __init__(self) -> None:
        self.texts: list[Envelope] = []

    def send(self, envelope: Envelope) -> str:
        self.texts.append(envelope)
        return "SM1"


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def wired(desk: Desk, line: Line) -> Parts:
    """The parts with that carrier, and one person on duty."""
    focal = desk.staff(Role.FOCAL_POINT, clearances=["psea"])
    now = clock.now()
    turn = rota.Asked(
        compartment="psea", rung=1, since=now, until=now + timedelta(days=1), phone=phone(), login=focal.login
    )
    desk.do(rota.add, desk.staff(Role.COORDINATOR), turn)
    return replace(desk.parts, channels={"twilio-sms": line})  # type: ignore[dict-item]  # it only sends


def test_a_quiet_desk_is_not_written_to(desk: Desk, wired: Parts):
    desk.ticket(tier="T0")
    statements: list[str] = []
    sa.event.listen(wired.database.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    assert pages.look(wired) == 0
    assert statements
    assert all(one.lstrip().startswith("SELECT") or one == "BEGIN" for one in statements)


def test_two_loops_at_once_call_once(desk: Desk, wired: Parts, line: Line):
    desk.ticket(tier="T3-S")
    at_once = threading.Barrier(4)

    def look() -> None:
        at_once.wait()
        pages.look(wired)

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pages.look(wired)
    assert len(line.texts) == 1
    assert len(desk.rows(Call)) == 1


def test_a_call_whose_sending_died_goes_out_later(desk: Desk, wired: Parts, line: Line):
    desk.ticket(tier="T3-S")
    send, line.send = line.send, lambda envelope: 1 / 0  # type: ignore[assignment,method-assign]
    with pytest.raises(ZeroDivisionError):
        pages.look(wired)
    line.send = send  # type: ignore[method-assign]
    assert pages.look(wired) == 0, "it is claimed for half a minute"
    with desk.at() as session:
        session.execute(sa.update(Call).values(claimed_until=clock.now() - timedelta(seconds=1)))
    assert pages.look(wired) == 1


def test_the_loop_goes_on_after_a_fault(desk: Desk, wired: Parts, line: Line):
    desk.ticket(tier="T3-S")
    stop, faults = threading.Event(), iter([True, False])

    def send(envelope: Envelope) -> str:
        if next(faults, False):
            raise RuntimeError("a fault of ours")
        stop.set()
        return "SM1"

    line.send = send  # type: ignore[method-assign]
    loop = threading.Thread(target=pages.run, args=(wired, stop), kwargs={"pause": 0.01})
    loop.start()
    until = clock.now() + timedelta(seconds=60)
    while not stop.is_set() and clock.now() < until:
        with desk.at() as session:
            session.execute(sa.update(Call).values(claimed_until=None))
        stop.wait(0.02)
    assert stop.is_set()
    loop.join()


def test_where_nothing_can_send_the_call_has_failed_and_is_not_tried_for_ever(desk: Desk, wired: Parts):
    desk.ticket(tier="T3-S")
    parts = replace(wired, database=_without_senders(wired))
    for _ in range(5):
        assert pages.look(parts) == 0
    assert len(desk.rows(Call)) == 1
    assert desk.rows(Alarm)[0].rung == 1
    parts.database.close()


def _without_senders(parts: Parts) -> Database:

    shared = {**parts.database.shared, "senders": frozenset()}
    protected = shared.pop("protected")
    return Database(parts.settings.database_url, protected=protected, shared=shared)
