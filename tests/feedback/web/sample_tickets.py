"""Sample contexts of the frame, the inbox and a ticket."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace as Shape
from typing import Any

from feedback import clock
from tests.feedback.web.sample_words import KINDS, PLACES, RAISE, SECTORS, WATER, before


def frame() -> dict[str, Any]:
    nav = [
        ("inbox", "Inbox", 12),
        ("screening", "Screening", 3),
        ("calls", "Calls", 140),
        ("intake", "In person", None),
        ("team", "Team", None),
    ]
    return {
        "csrf": "c5rf",
        "me": Shape(name="Rashida", role_label="Volunteer", place_label="Camp 9"),
        "nav": [Shape(key=key, label=label, url=f"/{key}", count=count) for key, label, count in nav],
        "here": "inbox",
        "flash": Shape(text="Given to Karim.", tone="ok", undo_url="/tickets/q3v8Zt1LrYk/undo"),
    }


def inbox() -> dict[str, Any]:
    rows = [
        row("q3v8Zt1LrYk", WATER, due=before(hours=2), late=True, urgent=True, language="bn", at=before(minutes=4)),
        row(
            "a", "Gas cylinder not refilled since Thursday", sector_label="Shelter/NFI · LPG", channel_label="in person"
        ),
        row(
            "b",
            "foicca nai, card block oiye",
            sector_label="Food · e-voucher",
            language="rhg-Latn",
            due=before(days=-3),
        ),
        row(
            "c",
            "When does the learning centre open again?",
            sector_label="Education",
            kind_label="question",
            due=before(days=-30),
        ),
        row("d", None, sector_label=None, channel_label="call", at=before(days=2)),
        row(
            "e",
            "ကျေးဇူးတင်ပါတယ်၊ လမ်းပြင်ပြီးပါပြီ",
            sector_label=None,
            kind_label="thanks",
            language="my",
            due=None,
            told=True,
            at=before(days=40),
        ),
        row(
            "f",
            "<script>alert(1)</script> latrine by the mosque has no light at night",
            urgent=True,
            at=before(days=500),
        ),
    ]
    return {
        "rows": rows,
        "among_sealed": None,
        "not_among_sealed": False,
        "search": "",
        "tabs": [
            Shape(label="To do", url="/inbox", current=True),
            Shape(label="Told today", url="/inbox?told", current=False),
        ],
        "refresh_url": "/inbox?rows",
        "pages": Shape(newer_url=None, older_url="/inbox?before=x"),
        "current": None,
        "empty_url": "/",
    }


def ticket() -> dict[str, Any]:
    said = Shape(
        kind="message",
        by=None,
        at=before(hours=3),
        text=WATER,
        language="bn",
        marks=("তিন দিন", "পানি নেই"),
        recording_url=None,
        hint=None,
        channel_label="Text",
        address="••• ••• 417",
    )
    heard = Shape(
        kind="message",
        by=None,
        at=before(hours=2.5),
        text="",
        language="rhg-Latn",
        marks=(),
        recording_url="/recordings/1",
        hint=None,
        channel_label="Call",
        address=None,
    )
    noted = Shape(
        kind="note", by="Karim", at=before(hours=2), text="Pump team of partner X says the part arrives today."
    )
    replied = Shape(
        kind="reply",
        by="Rashida",
        at=before(minutes=40),
        text="ধন্যবাদ। মেরামতের দল আজ বিকালে আসবে।",
        language="bn",
        asks=False,
        delivery="delivered",
        delivery_label="delivered",
        recall_url=None,
    )
    waiting = Shape(
        kind="reply",
        by="Rashida",
        at=before(minutes=2),
        text="পানি আবার চালু হয়েছে কি?",
        language="bn",
        asks=True,
        delivery="queued",
        delivery_label="queued",
        recall_url="/tickets/q3v8Zt1LrYk/recall/1",
    )
    return {
        "current": "q3v8Zt1LrYk",
        "ticket": Shape(
            reference="q3v8Zt1LrYk",
            code="48210937",
            title="No water for three days",
            written="No water for three days",
            status="assigned",
            status_label="assigned",
            due=before(hours=2),
            late=True,
            urgent=True,
            tier_label="T1",
            sector_label="WASH · no water",
            kind_label="complaint",
            place_label="Camp 9 · C",
            compartment_label=None,
            language="en",
            owner_label="Karim",
            silent=False,
            outcome_label=None,
            related=[("linked ticket", "/tickets/z")],
        ),
        "suggestion": Shape(
            looks_like="WASH · no water",
            percent=94,
            signals=("পানি নেই", "তিন দিন"),
            language_label="Bangla",
            place_label="Camp 9, block C",
        ),
        "thread": [said, heard, noted, replied, waiting],
        "history": [
            Shape(at=before(hours=3), actor="sms", what="came in"),
            Shape(at=before(hours=2), actor="Karim", what="given to Karim"),
        ],
        "allowed": {"confirm", "override", "raise", "lower", "assign", "note", "answer", "recall", "close", "reopen"},
        "draft": "পানি আবার চালু হয়েছে কি? হ্যাঁ হলে ১, না হলে ২ পাঠান।",
        "answer": Shape(channel_label="Text", language="bn", language_label="Bangla", sms=True, cost="0.40", held=None),
        "phrases": [
            Shape(key="thanks", label="Thanks, we look into it", text="Thank you."),
            Shape(key="fixed", label="Is it mended?", text='Is it "mended"?'),
        ],
        "sector_choices": SECTORS,
        "kind_choices": KINDS,
        "place_choices": PLACES,
        "tier_choices": [("T0", "In days"), ("T1", "Today")],
        "raise_choices": RAISE,
        "staff_choices": [("7", "Karim"), ("9", "Nur")],
        "outcome_choices": [
            ("told", "They have been told"),
            ("unreachable", "Nobody could reach them"),
            ("not_feedback", "Not feedback: spam, wrong number"),
        ],
        "form_said": [("When may we call, and who may answer?", "after 16:00")],
        "chosen": Shape(sector="wash.no_water", kind="complaint", tier="T1", place="camp-9"),
    }


def sealed() -> dict[str, Any]:
    return {
        "sealed": Shape(
            compartment_label="GBV", opened_at=before(minutes=1), closes_at=before(minutes=-14), leave_url="/help"
        ),
        "flash": None,
    }


def row(reference: str, title: str | None, **differs: Any) -> Shape:
    usual = {
        "due": clock.now() + timedelta(hours=2),
        "late": False,
        "urgent": False,
        "sector_label": "WASH · no water",
        "kind_label": None,
        "place_label": "Camp 9 · C",
        "channel_label": "text",
        "at": before(hours=3),
        "language": "en",
        "compartment_label": None,
        "told": False,
        "needs": True,
    }
    return Shape(reference=reference, title=title, **usual | differs)
