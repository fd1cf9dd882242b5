"""Calls and visits: whom to tell, with the words to say, and what came of it."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from feedback import clock
from feedback.desk import room, tasks
from feedback.desk.tasks import Task
from feedback.errors import Invalid
from feedback.models.ticket import Outcome
from feedback.web.labels import Labels
from feedback.web.page import Page

GIVE_UP = (Outcome.UNREACHABLE, Outcome.UNSAFE, Outcome.INFORMED)


def show(page: Page) -> Response:
    """Who waits to be told."""
    return _tasks(page)


def take(page: Page) -> Response:
    """The number of the call in hand; that it was looked at is recorded."""
    tasks.take(page.session, page.staff, page.path["reference"])
    return _after(page, "")


def decide(page: Page) -> Response:
    """Told, not reached, or closed without."""
    outcome, reference = page.posted("outcome"), page.path["reference"]
    if outcome == "told":
        tasks.told(page.session, page.staff, reference)
    elif outcome == "not_reached":
        tasks.not_reached(page.session, page.staff, reference)
    elif outcome in list(GIVE_UP):
        tasks.give_up(page.session, page.staff, reference, outcome)
    else:
        raise Invalid({"outcome": "Choose how it ended."})
    return _after(page, outcome if outcome in ("told", "not_reached") else "closed")


def _after(page: Page, said: str) -> Response:
    page.session.flush()
    return _tasks(page, said) if page.fragment else page.go("/calls", said=said)


def _tasks(page: Page, said: str = "") -> Response:
    labels = page.labels
    return page.show(
        "calls.html",
        block="tasks",
        said=said,
        here="calls",
        tasks=[_task(one, page, labels) for one in tasks.waiting(page.session, page.staff)],
        outcome_choices=[("not_reached", page.words("Not reached"))],
        end_choices=[(code.value, labels.outcomes()[code.value]) for code in GIVE_UP],
        refresh_url="/calls?live=1",
    )


def _task(one: Task, page: Page, labels: Labels) -> dict[str, Any]:
    _, phrases, language = page.words, page.parts.response.phrases, one.language or "und"
    kinds = {"call_back": _("Call back"), "visit": _("Visit"), "failed_answer": _("An answer that did not arrive")}
    return {
        "id": one.reference,
        "kind": one.kind,
        "kind_label": kinds[one.kind],
        "reference": one.ticket,
        "code": one.code,
        "address": one.address,
        "in_hand": one.in_hand,
        "ring_url": f"/calls/{one.reference}/ring" if room.exchange(page.session) else None,
        "opening": phrases.text("call_back_opening", language) if one.address else None,
        "wrong_person": phrases.text("call_back_wrong_person", language) if one.address else None,
        "contact_terms": one.terms or None,
        "who": one.who or None,
        "place_label": labels.place(one.place),
        "language": one.language,
        "language_label": labels.spoken(one.language),
        "say": one.words,
        "due": one.due_at,
        "late": one.due_at is not None and one.due_at < clock.now(),
        "tries": [{"at": at, "outcome_label": _("not reached")} for at in one.tries],
        "may_give_up": one.enough,
    }
