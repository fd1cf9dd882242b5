"""Contexts of the pages about signing in: settings, a sheet of codes, the code of conduct."""

from __future__ import annotations

from types import SimpleNamespace as Shape
from typing import Any

from feedback.responses import load
from tests.feedback.web.sample_tickets import before


def settings() -> dict[str, Any]:
    keys = [
        Shape(id="k1", name="the blue one", used_at=before(minutes=300)),
        Shape(id="k2", name="on my key ring", used_at=None),
    ]
    return {
        "app": True,
        "seed": None,
        "qr": None,
        "codes_left": 7,
        "keys": keys,
        "key_name": "",
        "may_add": True,
        "takes_keys": True,
    }


def printed_codes() -> dict[str, Any]:
    return {"name": "Rashida", "codes": [f"4821{n} 0937{n}" for n in range(10)], "back_url": "/settings"}


def conduct() -> dict[str, Any]:
    code = load("coxs_bazar").code_of_conduct
    return {
        "points": [(one.title["en"], one.text["en"]) for one in code.points],
        "version": code.version,
        "agreed": False,
    }
