"""Counts, times and words of people, as one reader sees them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from feedback.web.render import translate
from feedback.web.wording import Wording, highlight

NOW = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)  # a Thursday, 15:00 in Dhaka


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def reader(language: str) -> Wording:
    return Wording(language, translate(language), ZoneInfo("Asia/Dhaka"))


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(seconds=-5), "late 1 min"),
        (timedelta(minutes=-59), "late 59 min"),
        (timedelta(hours=-2), "late 2 h"),
        (timedelta(hours=-47), "late 47 h"),
        (timedelta(days=-3), "late 3 d"),
        (timedelta(minutes=30), "due 15:30"),
        (timedelta(hours=9), "due Fri"),  # midnight in Dhaka, not in UTC
        (timedelta(days=6), "due Wed"),
        (timedelta(days=9), "due 14 Mar"),
    ],
)
def test_what_is_owed_is_told_relative_when_near_and_as_a_date_when_far(ahead, said):
    assert reader("en").due(NOW + ahead) == said


@pytest.mark.parametrize(
    ("past", "said"),
    [
        (timedelta(seconds=20), "now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=3), "12:00"),
        (timedelta(hours=16), "Wed 23:00"),
        (timedelta(days=6), "Fri 15:00"),
        (timedelta(days=19), "14 Feb"),
        (timedelta(days=400), "29 Jan 2025"),
        (timedelta(hours=-1), "16:00"),
    ],
)
def test_what_happened_is_told_relative_when_near_and_as_a_date_when_far(past, said):
    assert reader("en").ago(NOW - past) == said


def test_times_are_in_the_readers_words_and_digits():
    assert reader("bn").due(NOW - timedelta(hours=12)) == "১২ ঘণ্টা দেরি"
    assert reader("bn").ago(NOW - timedelta(days=19)) == "১৪ ফেব"
    assert reader("my").ago(NOW - timedelta(hours=3)) == "၁၂:၀၀"


@pytest.mark.parametrize(("language", "written"), [("en", "0123456789"), ("bn", "০১২৩৪৫৬৭৮৯"), ("my", "၀၁၂၃၄၅၆၇၈၉")])
def test_digits_are_in_the_readers_script(language, written):
    assert reader(language).digits("0123456789") == written


@pytest.mark.parametrize(("number", "said"), [(0, "0"), (99, "99"), (100, "99+"), (4000, "99+")])
def test_counts_are_capped(number, said):
    assert reader("en").count(number) == said


def test_a_mask_shows_three_signs_and_not_how_long_the_number_is():
    short, long = reader("en").mask("+88017417"), reader("en").mask("+8801712345417")
    assert short == long == "••• ••• 417"
    assert reader("en").mask(None) == ""


def test_a_code_is_written_as_it_is_spoken():
    assert reader("bn").code("48210937") == "৪৮২১ ০৯৩৭"


@pytest.mark.parametrize(
    ("text", "signals", "marked"),
    [
        ("no water here", ("water",), "no <mark>water</mark> here"),
        ("No Water", ("water",), "No <mark>Water</mark>"),
        ("company, panir kol", ("pani",), "company, <mark>pani</mark>r kol"),
        ("pani nai", ("pani", "pani nai"), "<mark>pani nai</mark>"),
        ("তিন দিন ধরে পানি নেই", ("পানি নেই",), "তিন দিন ধরে <mark>পানি নেই</mark>"),
        ("জাপানি", ("পানি",), "জাপানি"),
        ("ကျေးဇူးတင်", ("ဇူး",), "ကျေး<mark>ဇူး</mark>တင်"),
        ("a.b axb", ("a.b",), "<mark>a.b</mark> axb"),
        ("nothing", ("", " "), "nothing"),
    ],
)
def test_evidence_is_marked_where_it_begins_a_word(text, signals, marked):
    assert highlight(text, signals) == marked


@pytest.mark.parametrize("signals", [(), ("script",), ("<script>",), ("&lt",), ('"',)])
def test_words_of_people_never_become_markup(signals):
    shown = highlight('<script>alert("1")</script> & <b>', signals)
    assert "<script" not in shown
    assert "<b>" not in shown
    assert shown.unescape().replace("<mark>", "").replace("</mark>", "") == '<script>alert("1")</script> & <b>'


def test_a_day_of_the_calendar_stands_in_the_readers_words_and_digits():
    assert [reader(language).day(date(2026, 3, 14)) for language in ("en", "bn")] == ["14 Mar 2026", "১৪ মার্চ ২০২৬"]


def test_times_are_told_in_the_zone_of_the_response():
    kathmandu = Wording("en", translate("en"), ZoneInfo("Asia/Kathmandu"))
    assert (kathmandu.time_of_day(NOW), reader("en").time_of_day(NOW)) == ("14:45", "15:00")
