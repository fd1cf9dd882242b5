"""Sample contexts of what the machine learns and how well it reads."""

from __future__ import annotations

from typing import Any

from tests.feedback.web.sample_words import before


def machine() -> dict[str, Any]:
    share = {"percent": "42 %", "between": "31–54"}
    rows = [
        {"label": "English", "read": 240, "shares": [share, share, share]},
        {"label": "the rest", "read": 7, "shares": [None, None, None]},
    ]
    return {
        "here": "figures",
        "since": before(hours=4000),
        "enough": 20,
        "tables": [{"title": "By language", "rows": rows}],
        "dangers": [{"label": "English", "counts": ["12", "under 5", "0"]}],
    }


def sealed_lessons() -> dict[str, Any]:
    wish = {"id": "q3v8Zt1LrYk", "wall_label": "Conduct", "by": "Asha", "at": before(hours=3)}
    return {
        "here": "reviews",
        "wishes": [
            {**wish, "reason": "Fraud is read too late.", "mine": False, "until": None},
            {**wish, "reason": None, "mine": True, "until": None},
            {**wish, "reason": "Fraud is read too late.", "mine": True, "until": before(hours=-20)},
        ],
        "walls": [("conduct", "Conduct"), ("protection", "Protection")],
        "typed": {"wall": "", "reason": ""},
    }
