"""The pace of sending: segments a second for each of our numbers."""

from __future__ import annotations

from workers.pace import Pace


class Clock:
    """A clock that goes on only while somebody sleeps."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


def test_a_number_sends_its_segments_at_its_rate() -> None:
    clock = Clock()
    pace = Pace(2.0, now=clock.now, sleep=clock.sleep)
    went = []
    for text in ("one", "two", "প" * 100, "four"):
        pace.wait("twilio-sms", text)
        went.append(clock.time)
    assert went == [0.0, 0.5, 1.0, 2.0]  # the third took two segments


def test_another_number_does_not_wait_for_it() -> None:
    clock = Clock()
    pace = Pace(1.0, now=clock.now, sleep=clock.sleep)
    pace.wait("twilio-sms", "a" * 1600)
    pace.wait("aggregator", "now")
    assert clock.time == 0.0


def test_after_a_rest_nothing_is_owed() -> None:
    clock = Clock()
    pace = Pace(1.0, now=clock.now, sleep=clock.sleep)
    pace.wait("twilio-sms", "one")
    clock.time += 60
    pace.wait("twilio-sms", "two")
    pace.wait("twilio-sms", "three")
    assert clock.time == 61.0


def test_no_more_is_taken_in_hand_than_can_go_while_the_claim_is_good() -> None:
    assert (Pace(0.1).fits(5), Pace(1.0).fits(5), Pace(10.0).fits(5)) == (1, 5, 50)
