"""Every address of the web process, on one screen."""

from __future__ import annotations

from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from feedback.web import door, hooks
from feedback.web.page import page
from feedback.web.render import STATIC

ROUTES = [
    Route("/hooks/{adapter}/{hook}", hooks.receive, methods=["POST"]),
    Route("/sign-in", door.sign_in, methods=["GET", "POST"]),
    Route("/sign-out", page(door.sign_out), methods=["POST"]),
    Mount("/static", StaticFiles(directory=STATIC)),
]
