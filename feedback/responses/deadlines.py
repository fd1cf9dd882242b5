"""When something is due: clock hours for everything grave, days of a working calendar for T0 alone (decision 11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from feedback.responses.reading import Section
from feedback.responses.terms import Tier

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Step(StrEnum):
    """What is owed by then."""

    LOOK = "look"  # the first look of a person
    ACT = "act"
    TELL = "tell"  # the person has heard back; where a contact plan rules that, the time to act


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days on which the desk works. A working day's clock runs from midnight to midnight, and stands still between."""

    zone: ZoneInfo
    days_off: frozenset[int]  # 0 is Monday
    holidays: frozenset[date]

    def works(self, day: date) -> bool:
        """Does the desk work on this day?"""
        return day.weekday() not in self.days_off and day not in self.holidays

    def after(self, since: datetime, days: timedelta) -> datetime:
        """The moment at which so many whole working days have passed. Both moments are aware; the result is UTC."""
        local = since.astimezone(self.zone)
        if not self.works(local.date()):
            local = datetime.combine(self._next(local.date()), time.min, self.zone)
        day = local.date()
        for _ in range(days.days):
            last, day = day, self._next(day)
        if days.days and local.time() == time.min:
            day = last + timedelta(days=1)  # whole days end with the last of them, not after the weekend
        return datetime.combine(day, local.time(), self.zone).astimezone(UTC)

    def _next(self, day: date) -> date:
        while True:
            day += timedelta(days=1)
            if self.works(day):
                return day


def due(calendar: Calendar, tier: Tier, since: datetime, step: Step) -> datetime:
    """When this step of a ticket is owed, in UTC. `since` is aware (ValueError otherwise)."""
    if since.tzinfo is None:
        raise ValueError("A time without a zone can't be counted from.")
    steps = {Step.LOOK: tier.look_within, Step.ACT: tier.act_within, Step.TELL: tier.tell_within or tier.act_within}
    within = steps[step]
    if tier.working_days:
        return calendar.after(since, within)
    return since.astimezone(UTC) + within


def read_calendar(file: Section) -> Calendar:
    """The calendar of calendar.toml."""
    try:
        zone = ZoneInfo(file.text("time_zone"))
    except (ZoneInfoNotFoundError, ValueError):
        raise file.wrong("time_zone", "is not a time zone like Asia/Dhaka") from None
    off = file.texts("days_off")
    for day in off:
        if day not in WEEKDAYS:
            raise file.wrong("days_off", f"{day!r} is not a day of the week in English small letters")
    if len(set(off)) == len(WEEKDAYS):
        raise file.wrong("days_off", "leaves no day to work on")
    holidays = file.dates("holidays")
    return Calendar(zone, frozenset(WEEKDAYS.index(day) for day in off), holidays)
