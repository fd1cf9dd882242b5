"""The day that rows of `asked` and `perhaps` end on says nothing of when they were made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from feedback.desk import asked

END = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.mark.parametrize("hours", [-11, 0, 6, 14])
def test_a_moment_ends_with_the_same_day_in_whatever_zone_it_was_told(hours: int) -> None:
    at = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)
    assert asked.whole_day(at.astimezone(timezone(timedelta(hours=hours)))) == END
