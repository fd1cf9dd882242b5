"""The code of conduct: read, accepted, or not; it stands alone, without a word of what lies behind it."""

from __future__ import annotations

from starlette.responses import Response

from feedback.desk import agreeing
from feedback.web.door import ONWARD
from feedback.web.forms import whole
from feedback.web.page import COOKIE, Page


def show(page: Page) -> Response:
    """The text in the person's language, and the two answers."""
    code = page.parts.response.code_of_conduct
    points = [(one.title.said(page.language), one.text.said(page.language)) for one in code.points]
    agreed = agreeing.has_agreed(page.session, page.staff)
    return page.show("conduct.html", points=points, version=code.version, agreed=agreed)


def agree(page: Page) -> Response:
    """Kept with its version; from now on the desk opens."""
    agreeing.agree(page.session, page.staff, whole(page.posted("version")))
    if page.request.cookies.get(ONWARD) != "tablet":
        return page.go("/")
    response = page.go("/tablet/")
    response.delete_cookie(ONWARD, path="/", secure=True, httponly=True, samesite="strict")
    return response


def refuse(page: Page) -> Response:
    """Not accepted, or not any more: signed out everywhere."""
    agreeing.withdraw(page.session, page.staff)
    response = page.go("/sign-in", said="refused")
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    return response
