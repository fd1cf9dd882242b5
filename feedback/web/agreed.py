"""The guard of every page: who has not accepted the code of conduct as it stands now is asked for that first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from feedback.desk import agreeing

if TYPE_CHECKING:
    from feedback.web.page import Page

FIRST = "/conduct"
_BEFORE = frozenset({FIRST, f"{FIRST}/refuse", "/sign-out"})


def first(page: Page) -> Response | None:
    """The way to the code of conduct, or None where the page may open."""
    if page.request.url.path in _BEFORE or agreeing.has_agreed(page.session, page.staff):
        return None
    return page.go(FIRST)
