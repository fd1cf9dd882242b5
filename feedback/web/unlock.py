"""The step before sealed tickets: the password once more, good for a quarter of an hour without a visit (decision 4)."""

from __future__ import annotations

from starlette.responses import Response

from feedback.desk import sessions
from feedback.web.factors import wrong_password
from feedback.web.page import Page
from feedback.web.settings import ours


def show(page: Page) -> Response:
    """The form; `back` is where the person was going."""
    return page.show("unlock.html", going_to=_back(page))


def unlock(page: Page) -> Response:
    """Open the sealed side of this session."""
    if sessions.unlock(page.session, page.token, page.staff, page.posted("password")):
        return page.go(_back(page))
    wrong_password(page, "password")
    return page.show("unlock.html", going_to=_back(page))


def lock(page: Page) -> Response:
    """Close it at once."""
    sessions.lock(page.session, page.token)
    return page.go("/")


def _back(page: Page) -> str:
    wanted = page.posted("back") or page.query.get("back", "/")
    return wanted if ours(wanted) else "/"
