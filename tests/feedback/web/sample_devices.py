"""Sample contexts of the screens for shared devices."""

from __future__ import annotations

from types import SimpleNamespace as Shape
from typing import Any

from tests.feedback.web.sample_words import before


def devices() -> dict[str, Any]:
    rows = [
        Shape(id="d1", name="Tablet 3, Camp 9", people=4, until=before(hours=-4000), mine=True),
        Shape(id="d2", name="Phone of the food outlet", people=0, until=before(hours=-200), mine=False),
    ]
    return {"devices": rows, "enrolled": True, "name": ""}


def pin() -> dict[str, Any]:
    people = [("p1", "Rahima"), ("p2", "Nur"), ("p3", "🌙")]
    return {"device": "Tablet 3, Camp 9", "people": people, "who": "", "ask_password": False}


def pin_mine() -> dict[str, Any]:
    return {"ready": True, "device": "Tablet 3, Camp 9", "label": "Rahima"}
