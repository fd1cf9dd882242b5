"""Sample contexts of interpreting, and of who stands where."""

from __future__ import annotations

from types import SimpleNamespace as Shape
from typing import Any

from tests.feedback.web.sample_words import before

ONE = Shape(id="l1", kind="a message", language_label="Rohingya", until=before(hours=-2))
SURE = [("sure", "Sure"), ("mostly", "Mostly"), ("unsure", "Not sure")]


def lend() -> dict[str, Any]:
    return {
        "here": "sealed",
        "reference": "q3v8Zt1LrYk",
        "spoken": "rhg-Latn",
        "items": [
            ("k1", "a message", "hitara ma hala gori gil", before(hours=3)),
            ("k2", "a recording", "", before(hours=2)),
        ],
        "people": [("p1", "Rashida")],
        "loans": [{"id": "l1", "kind": "a recording", "name": "Rashida", "until": before(hours=-1)}],
        "typed": {"item": "", "to": ""},
    }


def interpret() -> dict[str, Any]:
    return {"here": "interpret", "rows": [ONE], "refresh_url": "/interpret?live=1"}


def interpret_one() -> dict[str, Any]:
    return {
        "here": "interpret",
        "one": ONE,
        "words": "hitara ma hala gori gil",
        "spoken": "rhg-Latn",
        "recording_url": None,
        "form": {"text": "", "language": "rhg-Latn", "confidence": ""},
        "language_choices": [("rhg-Latn", "Rohingya"), ("bn", "Bangla")],
        "confidence_choices": SURE,
    }


def standing() -> dict[str, Any]:
    person = {"id": "p1", "name": "Nur", "login": "nur", "agency_label": "Heron (made up)", "above": "p2"}
    other = {"id": "p2", "name": "Rashida", "login": "rashida", "agency_label": "no agency", "above": ""}
    return {
        "here": "standing",
        "people": [
            person | {"above_label": "Rashida", "independent": False, "mending": False},
            other | {"above_label": None, "independent": True, "mending": False},
        ],
        "choices": [("p1", "Nur (nur)"), ("p2", "Rashida (rashida)")],
        "wishes": [
            Shape(reference="w1", name="Salma", by="Nur", at=before(hours=1), mine=False),
            Shape(reference="w2", name="Jamal", by="Rashida", at=before(hours=5), mine=True),
        ],
        "covered": False,
    }
