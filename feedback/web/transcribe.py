"""Writing recordings down: the list of what waits, and one recording with its player, the field and the glossary."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from feedback.desk import transcribing, visibility
from feedback.desk.transcribing import Transcript, Wanted
from feedback.web import glossary
from feedback.web.labels import Labels
from feedback.web.page import Page

FIELDS = ("text", "language", "interpreted", "confidence")


def show(page: Page) -> Response:
    """What waits to be written down."""
    labels = page.labels
    rows = [_row(one, labels) for one in transcribing.waiting(page.session, page.staff)]
    return page.show("transcribe.html", block="wanted", here="transcribe", rows=rows, refresh_url="/transcribe?live=1")


def open_(page: Page) -> Response:
    """One recording, in this person's hands. Listening itself is recorded by the player's first fetch."""
    ticket, recording = visibility.find_recording(page.session, page.staff, page.path["reference"])
    transcribing.take(page.session, page.staff, ticket, recording)
    labels = page.labels
    form = {name: page.posted(name) for name in FIELDS}
    language = form["language"] or ticket.language or ""
    return page.show(
        "transcript.html",
        here="transcribe",
        reference=recording.reference,
        ticket=ticket.reference if ticket.compartment is None else None,
        private=ticket.compartment is not None,
        recording_url=f"/recordings/{recording.reference}",
        language_label=labels.spoken(ticket.language),
        place_label=labels.place(ticket.place),
        at=ticket.created_at,
        form=form | {"language": language},
        language_choices=labels.languages(),
        confidence_choices=labels.confidences(),
        glossary=glossary.entries(page.parts.response, page.language, language),
    )


def write(page: Page) -> Response:
    """Keep the transcript; the list shows what is next."""
    ticket, recording = visibility.find_recording(page.session, page.staff, page.path["reference"])
    transcript = Transcript(
        page.posted("text"), page.posted("language"), page.posted("interpreted") == "yes", page.posted("confidence")
    )
    transcribing.write(page.session, page.staff, ticket, recording, transcript)
    return page.go("/transcribe", said="transcribed")


def ask(page: Page) -> Response:
    """Those behind a wall want it written down."""
    ticket, recording = visibility.find_recording(page.session, page.staff, page.path["reference"])
    transcribing.ask(page.session, page.staff, ticket, recording)
    return page.go(f"/tickets/{ticket.reference}", said="asked_transcript")


def _row(one: Wanted, labels: Labels) -> dict[str, Any]:
    return {
        "url": f"/transcribe/{one.reference}",
        "code": one.code,
        "language_label": labels.spoken(one.language),
        "place_label": labels.place(one.place),
        "compartment_label": labels.compartment(one.compartment),
        "seconds": one.seconds,
        "at": one.at,
        "mine": one.mine,
    }
