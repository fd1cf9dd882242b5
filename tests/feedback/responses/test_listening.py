"""When somebody listens: in the response's own time, through midnight too."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from feedback.responses import load
from feedback.responses.listening import Listening

DHAKA = ZoneInfo("Asia/Dhaka")
DAY = Listening(DHAKA, time(9), time(17), frozenset({4}))
NIGHT = Listening(DHAKA, time(18), time(2), frozenset({4}))  # not on the night that begins on Friday


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """November 2026: the 26th is a Thursday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=DHAKA).astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "moment", "is_open"),
    [
        (DAY, at(26, 9), True),
        (DAY, at(26, 8, 59), False),
        (DAY, at(26, 16, 59), True),
        (DAY, at(26, 17), False),
        (DAY, at(27, 12), False),
        (NIGHT, at(26, 23), True),
        (NIGHT, at(27, 1, 59), True),  # still Thursday's night
        (NIGHT, at(27, 2), False),
        (NIGHT, at(27, 23), False),
        (NIGHT, at(28, 1), False),  # Friday's night
    ],
)
def test_the_line_is_open_in_its_hours(hours: Listening, moment: datetime, is_open: bool) -> None:
    assert hours.open_at(moment) is is_open


@pytest.mark.parametrize(
    ("hours", "moment", "opens"),
    [
        (DAY, at(26, 10), at(26, 10)),
        (DAY, at(26, 3), at(26, 9)),
        (DAY, at(26, 18), at(28, 9)),
        (NIGHT, at(27, 12), at(28, 18)),
    ],
)
def test_the_next_hours_are_found(hours: Listening, moment: datetime, opens: datetime) -> None:
    assert hours.next_open(moment) == opens


def test_coxs_bazar_listens_every_day_from_9_to_17_as_its_phrase_says() -> None:
    response = load("coxs_bazar")
    assert response.phrases.all["hours"]["en"] == "every day, 9 am to 5 pm"
    assert response.listening == Listening(DHAKA, time(9), time(17))


def test_a_line_at_any_hour_is_open_at_every_moment_of_a_week() -> None:
    always = DAY.at_any_hour()
    sunday = datetime(2026, 11, 22, tzinfo=UTC)
    assert all(always.open_at(sunday + timedelta(minutes=7 * n)) for n in range(7 * 24 * 60 // 7))
