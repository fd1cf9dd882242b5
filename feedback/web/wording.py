"""How counts, times, numbers and words of people are written for one reader, in their language and digits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from markupsafe import Markup, escape

from feedback import clock

DIGITS = {"bn": "০১২৩৪৫৬৭৮৯", "my": "၀၁၂၃၄၅၆၇၈၉"}  # babel writes Latin digits for both
_DIGITS = {language: str.maketrans("0123456789", own) for language, own in DIGITS.items()}
_MASK = "•••"  # the same length for every number, so that the mask says nothing of it


class Wording:
    """The filters of the templates for one language. `gettext` translates our own words, `zone` is that of the response."""

    def __init__(self, language: str, gettext: Callable[[str], str], zone: ZoneInfo) -> None:
        self.language, self._zone = language, zone
        self._ = gettext

    def digits(self, value: object) -> str:
        """The text with its Latin digits in the reader's script."""
        return in_digits(str(value), self.language)

    def count(self, number: int) -> str:
        """A number for the navigation, capped: beyond 99 the exact figure helps nobody."""
        return self.digits("99+" if number > 99 else number)

    def code(self, code: str) -> str:
        """Eight digits in two groups, as they are spoken."""
        return self.digits(f"{code[:4]} {code[4:]}")

    def mask(self, address: str | None) -> str:
        """An address of which only the last three signs are left, enough to tell two callers apart."""
        return self.digits(f"{_MASK} {_MASK} {address[-3:]}") if address else ""

    def due(self, at: datetime) -> str:
        """When something is owed: `late 2 h`, `due 15:00`, `due Sun`, `due 14 Mar`. `at` is aware."""
        ahead = at - clock.now()
        if ahead < timedelta(0):
            return self._("late %(time)s") % {"time": self._span(-ahead)}
        days = (at.astimezone(self._zone).date() - clock.now().astimezone(self._zone).date()).days
        pattern = "HH:mm" if days == 0 else "EEE" if days < 7 else "d MMM"
        return self._("due %(time)s") % {"time": self._write(at, pattern)}

    def ago(self, at: datetime) -> str:
        """When something happened: `now`, `5 min ago`, `09:14`, `Thu 09:14`, `14 Mar`, `14 Mar 2024`. `at` is aware."""
        past = clock.now() - at
        if timedelta(0) <= past < timedelta(minutes=1):
            return self._("now")
        if timedelta(0) <= past < timedelta(hours=1):
            return self._("%(time)s ago") % {"time": self._span(past)}
        here, today = at.astimezone(self._zone), clock.now().astimezone(self._zone)
        days = (today.date() - here.date()).days
        if days == 0:
            return self._write(at, "HH:mm")
        if 0 < days < 7:
            return self._write(at, "EEE HH:mm")
        return self._write(at, "d MMM" if here.year == today.year else "d MMM y")

    def time_of_day(self, at: datetime) -> str:
        """The hour and minute, local."""
        return self._write(at, "HH:mm")

    def full(self, at: datetime) -> str:
        """Day, date and time in full, for what appears on pointing at a short time."""
        return self._write(at, "EEEE d MMMM y, HH:mm")

    def day(self, on: date) -> str:
        """A day of the calendar: `14 Mar 2026`."""
        return self.digits(format_date(on, "d MMM y", locale=self.language))

    def _span(self, length: timedelta) -> str:
        minutes = int(length.total_seconds() // 60)
        if minutes < 60:
            return self._("%(n)s min") % {"n": self.digits(max(minutes, 1))}
        if minutes < 48 * 60:
            return self._("%(n)s h") % {"n": self.digits(minutes // 60)}
        return self._("%(n)s d") % {"n": self.digits(minutes // (24 * 60))}

    def _write(self, at: datetime, pattern: str) -> str:
        return self.digits(format_datetime(at, pattern, tzinfo=self._zone, locale=self.language))


def in_digits(text: str, language: str) -> str:
    """The text with its Latin digits in the script of that language."""
    return text.translate(_DIGITS.get(language, {}))


def highlight(text: str, signals: Iterable[str] = ()) -> Markup:
    """The text, escaped, with every place where a signal begins a word marked as evidence.

    Suffixes are left unmarked ("pani" in "panir"); Burmese, which puts no space between words, is marked anywhere.
    """
    wanted = sorted({signal.strip() for signal in signals if signal.strip()}, key=len, reverse=True)
    if not wanted:
        return escape(text)
    pattern = re.compile("|".join(map(_at_the_start_of_a_word, wanted)), re.IGNORECASE)
    pieces, end = [Markup("")], 0
    for found in pattern.finditer(text):
        pieces += [escape(text[end : found.start()]), Markup("<mark>{}</mark>").format(found.group())]
        end = found.end()
    return Markup("").join([*pieces, escape(text[end:])])


def _at_the_start_of_a_word(signal: str) -> str:
    piece = re.escape(signal)
    # \w leaves out the vowel signs of Bangla, which are part of a word
    return piece if "\u1000" <= signal[0] <= "\u109f" else rf"(?<![\w\u0980-\u09e5]){piece}"
