"""Lessons from behind a wall: one holder asks, another agrees, the first takes the file."""

from __future__ import annotations

from starlette.responses import Response

from feedback.desk import sealed_lessons
from feedback.web.page import Page


def show(page: Page) -> Response:
    """What was asked, and the form to ask."""
    labels = page.labels
    return page.show(
        "sealed_lessons.html",
        here="reviews",
        wishes=[
            {
                "id": one.reference,
                "wall_label": labels.compartment(one.wall),
                "by": one.by,
                "at": one.at,
                "reason": one.reason,
                "mine": one.mine,
                "until": one.until,
            }
            for one in sealed_lessons.waiting(page.session, page.staff)
        ],
        walls=[(wall, labels.compartment(wall)) for wall in sealed_lessons.walls(page.session, page.staff)],
        typed={"wall": page.posted("wall"), "reason": page.posted("reason")},
    )


def ask(page: Page) -> Response:
    """A holder asks the others."""
    sealed_lessons.ask(page.session, page.staff, page.posted("wall"), page.posted("reason"))
    return page.go("/lessons", said="asked_lessons")


def decide(page: Page) -> Response:
    """The second holder's word."""
    yes = page.posted("verdict") == "right"
    sealed_lessons.decide(page.session, page.staff, page.path["reference"], yes=yes)
    return page.go("/lessons", said="decided")


def take(page: Page) -> Response:
    """The file, sealed. Its name says nothing."""
    content = sealed_lessons.take(page.session, page.staff, page.path["reference"], page.posted("passphrase"))
    name = 'attachment; filename="lessons.sealed"'
    return Response(content, media_type="application/octet-stream", headers={"Content-Disposition": name})
