"""The hotline and transcripts, as their templates document them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace as Shape
from typing import Any

_FIELDS = ("safe", "consent_record", "text", "language", "sector", "kind", "tier", "place", "keep", "terms")


def line() -> dict[str, Any]:
    """A call in hand, one that waits, two to call back."""
    now = datetime.now(UTC)
    back = {"language_label": "Rohingya, spoken", "wish_label": "wants a woman", "at": now - timedelta(minutes=9)}
    return {
        "takes": True,
        "places_calls": True,
        "is_open": True,
        "hours": "every day, 9 am to 5 pm",
        "phone": "+8801*****417",
        "on_until": now + timedelta(hours=3),
        "sex": "woman",
        "spoken": ["bn", "rhg"],
        "sex_choices": [("woman", "A woman"), ("man", "A man"), ("", "not said")],
        "language_choices": [("rhg", "Rohingya, spoken"), ("bn", "Bangla")],
        "waiting": [
            Shape(wish_label="wants a woman", language_label="Bangla", since=now, ringing=False),
            Shape(wish_label="wants whoever is free", language_label="Burmese", since=now, ringing=True),
        ],
        "backs": [
            Shape(reference="a1", address="+8801*****998", broke_off=True, times=1, tries=1, ready=False, **back),
            Shape(reference="a2", address="+8801*****123", broke_off=False, times=5, tries=0, ready=True, **back),
        ],
        "held": Shape(
            reference="c1",
            outgoing=True,
            state="talking",
            language="bn",
            language_label="Bangla",
            wish_label="wants a woman",
            since=now,
            about=None,
            numbered=True,
        ),
        "opening": "Hello. Is this a good time to talk?",
        "wrong_person": "Sorry, I have a wrong number.",
        "form": dict.fromkeys(_FIELDS, ""),
        "spoken_choices": [("bn", "Bangla")],
        "sector_choices": [("WASH", [("wash.no_water", "No or little water")])],
        "kind_choices": [("complaint", "Complaint")],
        "tier_choices": [("T0", "Open")],
        "place_choices": [("camp-9", "Camp 9")],
        "code": None,
        "code_words": None,
        "refresh_url": "/line?live=1&held=c1",
    }


def transcribe() -> dict[str, Any]:
    """Two that wait."""
    now = datetime.now(UTC)
    row = {"language_label": "Rohingya, spoken", "at": now - timedelta(hours=2), "seconds": 74}
    return {
        "rows": [
            Shape(
                url="/transcribe/r1", code="48210937", place_label="Camp 9", compartment_label=None, mine=True, **row
            ),
            Shape(url="/transcribe/r2", code=None, place_label=None, compartment_label="Conduct", mine=False, **row),
        ],
        "refresh_url": "/transcribe?live=1",
    }


def transcript() -> dict[str, Any]:
    """One recording to write down."""
    return {
        "reference": "r1",
        "ticket": "q3v8",
        "recording_url": "/recordings/r1",
        "language_label": "Rohingya, spoken",
        "place_label": "Camp 9",
        "at": datetime.now(UTC) - timedelta(hours=2),
        "form": {"text": "", "language": "rhg", "interpreted": "", "confidence": ""},
        "language_choices": [("rhg", "Rohingya, spoken")],
        "confidence_choices": [("sure", "Sure"), ("unsure", "Not sure")],
        "glossary": [("Camp 9", "nine, Balukhali 1"), ("Latrine", "paikhana")],
    }
