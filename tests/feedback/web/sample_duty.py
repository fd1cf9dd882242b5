"""Sample contexts of the figures and of the rota."""

from __future__ import annotations

from types import SimpleNamespace as Shape
from typing import Any

from tests.feedback.web.sample_words import before


def figures() -> dict[str, Any]:
    rows = [
        {
            "label": "WASH",
            "loop": Shape(heard=120, told=80, waiting=30, late=4),
            "percent": 71,
            "bars": [{"x": 0, "y": 4, "height": 20}, {"x": 9, "y": 12, "height": 12}],
            "weeks": "20, 12",
            "width": 18,
        },
        {
            "label": "not known yet",
            "loop": Shape(heard=1, told=0, waiting=1, late=0),
            "percent": None,
            "bars": [],
            "weeks": "0, 0",
            "width": 18,
        },
    ]
    return {
        "here": "figures",
        "numbers": [
            {"label": "heard", "value": 121, "note": None, "tone": ""},
            {"label": "answered on time", "value": "71 %", "note": "of 90 owed by now", "tone": ""},
            {"label": "told", "value": 80, "note": None, "tone": "ok"},
            {"label": "waiting", "value": 31, "note": "4 of them late", "tone": "late"},
        ],
        "tables": [{"title": "By sector", "rows": rows}, {"title": "By place", "rows": []}],
        "spans": [{"label": "13 weeks", "url": "/figures?weeks=13", "current": True}],
        "since": before(days=90),
        "publish": {
            "months": [("2026-10", "October 2026")],
            "made": [{"url": "/figures/exports/q3v8Zt1LrYk", "label": "October 2026", "until": before(hours=-20)}],
        },
    }


def rota() -> dict[str, Any]:
    when = {"since": before(hours=2), "until": before(hours=-10)}
    return {
        "here": "rota",
        "called": [before(minutes=3)],
        "turns": [
            {
                "id": "a",
                "label": "Protection",
                "rung": 1,
                "name": "Nur",
                "outside": False,
                "phone": "••• ••• 417",
                "speaks": "Rohingya, Bangla",
                "sex_label": "A woman",
                **when,
            },
            {
                "id": "b",
                "label": "Protection",
                "rung": 2,
                "name": "somebody outside",
                "outside": True,
                "phone": "",
                "speaks": "",
                "sex_label": None,
                **when,
            },
        ],
        "keeps": True,
        "lacks": [
            {"labels": ["Screening", "Gender-based violence"], "woman": True, "languages": "Burmese, Rohingya", **when}
        ],
        "gaps": [{"label": "Screening", "outside": False, **when}, {"label": "Screening", "outside": True, **when}],
        "form": dict.fromkeys(("compartment", "rung", "login", "phone", "sex", "since", "until"), "")
        | {"outside": False, "languages": []},
        "sex_choices": [("woman", "A woman"), ("man", "A man"), ("", "not said")],
        "language_choices": [("rhg-Latn", "Rohingya"), ("bn", "Bangla")],
        "compartment_choices": [("screening", "Screening"), ("protection", "Protection")],
        "staff_choices": [("nur", "Nur")],
    }
