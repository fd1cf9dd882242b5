"""Weeks and months as the response counts them: in its own time zone, weeks from its first working day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feedback.responses.deadlines import Calendar


def first_of(month: str) -> date:
    """The first day of a month like "2026-10". ValueError for anything else."""
    if len(month) != 7 or month[4] != "-":
        raise ValueError("a month is written like 2026-10")
    return date(int(month[:4]), int(month[5:]), 1)


def name(day: date) -> str:
    """The month of a day, like "2026-10"."""
    return f"{day.year:04}-{day.month:02}"


def before(day: date) -> date:
    """The first day of the month before this day's."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def after(day: date) -> date:
    """The first day of the month after this day's."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def span(calendar: Calendar, month: str) -> tuple[datetime, datetime]:
    """When a month begins and ends, in UTC."""
    first = first_of(month)
    return _midnight(calendar, first), _midnight(calendar, after(first))


def weeks(calendar: Calendar, now: datetime, many: int) -> list[datetime]:
    """When the last so many weeks began, oldest first, this week's last; and the moment after this week. UTC."""
    today = now.astimezone(calendar.zone).date()
    starts = _week_start(calendar)
    this = today - timedelta(days=(today.weekday() - starts) % 7)
    return [_midnight(calendar, this + timedelta(weeks=one)) for one in range(1 - many, 2)]


def today(calendar: Calendar, now: datetime) -> date:
    """The day that it is there."""
    return now.astimezone(calendar.zone).date()


def _week_start(calendar: Calendar) -> int:
    """The first working day after days off; Monday where there are none. 0 is Monday."""
    return next((day for day in range(7) if day not in calendar.days_off and (day - 1) % 7 in calendar.days_off), 0)


def _midnight(calendar: Calendar, day: date) -> datetime:
    return datetime.combine(day, time.min, calendar.zone).astimezone(UTC)
