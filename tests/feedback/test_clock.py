"""The one clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import time_machine

from feedback import clock


def test_the_time_is_aware_and_in_utc() -> None:
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_tests_can_set_it() -> None:
    with time_machine.travel(datetime(2026, 2, 1, 12, tzinfo=UTC), tick=False):
        assert clock.now() == datetime(2026, 2, 1, 12, tzinfo=UTC)
