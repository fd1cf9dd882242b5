"""Handing over: what somebody who leaves still has in hand, and the day on which they go."""

from __future__ import annotations

from datetime import date

from starlette.responses import Response

from feedback.desk import accounts, handover
from feedback.errors import Invalid
from feedback.web import inbox
from feedback.web.page import Page


def show(page: Page) -> Response:
    """One's own list, and those of colleagues who leave soon."""
    labels = page.labels
    lists = [
        {
            "name": one.person.name,
            "on": one.on,
            "mine": one.mine,
            "rows": [inbox.row(row, labels) for row in one.tickets],
            "walls": [
                {"label": labels.compartment(wall.compartment), "others": wall.others, "too_few": wall.too_few}
                for wall in one.walls
            ],
            "parts": [(labels.compartment(part.compartment), part.letter) for part in one.parts],
            "turns": [{"label": labels.compartment(turn.compartment), "since": turn.since} for turn in one.turns],
        }
        for one in handover.shown_to(page.session, page.staff)
    ]
    return page.show("hand_over.html", here="hand-over", lists=lists)


def leaving(page: Page) -> Response:
    """The day on which somebody leaves; none: they stay."""
    person = accounts.find(page.session, page.path["reference"])
    handover.leave(page.session, page.staff, person, _day(page.posted("on")))
    return page.go("/team", said="leaving")


def _day(typed: str) -> date | None:
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Invalid({"on": "Choose a day to come."}) from None
