"""Sample contexts of requests about data, of taking a part out, and of the register of breaches."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace as Shape
from typing import Any

from tests.feedback.web.sample_words import before

RIGHTS = [("see", "See or hear what is held about them"), ("correct", "Correct it"), ("erase", "Have it erased")]
PROOFS = [("code", "They gave the code"), ("not_shown", "They could not show it")]
NOT_DONE = [("law", "The law needs it to be kept"), ("others", "It would harm somebody else")]


def requests() -> dict[str, Any]:
    return {
        "rows": [_asked("see", late=True), _asked("erase", wall="GBV")],
        "settles": True,
        "rights": RIGHTS,
        "proofs": PROOFS,
        "typed": Shape(code="", right="", proof="", terms=""),
    }


def request(kind: str, **more: Any) -> dict[str, Any]:
    said = Shape(at=before(days=3), kind_label="Message", text="the guard shouted at me <b>twice</b>")
    return {
        "request": _asked(kind),
        "facts": [("Came in", "text"), ("Number", "+8801•••••234")],
        "thread": [said],
        "agreed": [Shape(label="May we contact them", said_label="yes", more="")],
        "held": False,
        "open": False,
        "second": False,
        "refusals": NOT_DONE,
        "words": "",
    } | more


def take_out(**more: Any) -> dict[str, Any]:
    part = Shape(name="a1b2", at=before(days=3), kind_label="Message", text="the guard shouted at me")
    reasons = [("other_person", "it is about another person")]
    found = {"ticket": "q3v8Zt1LrYk", "parts_of_it": [part], "reasons": reasons, "chosen": "", "reason": ""}
    return found | {"held": False} | more


def breaches(**more: Any) -> dict[str, Any]:
    row = Shape(
        id="b7",
        kind_label="A phone, tablet or computer is lost",
        affected_label="Names, numbers, shelters",
        found_at=before(hours=80),
        due=before(hours=8),
        late=True,
        by="Rashida",
        ticket="q3v8Zt1LrYk",
        done=[("It is contained", before(hours=2))],
        next=[("assessed", "It is assessed")],
    )
    return {
        "sees": True,
        "rows": [row],
        "kinds": [("lost_device", "A phone, tablet or computer is lost")],
        "affected": [("contacts", "Names, numbers, shelters"), ("not_known", "Not known yet")],
        "hours": [("0", "just now"), ("24", "yesterday")],
        "typed": Shape(kind="", affected=[], found="0", ticket=""),
    } | more


def _asked(kind: str, *, late: bool = False, wall: str | None = None) -> Shape:
    return Shape(
        id="r5",
        ticket="q3v8Zt1LrYk",
        code="48210937",
        kind=kind,
        right_label=dict(RIGHTS)[kind],
        proof_label="They gave the code",
        wall_label=wall,
        by="Rashida",
        at=before(days=2),
        due=before(days=1) if late else before() + timedelta(days=28),
        late=late,
    )


def refer(**differs: Any) -> dict[str, Any]:
    return {
        "here": "sealed",
        "reference": "q3v8Zt1LrYk",
        "agency": "heron",
        "unit": "Internal investigations, Heron (made up)",
        "agreed": False,
        "out_until": None,
        "url": None,
        "typed": {"words": "", "to": "", "shows": ""},
    } | differs
