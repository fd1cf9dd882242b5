"""Whatever a provider does and wherever a process dies, a reply arrives at most once and ends (D08, I5)."""

from __future__ import annotations

import pytest

from channels.sandbox.faults import Fault, FaultKind
from feedback.models.reply import Reply, ReplyState
from feedback.models.ticket import Status, Ticket
from tests import factories
from tests.crash.house import House, again_until
from tests.crash.points import DELIVERING, SENDING, Point
from tests.trials import trials

BEHAVIOURS: dict[str, list[Fault]] = {
    "answer lost": [Fault(FaultKind.LOST_ANSWER)],
    "well": [],
    "refused": [Fault(FaultKind.REFUSE, code=21211)],
    "too many": [Fault(FaultKind.TOO_MANY)],
    "down": [Fault(FaultKind.DOWN)],
    "slow": [Fault(FaultKind.SLOW, seconds=0.8)],
    "undelivered": [Fault(FaultKind.UNDELIVERED)],
    "receipts backwards": [Fault(FaultKind.RECEIPTS_BACKWARDS)],
    "receipts twice": [Fault(FaultKind.RECEIPTS_TWICE)],
    "no receipts": [Fault(FaultKind.NO_RECEIPTS)],
}
CASES = [(behaviour, point) for point in DELIVERING for behaviour in BEHAVIOURS]
CHOSEN = CASES[: trials(default=2, release=len(CASES))]


@pytest.mark.plan("D08")
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("behaviour", "point"), CHOSEN, ids=[f"{name}, {point.name}" for name, point in CHOSEN])
def test_a_reply_arrives_at_most_once_and_ends(house: House, behaviour: str, point: Point) -> None:
    number = factories.phone()
    house.phone.expect([Fault(one.kind, 1, number, one.code, one.seconds) for one in BEHAVIOURS[behaviour]])
    house.doom(point, 1)
    if point.process == "upkeep":  # there is something to look up only if the one who sent it died too
        house.kill("send")
        house.doomed.add("send")
        house.start("send", point=SENDING[0])
    reply = house.answer(number)
    if point.process != "web":
        again_until(house.mend, lambda: house.deaths["send"] == 1, every=0.5)

    def settled() -> bool:
        if house.state(reply) in (ReplyState.SENT, ReplyState.DELIVERED):
            return len(house.phone.inbox(number)) == 1
        return _waits_for_a_person(house, reply)

    again_until(lambda: house.hurry(reply), settled, every=1.5, seconds=90)
    house.phone.expect([])
    house.mend()
    assert point.process != "send" or house.deaths["send"] == 1, "nobody died: this shows nothing"
    assert len(house.phone.inbox(number)) <= 1


def _waits_for_a_person(house: House, reply_id: int) -> bool:
    (reply,) = house.desk.rows(Reply, Reply.id == reply_id)
    (ticket,) = house.desk.rows(Ticket, Ticket.id == reply.ticket_id)
    return reply.state in (ReplyState.FAILED, ReplyState.BY_HAND) and ticket.status is not Status.CLOSED
