"""Sample contexts of the screens about the desk itself: the way in, the team, what was done and handed over."""

from __future__ import annotations

from types import SimpleNamespace as Shape
from typing import Any

from tests.feedback.web.sample_tickets import inbox
from tests.feedback.web.sample_words import PLACES, SPEECH, before


def door() -> dict[str, Any]:
    accounts = [
        ("volunteer", "Volunteer"),
        ("screener", "Screener"),
        ("agent", "Helpdesk staff"),
        ("coordinator", "Coordinator"),
    ]
    return {
        "csrf": "c5rf",
        "name": "rashida",
        "notice": None,
        "takes_keys": True,
        "demo": [
            Shape(login=login, password="river-lamp-seven", role_label=label, code="123456")
            for login, label in accounts
        ],
    }


def team() -> dict[str, Any]:
    people = [
        ("1", "Rashida", True, before(minutes=3)),
        ("2", "Karim", True, None),
        ("3", "Nur", False, before(days=90)),
    ]
    return {
        "here": "team",
        "without_holder": 1,
        "staff": [
            Shape(
                id=id,
                name=name,
                login=name.lower(),
                role_label="Volunteer",
                places_label="Camp 9, Leda",
                languages_label="Bangla, Rohingya",
                active=active,
                second_factor=seen is not None,
                agreed=seen is not None,
                last_seen=seen,
                may_deactivate=True,
                leaves_on=before(days=-9).date() if name == "Karim" else None,
                their_keys=[{"id": "k1", "name": "blue"}] if name == "Karim" else [],
                mending=False,
            )
            for id, name, active, seen in people
        ],
        "adding": False,
        "form": Shape(name="", login="", role="volunteer", agency="", language="bn", places=["leda"], sectors=[]),
        "role_choices": [("volunteer", "Volunteer"), ("screener", "Screener"), ("agent", "Helpdesk staff")],
        "agency_choices": [("heron", "Heron"), ("myna", "Myna")],
        "place_choices": PLACES,
        "sector_choices": SPEECH,
        "language_choices": SPEECH,
        "added": Shape(name="Salma", login="salma", password="river-lamp-seven", secret="JBSWY3DPEHPK3PXP", qr=None),
    }


def events() -> dict[str, Any]:
    told = [
        ("Karim", "wrote a note", "note", None, "q3v8Zt1LrYk", None),
        ("Nasrin", "opened it", "open", None, "b7Kd02mPqWe", "GBV"),
        ("Rafiq", "changed a key, or who holds it", "grant", "Shirin", None, None),
    ]
    return {
        "here": "events",
        "lines": [
            Shape(at=before(minutes=9), actor=who, what=what, code=code, whom=whom, ticket=ticket, wall_label=wall)
            for who, what, code, whom, ticket, wall in told
        ],
        "pages": {"newer_url": None, "older_url": "/events?page=2"},
    }


def hand_over() -> dict[str, Any]:
    day = before(days=-9).date()
    walls = [Shape(label="GBV", others=1, too_few=True), Shape(label="Protection", others=3, too_few=False)]
    turns = [Shape(label="GBV", since=before(days=-2))]
    return {
        "here": "hand-over",
        "lists": [
            Shape(name="Rashida", on=day, mine=True, rows=[], walls=walls, turns=turns, parts=[("GBV", "a")]),
            Shape(name="Karim", on=day, mine=False, rows=inbox()["rows"][:2], walls=[], turns=[], parts=[]),
        ],
    }


def quarantine() -> dict[str, Any]:
    return {
        "kept": [
            Shape(
                id="1",
                at=before(hours=5),
                adapter="twilio-sms",
                why="The number of parts is missing.",
                text="Body=&NumSegments=",
                hook="inbound",
            ),
            Shape(
                id="2",
                at=before(days=3),
                adapter="twilio-voice",
                why="It names no call.",
                text=None,
                hook="voice",
            ),
        ]
    }


def welcome() -> dict[str, Any]:
    steps = [
        (
            "Send a text from the phone",
            "A drawn phone stands beside the inbox. Write anything, in any language.",
            "/sandbox",
            "Open the phone",
        ),
        ("See it arrive", "It is screened, given a sector and sent to the right people.", "/inbox", "Open the inbox"),
        ("Answer it", "The answer goes back the way the message came.", None, ""),
    ]
    return {
        "demo": True,
        "numbers": [("heard today", 27), ("told", 19), ("waiting", 8)],
        "steps": [Shape(title=title, text=text, url=url, action=action) for title, text, url, action in steps],
    }
