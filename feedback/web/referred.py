"""Passing to an accused agency's investigation unit: the lead's page, and the door where the unit opens its link once."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from feedback.desk import referring, visibility
from feedback.errors import WrongState
from feedback.models.ticket import Ticket
from feedback.web import look, ticket_context
from feedback.web.page import Page, check_origin
from feedback.web.render import render
from feedback.wiring import Parts

ASKED, OPENED, OVER, WAIT = "asked", "opened", "over", "wait"
_STATUS = {ASKED: 200, OPENED: 200, OVER: 404, WAIT: 429}


def show(page: Page) -> Response:
    """What is to be written, or that a link is out."""
    return _sheet(page, _ticket(page))


def refer(page: Page) -> Response:
    """Seal it and show the link, this once; or take back the one that is out."""
    ticket = _ticket(page)
    if page.posted("act") == "back":
        referring.take_back(page.session, page.staff, ticket)
        return page.go(f"/tickets/{ticket.reference}/refer", said="referral_back")
    to, shows = page.posted("to"), page.posted("shows")
    word = referring.address(page.session, page.staff, ticket, page.posted("words"), to=to, shows=shows)
    return _sheet(page, ticket, url=f"{page.parts.settings.public_url.rstrip('/')}/passed/{word}")


async def passed(request: Request) -> Response:
    """The link: a page with one key, alike whatever the link is worth, so that a preview opens nothing; then the words, once."""
    parts: Parts = request.app.state.parts
    if request.method != "POST":
        return _passed(request, ASKED)
    check_origin(request)
    source = request.client.host if request.client else ""
    state, words = await run_in_threadpool(_open, parts, request.path_params["word"], source)
    return _passed(request, state, words)


def _open(parts: Parts, word: str, source: str) -> tuple[str, str]:
    try:
        with parts.database.transaction() as session:
            words = referring.open_once(session, word, source=source)
    except WrongState:
        return WAIT, ""
    return (OVER, "") if words is None else (OPENED, words)


def _passed(request: Request, state: str, words: str = "") -> Response:
    context = {"state": state, "words": words, "url": request.url.path, "back": "/", **look.of(request).frame()}
    page = render("passed.html", language=look.language_of(request), **context)
    return HTMLResponse(page, status_code=_STATUS[state])


def _sheet(page: Page, ticket: Ticket, *, url: str | None = None) -> Response:
    found = referring.sheet(page.session, page.staff, ticket)
    return page.show(
        "refer.html",
        here="sealed",
        reference=ticket.reference,
        agency=found.agency,
        unit=found.unit,
        agreed=found.agreed,
        out_until=found.out_until,
        url=url,
        typed={name: page.posted(name) if url is None else "" for name in ("words", "to", "shows")},
        sealed=ticket_context.sealed_strip(found.opening, ticket.compartment, page.labels),
    )


def _ticket(page: Page) -> Ticket:
    return visibility.find_ticket(page.session, page.staff, page.path["reference"])
