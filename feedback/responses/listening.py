"""When somebody listens on the hotline: days and times of calendar.toml; call-backs are made then too (R4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from feedback.responses.deadlines import WEEKDAYS, Calendar
from feedback.responses.reading import Section


@dataclass(frozen=True, slots=True)
class Listening:
    """Opening hours in the time of the response. Where `closes` comes before `opens`, they run through midnight."""

    zone: ZoneInfo
    opens: time
    closes: time
    days_off: frozenset[int] = frozenset()  # 0 is Monday

    def at_any_hour(self) -> Listening:
        """The same line with somebody there day and night: of a demo, which is tried at any hour."""
        return Listening(self.zone, time.min, time.max)

    def open_at(self, at: datetime) -> bool:
        """Does somebody listen at this moment? `at` is aware."""
        local = at.astimezone(self.zone)
        if self.opens < self.closes:
            return self._works(local) and self.opens <= local.time() < self.closes
        since = local if local.time() >= self.opens else local - timedelta(days=1)
        return self._works(since) and (local.time() >= self.opens or local.time() < self.closes)

    def next_open(self, at: datetime) -> datetime:
        """This moment if it is in hours, else when they begin again; in UTC."""
        if self.open_at(at):
            return at.astimezone(UTC)
        local = at.astimezone(self.zone)
        days = (local.date() + timedelta(days=ahead) for ahead in range(9))
        begins = (datetime.combine(day, self.opens, self.zone) for day in days)
        return next(one for one in begins if one > at and self._works(one)).astimezone(UTC)

    def _works(self, local: datetime) -> bool:
        return local.weekday() not in self.days_off


def read_listening(file: Section, calendar: Calendar) -> Listening:
    """The hours of calendar.toml; where it has none, somebody listens from 9 to 17 on the days that the desk works."""
    opens, closes = _time(file, "hotline_opens", "09:00"), _time(file, "hotline_closes", "17:00")
    if opens == closes:
        raise file.wrong("hotline_closes", "must be another time than hotline_opens")
    if not file.has("hotline_days_off"):
        return Listening(calendar.zone, opens, closes, calendar.days_off)
    off = file.texts("hotline_days_off")
    for day in off:
        if day not in WEEKDAYS:
            raise file.wrong("hotline_days_off", f"{day!r} is not a day of the week in English small letters")
    if len(set(off)) == len(WEEKDAYS):
        raise file.wrong("hotline_days_off", "leaves no day to listen on")
    return Listening(calendar.zone, opens, closes, frozenset(WEEKDAYS.index(day) for day in off))


def _time(file: Section, key: str, default: str) -> time:
    try:
        return time.fromisoformat(file.text(key, default))
    except ValueError:
        raise file.wrong(key, 'must be a time like "09:00"') from None
