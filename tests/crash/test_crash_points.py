"""A process dies at each named point: what was answered is kept, once, and the work goes on (D01, I1-I3, I5)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from channels.contract import Part
from feedback import clock
from feedback.desk import pieces
from feedback.models.message import Message
from feedback.models.reply import ReplyState
from tests import factories
from tests.crash.house import ENDED, House, again_until
from tests.crash.points import READING, SENDING, SWEEPING, TAKING_IN, Point
from tests.trials import trials
from tests.workers.conftest import until

TEXTS = 3
TIMES = (1, 2, 3)
"""The point kills when it is reached for the first, the second, the third time."""

FIRST = (TAKING_IN[0], SENDING[0], SWEEPING[0], READING[0])
CASES = [(point, nth) for nth in TIMES for point in dict.fromkeys((*FIRST, *TAKING_IN, *READING, *SENDING))]
CHOSEN = CASES[: trials(default=3, release=len(CASES))]


def cases(*points: Point) -> pytest.MarkDecorator:
    chosen = [(point, nth) for point, nth in CHOSEN if point in points]
    return pytest.mark.parametrize(("point", "nth"), chosen, ids=[f"{point.name} ({nth})" for point, nth in chosen])


@pytest.mark.plan("D01")
@cases(*TAKING_IN, *READING)
def test_what_was_answered_is_kept_once_and_read(house: House, point: Point, nth: int) -> None:
    house.doom(point, nth)
    refs: list[str] = []
    with ThreadPoolExecutor(TEXTS) as threads:
        while not house.deaths[point.process] and len(refs) < 10 * TEXTS:
            forms = [factories.text_form("no water at the tap") for _ in range(TEXTS)]
            refs += [form["MessageSid"] for form in forms]
            told = [threads.submit(house.tell, form) for form in forms]
            again_until(house.mend, lambda: all(one.done() for one in told), every=0.5, seconds=120)  # noqa: B023
            assert all(one.result() for one in told)
            again_until(house.mend, lambda: house.deaths[point.process] > 0 or not house.unread(), every=0.2)
    again_until(lambda: read_all(house), lambda: not house.unread(), every=2.0)
    assert house.deaths[point.process] == 1, "nobody died: this shows nothing"
    assert house.kept(refs) == dict.fromkeys(refs, 1)
    assert house.taken_in(refs) == [1] * len(refs)


def read_all(house: House) -> None:
    """After their time: what a dead worker had in hand may be taken by the next."""
    house.let_claims_run_out()
    house.mend()


@pytest.mark.plan("D01")
@cases(*SWEEPING)
def test_pieces_of_a_long_text_become_one_message(house: House, point: Point, nth: int) -> None:
    house.doom(point, nth)
    early = clock.now() - timedelta(minutes=5)
    halves = [
        factories.inbound("no wat", part=Part(f"{nth}-{number}", 1, 2), received_at=early) for number in range(TEXTS)
    ]
    with house.desk.at() as session:
        assert not [one for half in halves for one in pieces.ready(session, half)]
    refs = [half.provider_ref for half in halves]
    again_until(house.mend, lambda: house.deaths[point.process] == 1, every=0.5)
    again_until(house.mend, lambda: len(house.desk.rows(Message, Message.provider_ref.in_(refs))) == TEXTS, every=0.5)
    assert house.taken_in(refs) == [1] * TEXTS


@pytest.mark.plan("D01")
@cases(*SENDING)
def test_a_reply_arrives_once(house: House, point: Point, nth: int) -> None:
    house.doom(point, nth)
    numbers = {factories.phone(): 0 for _ in range(TEXTS)}
    numbers = {number: house.answer(number) for number in numbers}
    again_until(house.mend, lambda: house.deaths[point.process] == 1, every=0.5)

    replies = list(numbers.values())
    again_until(lambda: house.hurry(*replies), lambda: all(house.state(one) in ENDED for one in replies), every=3.0)
    for number, reply in numbers.items():
        if house.state(reply) in (ReplyState.SENT, ReplyState.DELIVERED):
            until(lambda: house.phone.inbox(number))  # noqa: B023
        assert len(house.phone.inbox(number)) <= 1
