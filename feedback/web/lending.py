"""Interpreting: a holder gives one thing of a sealed ticket, the interpreter has that for two hours and nothing else."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from feedback.desk import lendable, lending, openings, visibility
from feedback.desk.lending import Task
from feedback.models.lent import What
from feedback.web import ticket_context
from feedback.web.page import Page

FIRST_WORDS = 200


def show(page: Page) -> Response:
    """What can be given, to whom, and what is out."""
    ticket = visibility.find_ticket(page.session, page.staff, page.path["reference"])
    items = lendable.items(page.session, page.staff, ticket)
    kinds = _kinds(page)
    return page.show(
        "lend.html",
        here="sealed",
        reference=ticket.reference,
        spoken=ticket.language,
        items=[(one.key, kinds[one.what], one.words[:FIRST_WORDS], one.at) for one in items],
        people=[(one.reference, one.name) for one in lending.interpreters(page.session, ticket)],
        loans=[
            {"id": one.reference, "kind": kinds[one.what], "name": one.name, "until": one.until}
            for one in lending.out(page.session, ticket)
        ],
        typed={"item": page.posted("item"), "to": page.posted("to")},
        sealed=ticket_context.sealed_strip(
            openings.opened(page.session, page.staff, ticket), ticket.compartment, page.labels
        ),
    )


def lend(page: Page) -> Response:
    """Give it, or take it back."""
    ticket = visibility.find_ticket(page.session, page.staff, page.path["reference"])
    if page.posted("act") == "back":
        lending.take_back(page.session, page.staff, ticket, page.posted("loan"))
        return page.go(f"/tickets/{ticket.reference}/lend", said="taken_back")
    lending.lend(page.session, page.staff, ticket, page.posted("item"), page.posted("to"))
    return page.go(f"/tickets/{ticket.reference}/lend", said="lent")


def mine(page: Page) -> Response:
    """What this interpreter has."""
    rows = [_row(one, page) for one in lending.mine(page.session, page.staff)]
    return page.show("interpret.html", block="lent", here="interpret", rows=rows, refresh_url="/interpret?live=1")


def open_(page: Page) -> Response:
    """One thing, opened; that is recorded first."""
    task = lending.read(page.session, page.staff, page.path["reference"])
    language = page.posted("language") or task.language or ""
    sound = f"/interpret/{task.reference}/sound" if task.what is What.RECORDING else None
    return page.show(
        "interpret_one.html",
        here="interpret",
        one=_row(task, page),
        words=task.words,
        spoken=task.language,
        private=True,
        recording_url=sound,
        form={"text": page.posted("text"), "confidence": page.posted("confidence"), "language": language},
        language_choices=page.labels.languages(),
        confidence_choices=page.labels.confidences(),
    )


def sound(page: Page) -> Response:
    """The bytes of a recording; each fetch is a reading."""
    content, media_type = lending.hear(page.session, page.staff, page.path["reference"])
    return Response(content, media_type=media_type, headers={"Content-Disposition": "inline"})


def render(page: Page) -> Response:
    """What it says in the colleagues' language; or it is given back."""
    reference = page.path["reference"]
    if page.posted("act") == "back":
        lending.give_back(page.session, page.staff, reference)
        return page.go("/interpret", said="given_back")
    said = {"language": page.posted("language"), "confidence": page.posted("confidence")}
    lending.render(page.session, page.staff, reference, page.posted("text"), **said)
    return page.go("/interpret", said="rendered")


def _row(one: Task, page: Page) -> dict[str, Any]:
    return {
        "id": one.reference,
        "kind": _kinds(page)[one.what],
        "language_label": page.labels.spoken(one.language),
        "until": one.until,
    }


def _kinds(page: Page) -> dict[What, str]:
    _ = page.words
    return {What.MESSAGE: _("a message"), What.NOTE: _("a note"), What.RECORDING: _("a recording")}
