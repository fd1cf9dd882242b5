"""What tests of calling share: a line that keeps what was sent over it, and a night in which time passes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from channels.contract import ChannelName, Envelope, SendFailed
from feedback import clock
from feedback.desk import openings, rota
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from feedback.wiring import Parts
from tests.factories import Desk, phone
from workers import pages

LINK = "https://desk.test/w/"


class Line:
    """A carrier that takes texts, or refuses them, as it is told."""

    name, channel, hooks = "twilio-sms", ChannelName.SMS, frozenset[str]()

    def __init__(self) -> None:
        self.texts: list[Envelope] = []
        self.refuses: SendFailed | None = None

    def send(self, envelope: Envelope) -> str:
        if self.refuses is not None:
            raise self.refuses
        self.texts.append(envelope)
        return f"SM{len(self.texts)}"


class Night:
    """A desk at night: a clock that moves on, and people on duty who are called by text."""

    def __init__(self, desk: Desk, line: Line, clock_: Any) -> None:
        self.desk, self.line, self._clock = desk, line, clock_
        self.numbers: dict[str, str] = {}
        parts = desk.parts
        channels = {**parts.channels, "twilio-sms": line}
        self.parts = Parts(parts.settings, parts.database, parts.queue, parts.vault, parts.response, channels)

    def on_duty(self, compartment: str, rung: int, name: str, staff: Staff | None, *languages: str) -> None:
        self.numbers[name] = phone()
        now = clock.now()
        turn = rota.Asked(
            compartment=compartment,
            rung=rung,
            since=now - timedelta(hours=1),
            until=now + timedelta(days=2),
            phone=self.numbers[name],
            login=staff.login if staff else "",
            outside=staff is None,
            languages=languages,
        )
        self.desk.do(rota.add, self.desk.staff(Role.COORDINATOR), turn)

    def passes(self, minutes: int, *, every: int = 1) -> list[str]:
        """Time goes on by minutes, looking so often; the names of those called meanwhile, in order."""
        before = len(self.line.texts)
        for gone in range(0, minutes, every):
            self._clock.shift(timedelta(minutes=min(every, minutes - gone)))
            pages.look(self.parts)
        return self._names(self.line.texts[before:])

    def now(self) -> list[str]:
        """Look once."""
        before = len(self.line.texts)
        pages.look(self.parts)
        return self._names(self.line.texts[before:])

    def _names(self, texts: list[Envelope]) -> list[str]:
        by_number = {number: name for name, number in self.numbers.items()}
        return [by_number[one.address] for one in texts]


def screeners(night: Night) -> Staff:
    """A screener who is called when something waits too long."""
    screener = night.desk.screener()
    night.on_duty("screening", 1, "screener", screener)
    return screener


def look_at(night: Night, staff: Staff, ticket: Ticket) -> None:
    """Open a sealed ticket, as its page does first."""
    night.desk.act(staff, ticket, lambda session, who, found: openings.opened(session, who, found))
