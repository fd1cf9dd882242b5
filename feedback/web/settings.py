"""What each person sets for themselves: password, language, look."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from feedback.desk import accounts, sessions
from feedback.errors import Invalid
from feedback.web import look
from feedback.web.factors import knows_password
from feedback.web.page import COOKIE, Page, read_form
from feedback.wiring import Parts


def password(page: Page) -> Response:
    """The form."""
    return page.show("password.html", min_length=accounts.SHORTEST)


def change_password(page: Page) -> Response:
    """A new password; every session of this person ends, this one too."""
    if page.posted("new") != page.posted("again"):
        raise Invalid({"again": "The two are not the same."})
    if not knows_password(page, "old"):
        return password(page)
    accounts.change_password(page.session, page.staff, page.posted("old"), page.posted("new"))
    return page.go("/sign-in", said="password")


async def prefer(request: Request) -> Response:
    """Language, theme, keys: also for those who have not signed in. Back to where they were."""
    form = await read_form(request)
    chosen = look.of(request).after(form)
    if form.get("language"):
        await run_in_threadpool(_read_in, request.app.state.parts, request.cookies.get(COOKIE, ""), chosen.language)
    back = str(form.get("back") or "/")
    response = RedirectResponse(back if ours(back) else "/", status_code=303)
    chosen.remember(response)
    return response


def _read_in(parts: Parts, token: str, language: str) -> None:
    with parts.database.transaction(staff=True) as session:
        staff = sessions.find(session, token) if token else None
        if staff is not None:
            accounts.read_in(session, staff, language)


def ours(path: str) -> bool:
    """Is this a place of ours to go on to, and nobody else's?"""
    return path.startswith("/") and not path.startswith(("//", "/\\")) and path.isascii() and path.isprintable()
