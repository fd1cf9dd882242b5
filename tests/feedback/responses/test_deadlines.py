"""When things are due, in Dhaka's time. 26 November 2026 is a Thursday; Friday and Saturday are off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from feedback.responses import Response, Step

DHAKA = ZoneInfo("Asia/Dhaka")


def dhaka(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=DHAKA)


# (tier, what is owed, received, due)
DUE = [
    ("T0", Step.LOOK, dhaka(23, 10), dhaka(24, 10)),  # Monday → Tuesday
    ("T0", Step.LOOK, dhaka(26, 22), dhaka(29, 22)),  # Thursday night: Friday and Saturday do not count
    ("T0", Step.LOOK, dhaka(27, 9), dhaka(30, 0)),  # Friday: the clock starts on Sunday and ends with it
    ("T0", Step.LOOK, dhaka(28, 23, 59), dhaka(30, 0)),  # Saturday: the same
    ("T0", Step.LOOK, dhaka(29, 0), dhaka(30, 0)),  # the first moment of Sunday: the same
    ("T0", Step.LOOK, dhaka(26, 0), dhaka(27, 0)),  # a whole Thursday ends with Thursday, not after the weekend
    ("T0", Step.TELL, dhaka(24, 16, 30), dhaka(1, 16, 30, month=12)),  # Tuesday → Tuesday
    ("T0", Step.ACT, dhaka(27, 9), dhaka(4, 0, month=12)),  # Friday: Sunday to Thursday, all of them
    ("T0", Step.LOOK, dhaka(15, 10, month=12), dhaka(17, 10, month=12)),  # over Victory Day
    ("T0", Step.LOOK, dhaka(16, 10, month=12), dhaka(18, 0, month=12)),  # on Victory Day: all of Thursday, then the end
    ("T1", Step.LOOK, dhaka(26, 23, 30), dhaka(27, 0, 30)),
    ("T1", Step.ACT, dhaka(26, 22), dhaka(27, 22)),  # clock hours, whatever day it is
    ("T1", Step.TELL, dhaka(26, 22), dhaka(28, 22)),
    ("T2-C", Step.LOOK, dhaka(27, 1), dhaka(27, 5)),
    ("T2-P", Step.ACT, dhaka(26, 9), dhaka(29, 9)),
    ("T3-S", Step.ACT, dhaka(26, 20), dhaka(27, 20)),  # 24 clock hours over the weekend (R12)
    ("T3-G", Step.LOOK, dhaka(28, 3), dhaka(28, 4)),
    ("T3-G", Step.TELL, dhaka(28, 3), dhaka(29, 3)),  # told by the contact plan: what is owed is to act
    ("T3-L", Step.LOOK, dhaka(27, 23, 50), dhaka(28, 0, 5)),
]


@pytest.mark.parametrize(("tier", "step", "since", "due"), DUE)
def test_due_over_friday_and_saturday(
    coxs_bazar: Response, tier: str, step: Step, since: datetime, due: datetime
) -> None:
    found = coxs_bazar.due(tier, since, step)

    assert found == due
    assert found.tzinfo is UTC


def test_received_in_utc_counts_in_dhakas_days(coxs_bazar: Response) -> None:
    thursday_night_in_utc = datetime(2026, 11, 26, 19, 0, tzinfo=UTC)  # already Friday in Dhaka

    assert coxs_bazar.due("T0", thursday_night_in_utc, Step.LOOK) == dhaka(30, 0)


def test_when_nothing_is_asked_it_is_the_time_to_tell(coxs_bazar: Response) -> None:
    assert coxs_bazar.due("T1", dhaka(23, 10)) == dhaka(25, 10)


def test_a_time_without_a_zone_is_refused(coxs_bazar: Response) -> None:
    with pytest.raises(ValueError, match="without a zone"):
        coxs_bazar.due("T1", datetime(2026, 11, 26, 10, 0))  # noqa: DTZ001


def test_screening_pages_in_clock_hours(coxs_bazar: Response) -> None:
    screening = coxs_bazar.screening

    assert screening.flagged_within <= timedelta(minutes=15)
    assert screening.unread_after == timedelta(minutes=15)
    assert screening.look_within <= timedelta(hours=4)
