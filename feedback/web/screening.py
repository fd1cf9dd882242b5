"""Screening: one card a message, danger first; one key decides."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from feedback.desk import asking_again, handling, inbox, reading, rota, screening, visibility
from feedback.desk.intake_rows import SCREENING
from feedback.desk.views import Card
from feedback.errors import Invalid
from feedback.models.ticket import Outcome, Ticket
from feedback.web import ticket_context
from feedback.web.forms import sector_of
from feedback.web.labels import Labels
from feedback.web.page import Page

CARDS = 8
"""So many at once: each shown is recorded."""

NUMBER_ROW = "1234567890-="
SENSITIVE_KEYS = {"T3-G": "g", "T3-S": "e", "T3-C": "c", "T3-L": "l", "T2-C": "o", "T2-P": "p"}


def show(page: Page) -> Response:
    """What waits."""
    return _cards(page)


def decide(page: Page) -> Response:
    """One key: out of screening; the next card follows at once."""
    ticket = visibility.find_ticket(page.session, page.staff, page.path["reference"])
    decision, _, chosen = page.posted("decision").partition(":")
    if decision == "not_feedback":
        handling.close(page.session, page.staff, ticket, Outcome.SPAM)
        return _next(page, "not_feedback")
    if decision == "lift":
        asking_again.lift(page.session, page.staff, ticket)
        return _next(page, "lifted")
    coding = _coding(page, ticket, decision, chosen)
    kept = screening.screen(page.session, page.staff, ticket, coding)
    if kept.compartment is None and page.posted("note").strip():
        handling.note(page.session, page.staff, kept, page.posted("note"))
    return _next(page, "screened")


def _coding(page: Page, ticket: Ticket, decision: str, chosen: str) -> screening.Coding:
    if decision == "suggested":
        return screening.suggested(page.session, ticket, urgent=bool(page.posted("urgent")))
    if decision == "sensitive":
        return screening.sealed(page.session, chosen)
    if decision == "open":
        sector, subcategory = sector_of(chosen)
        return screening.opened(page.session, ticket, sector, subcategory, urgent=bool(page.posted("urgent")))
    raise Invalid({"decision": "Choose what it is about."})


def _next(page: Page, said: str) -> Response:
    page.session.flush()
    return _cards(page, said) if page.fragment else page.go("/screening", said=said)


def _cards(page: Page, said: str = "") -> Response:
    tickets = screening.waiting(page.session, page.staff, limit=CARDS)
    cards = reading.cards(page.session, page.staff, tickets)
    asking = asking_again.among(page.session, tickets)
    labels = page.labels
    return page.show(
        "screening.html",
        block="cards",
        said=said,
        here="screening",
        waiting=inbox.counts(page.session, page.staff).screening,
        oldest=screening.oldest(page.session, page.staff),
        rota=rota.names(page.session, SCREENING),
        cards=[_card(one, labels, asks=one.row.reference in asking) for one in cards],
        sector_keys=_sector_keys(labels),
        sensitive_keys=_sensitive_keys(labels),
        refresh_url="/screening?live=1",
    )


def _card(one: Card, labels: Labels, *, asks: bool) -> dict[str, Any]:
    found, row = one.suggestion, one.row
    stored = next((sound for sound in one.recordings if sound.state == "stored"), None)
    waiting = next(iter(one.recordings), None) if stored is None else None
    return {
        "reference": row.reference,
        "text": one.words or None,
        "recording_url": f"/recordings/{stored.reference}" if stored else None,
        "recording_hint": ticket_context.sound(waiting, labels) if waiting else None,
        "language": row.language,
        "language_label": labels.spoken(row.language),
        "at": row.at,
        "due": row.due_at,
        "late": inbox.late(row),
        "danger": one.danger_first,
        "asks_again": asks,
        "channel_label": labels.channel(row.channel),
        "place_label": labels.place(row.place),
        "marks": (*found.signals, *found.danger) if found else (),
        "suggestion": ticket_context.suggestion(found, labels),
    }


def _sector_keys(labels: Labels) -> list[dict[str, str]]:
    open_ = [code for code, sector in labels.response.sectors.items() if not sector.restricted]
    keys = list(NUMBER_ROW) + [""] * len(open_)
    return [
        {"key": key, "code": code, "label": labels.sector(code) or code} for key, code in zip(keys, open_, strict=False)
    ]


def _sensitive_keys(labels: Labels) -> list[dict[str, str]]:
    return [
        {"key": SENSITIVE_KEYS.get(code, ""), "code": code, "label": said}
        for code, said in labels.tiers(sensitive=True)
    ]
