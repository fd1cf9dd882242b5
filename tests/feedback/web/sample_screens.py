"""Sample contexts of the screens on which people are heard and called back: screening, calls, codes, the form."""

from __future__ import annotations

from types import SimpleNamespace as Shape
from typing import Any

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
