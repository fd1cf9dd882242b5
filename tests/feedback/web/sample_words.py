"""What the sample pages share: choices, words, times counted from now."""

from __future__ import annotations

from datetime import datetime, timedelta

from feedback import clock

SECTORS = [
    ("WASH", [("wash.no_water", "No water"), ("wash.latrine_unsafe", "Unsafe latrine")]),
    ("Shelter/NFI", [("shelter_nfi.lpg", "LPG"), ("shelter_nfi.shelter_damage", "Shelter damage")]),
]
KINDS = [("complaint", "Complaint"), ("question", "Question"), ("request", "Request")]
PLACES = [("camp-9", "Camp 9"), ("leda", "Leda"), ("bhasan-char", "Bhasan Char")]
SPEECH = [("rhg-Latn", "Rohingya"), ("bn", "Bangla"), ("my", "Burmese"), ("en", "English")]
RAISE = [
    ("T3-G", "Somebody is hurt or threatened"),
    ("T3-C", "A child"),
    ("T2-C", "How staff behave"),
    ("", "I do not know"),
]
WATER = "আসসালামু আলাইকুম, তিন দিন ধরে পানি নেই, ব্লক সি, ক্যাম্প ৯। বাচ্চারা অসুস্থ"


def before(**length: float) -> datetime:
    return clock.now() - timedelta(**length)
