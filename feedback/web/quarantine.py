"""What is genuine but could not be read: a person looks."""

from __future__ import annotations

from starlette.responses import Response

from feedback.desk import quarantine
from feedback.web.page import Page


def show(page: Page) -> Response:
    """What still waits for a person."""
    kept = [
        {"id": one.reference, "at": one.at, "adapter": one.adapter, "hook": one.hook, "why": one.why, "text": one.raw}
        for one in quarantine.unsettled(page.session, page.staff)
    ]
    return page.show("quarantine.html", here="quarantine", kept=kept)


def settle(page: Page) -> Response:
    """Their words open a ticket in screening; none put it away."""
    quarantine.settle(page.session, page.staff, page.path["reference"], words=page.posted("words"))
    return page.go("/quarantine", said="settled")
