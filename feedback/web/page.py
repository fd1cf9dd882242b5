"""The edge of each page of the desk: cookie to staff, proof of origin, one transaction, one response."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from feedback.desk import sessions
from feedback.errors import DeskError, Invalid
from feedback.models.staff import Staff
from feedback.web import errors
from feedback.web.render import render, render_block, translate
from feedback.wiring import Parts

COOKIE = "__Host-desk"
MOST_FIELDS = 100
MOST_PART = 64 * 1024
SAFE = frozenset({"GET", "HEAD"})

Screen = Callable[["Page"], Response]


@dataclass(slots=True)
class Page:
    """One visit of a page: who, in which transaction, with what was sent. `errors` is filled when a form comes back."""

    request: Request
    parts: Parts
    session: Session
    staff: Staff
    token: str
    form: FormData
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> dict[str, str]:
        """The words in the address, by name."""
        return self.request.path_params

    @property
    def query(self) -> dict[str, str]:
        """The query of the address."""
        return dict(self.request.query_params)

    @property
    def fragment(self) -> bool:
        """Did htmx ask? Then a fragment goes back; else a whole page, or 303 after a post (style rule 25)."""
        return "hx-request" in self.request.headers

    @property
    def language(self) -> str:
        """The language that this person reads."""
        return self.staff.language

    def said(self, name: str) -> str:
        """One field of the form, or of the query on a GET; empty when it was not sent."""
        sent = self.form.get(name)
        return sent if isinstance(sent, str) else self.request.query_params.get(name, "")

    def many(self, name: str) -> list[str]:
        """All values of a field that may stand several times."""
        return [value for value in self.form.getlist(name) if isinstance(value, str)]

    def upload(self, name: str) -> UploadFile | None:
        """A file that was sent, or None."""
        sent = self.form.get(name)
        return sent if isinstance(sent, UploadFile) else None

    def words(self, text: str) -> str:
        """A sentence of the interface in this person's language."""
        return translate(self.language)(text)

    def show(self, template: str, *, block: str | None = None, status: int = 200, **context: object) -> Response:
        """The page; or, for htmx, the block of it."""
        full = {"csrf": sessions.csrf(self.token), "errors": self.errors, **context}
        status = 422 if self.errors and status == 200 else status
        if block and self.fragment:
            return HTMLResponse(render_block(template, block, language=self.language, **full), status_code=status)
        return HTMLResponse(render(template, language=self.language, **full), status_code=status)

    def go(self, url: str) -> Response:
        """Go on to another page after a post."""
        if self.fragment:
            return Response(headers={"HX-Location": url})
        return RedirectResponse(url, status_code=303)


def page(
    screen: Screen, *, again: Screen | None = None, writes: bool = False
) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of a screen for those signed in. `again` shows the form once more when it is `Invalid`, with what
    was typed and what to mend; `writes`: a GET that records what it shows."""

    async def endpoint(request: Request) -> Response:
        parts: Parts = request.app.state.parts
        moved = elsewhere(request, parts)
        if moved is not None:
            return moved
        form = await read_form(request)
        token = request.cookies.get(COOKIE, "")
        return await run_in_threadpool(_visit, request, parts, token, form, screen, again, writes)

    return endpoint


async def read_form(request: Request) -> FormData:
    """The form of a post. Its size and its number of fields are bounded; its origin is checked first (I34)."""
    if request.method in SAFE:
        return FormData()
    check_origin(request)
    return await request.form(max_files=2, max_fields=MOST_FIELDS, max_part_size=MOST_PART)


def check_origin(request: Request) -> None:
    """Raises 403 for an unsafe request that does not come from our own pages."""
    ours = _origin(request.app.state.parts.settings.public_url)
    sent = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site")
    if (sent is not None and sent != ours) or (site is not None and site not in ("same-origin", "none")):
        raise HTTPException(403)
    if sent is None and site is None:
        raise HTTPException(403)


def elsewhere(request: Request, parts: Parts) -> Response | None:
    """Who came by another name of this machine is sent to the public one, where cookies and forms work."""
    public = urlsplit(parts.settings.public_url)
    if request.method in SAFE and request.headers.get("host", public.netloc) != public.netloc:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{public.scheme}://{public.netloc}{request.url.path}{query}", status_code=307)
    return None


def _visit(
    request: Request,
    parts: Parts,
    token: str,
    form: FormData,
    screen: Screen,
    again: Screen | None,
    writes: bool,
) -> Response:
    if not token or not _still_signed_in(parts, token, live="live" in request.query_params):
        return _to_the_door(request)
    if request.method not in SAFE and not _proves(token, form, request):
        return errors.page(403)
    try:
        return _look(request, parts, token, form, screen, {}, write=writes or request.method not in SAFE)
    except Invalid as invalid:
        if again is None:
            return errors.refused(invalid)
        return _look(request, parts, token, form, again, invalid.fields, write=True)
    except DeskError as refusal:
        return errors.refused(refusal, language=_language(parts, token))


def _look(
    request: Request, parts: Parts, token: str, form: FormData, screen: Screen, mend: dict[str, str], *, write: bool
) -> Response:
    """One transaction; the response is sent after it has committed."""
    try:
        with parts.database.transaction(staff=True, write=write) as session:
            staff = sessions.find(session, token)
            if staff is None:
                return _to_the_door(request)
            return screen(Page(request, parts, session, staff, token, form, mend))
    except DeskError:
        raise
    except Exception as failure:
        meaning = errors.translate(failure)
        if meaning is failure:
            raise
        raise meaning from None


def _still_signed_in(parts: Parts, token: str, *, live: bool) -> bool:
    """A visit starts the idle time anew, a list that refreshes itself does not."""
    with parts.database.transaction(staff=True, write=False) as session:
        staff = sessions.find(session, token)
        if staff is None:
            return False
        due = not live and sessions.touch_is_due(session, token)
    if due:
        with parts.database.transaction(staff=True) as session:
            sessions.touch(session, token)
    return True


def _proves(token: str, form: FormData, request: Request) -> bool:
    sent = form.get("csrf") or request.headers.get("x-csrf-token") or ""
    return isinstance(sent, str) and sessions.proves(token, sent)


def _language(parts: Parts, token: str) -> str:
    with parts.database.transaction(staff=True, write=False) as session:
        staff = sessions.find(session, token)
        return staff.language if staff else "en"


def _to_the_door(request: Request) -> Response:
    if "hx-request" in request.headers:
        return Response(headers={"HX-Redirect": "/sign-in"})
    return RedirectResponse("/sign-in", status_code=303)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
