"""Sample contexts of the other screens."""

from __future__ import annotations

from types import SimpleNamespace as Shape
from typing import Any

from tests.feedback.web.sample_tickets import inbox
from tests.feedback.web.sample_words import KINDS, PLACES, RAISE, SECTORS, SPEECH, before


def screening() -> dict[str, Any]:
    guess = Shape(looks_like="WASH · unsafe latrine", percent=61)
    cards = [
        Shape(
            reference="s1",
            text="latrine no light, a man follows my sister",
            recording_url=None,
            recording_hint=None,
            language="en",
            language_label="English",
            at=before(minutes=6),
            due=before(minutes=-50),
            late=False,
            danger=True,
            asks_again=False,
            channel_label="text",
            place_label="Camp 9",
            marks=("follows my sister",),
            suggestion=guess,
        ),
        Shape(
            reference="s2",
            text=None,
            recording_url="/recordings/s2",
            recording_hint=None,
            language="und",
            language_label="not known",
            at=before(hours=1),
            due=before(minutes=3),
            late=True,
            danger=False,
            asks_again=False,
            channel_label="call",
            place_label=None,
            marks=(),
            suggestion=None,
        ),
        Shape(
            reference="s3",
            text="camp 9 block C pani nai 3 din",
            recording_url=None,
            recording_hint=None,
            language="rhg-Latn",
            language_label="Rohingya",
            at=before(hours=2),
            due=None,
            late=False,
            danger=False,
            asks_again=True,
            channel_label="text",
            place_label="Camp 9 · C",
            marks=("pani nai",),
            suggestion=guess,
        ),
    ]
    sectors = [
        "Food",
        "Shelter/NFI",
        "WASH",
        "Site management",
        "Health",
        "Nutrition",
        "Education",
        "Protection",
        "Livelihoods",
        "Network, power",
        "Accountability",
        "Host relations",
    ]
    kinds = [
        ("g", "T3-G", "GBV"),
        ("e", "T3-S", "Aid worker, sex"),
        ("c", "T3-C", "Child"),
        ("l", "T3-L", "Danger to life"),
        ("o", "T2-C", "Staff conduct"),
        ("p", "T2-P", "Protection"),
    ]
    return {
        "here": "screening",
        "waiting": 3,
        "oldest": before(hours=2),
        "rota": ["Nur", "Rashida"],
        "cards": cards,
        "sector_keys": [
            Shape(key=key, code=label.lower(), label=label) for key, label in zip("1234567890-=", sectors, strict=True)
        ],
        "sensitive_keys": [Shape(key=key, code=code, label=label) for key, code, label in kinds],
        "refresh_url": "/screening?cards",
    }


def calls() -> dict[str, Any]:
    return {
        "here": "calls",
        "tasks": [
            Shape(
                id="1",
                in_hand=True,
                ring_url="/calls/t1/ring",
                opening="Hello. Is this a good time to talk?",
                wrong_person="Sorry, I have a wrong number.",
                may_give_up=False,
                kind="call_back",
                kind_label="Call back",
                reference="a",
                code="48210937",
                address="+880 17 •••",
                contact_terms="after 16:00, only herself",
                who="Noor",
                place_label="Camp 9",
                language="bn",
                language_label="Bangla",
                say="ধন্যবাদ। মেরামতের দল আজ বিকালে আসবে।",
                due=before(hours=1),
                late=True,
                tries=[
                    Shape(at=before(hours=4), outcome_label="no answer"),
                    Shape(at=before(hours=2), outcome_label="engaged"),
                ],
            ),
            Shape(
                id="2",
                in_hand=False,
                ring_url=None,
                opening=None,
                wrong_person=None,
                may_give_up=True,
                kind="visit",
                kind_label="Visit",
                reference="b",
                code=None,
                address=None,
                contact_terms=None,
                who=None,
                place_label="Leda",
                language="my",
                language_label="Burmese",
                say="ကျေးဇူးတင်ပါတယ်။ ရေပိုက်ကို ဒီနေ့ ပြင်ပါမယ်။",
                due=None,
                late=False,
                tries=[],
            ),
        ],
        "outcome_choices": [("not_reached", "Not reached")],
        "end_choices": [("unreachable", "Nobody could reach them"), ("unsafe_to_contact", "Not safe")],
        "refresh_url": "/calls?tasks",
    }


def code() -> dict[str, Any]:
    say = "We will look for it. When and how may we reach you, or will you come back?"
    return {
        "typed": "4821 0937",
        "place_choices": PLACES,
        "result": Shape(code="48210937", say=say, language="en", answered=False),
        "reach": "",
        "back": "",
        "place": "",
    }


def intake() -> dict[str, Any]:
    typed = dict.fromkeys(
        (
            "key",
            "safe",
            "consent_record",
            "consent_refer",
            "language",
            "sector",
            "kind",
            "tier",
            "place",
            "contact",
            "phone",
            "name",
            "spot",
            "answer",
        ),
        "",
    )
    return {
        "here": "intake",
        "form": Shape(**typed, text="the tap by the school is dry"),
        "sector_choices": SECTORS,
        "kind_choices": KINDS,
        "tier_choices": RAISE,
        "place_choices": PLACES,
        "language_choices": SPEECH,
        "serious": [
            ("Say this", "Thank you for telling me. You decide what happens next."),
            ("Women's centre, Camp 9", "Open day and night, 0123"),
        ],
        "done": None,
    }


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
