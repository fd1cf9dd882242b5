"""From a refusal of the desk to a status and a page: HTTP numbers live here alone."""

from __future__ import annotations

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from feedback.errors import DeskError, Invalid, Locked, NotAllowed, NotFound, WrongState
from feedback.web.render import render, render_block
from feedback.web.render import translate as translate_words

STATUS: dict[type[Exception], int] = {Locked: 403, NotFound: 404, NotAllowed: 403, WrongState: 409, Invalid: 422}
_SENTENCES = {
    400: "The page could not read what was sent.",
    403: "This was not sent from a page of the desk. Please open the page again and try once more.",
    404: "There is nothing here.",
    405: "This page does not do that.",
    413: "This is too large to send.",
    429: "Please wait a few minutes and try again.",
    503: "The desk is busy. Nothing is lost; please try again in a moment.",
}
log = structlog.get_logger()


def translate(failure: Exception) -> Exception:
    """Failures that have a meaning for staff, as refusals of the desk; all others as they are."""
    if isinstance(failure, StaleDataError):
        return WrongState("A colleague changed this at the same moment. Please look at it again.")
    if isinstance(failure, OperationalError | PoolTimeout):
        log.error("database", failure=type(failure).__name__)
        return HTTPException(503)
    return failure


def refused(failure: DeskError, *, language: str = "en", fragment: bool = False) -> Response:
    """The page that says why, with its status."""
    return page(STATUS[type(failure)], str(failure), language=language, fragment=fragment)


def page(status: int, sentence: str | None = None, *, language: str = "en", fragment: bool = False) -> Response:
    """A plain page with a sentence, never a bare number; `fragment`: the piece of it that htmx puts in place."""
    sentence = sentence or _SENTENCES.get(status, "Something went wrong on our side. It has been noted.")
    _ = translate_words(language)
    title = _("Not found") if status == 404 else _("Not done")
    said = {"title": title, "sentence": _(sentence), "back_url": "/"}
    if fragment:
        return HTMLResponse(render_block("error.html", "ticket", language=language, **said), status_code=status)
    body = render("error.html", language=language, **said)
    return HTMLResponse(body, status_code=status)


async def handle_http(request: Request, failure: Exception) -> Response:
    """What Starlette itself refuses. Providers get no page."""
    assert isinstance(failure, HTTPException)
    if request.url.path.startswith("/hooks/"):
        return Response(status_code=failure.status_code, headers=failure.headers)
    response = page(failure.status_code)
    response.headers.update(failure.headers or {})
    return response


async def handle_crash(request: Request, failure: Exception) -> Response:
    """A mistake of ours: its kind is logged, never what it carried (I17)."""
    log.error("crash", failure=type(failure).__name__, route=request.scope.get("path_template", ""))
    if request.url.path.startswith("/hooks/"):
        return Response(status_code=500)
    return page(500)
