"""The edge of each page of the desk: cookie to staff, proof of origin, one transaction, one response."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from feedback.desk import permissions, sessions
from feedback.desk.openings import WantsToWrite
from feedback.desk.permissions import Action
from feedback.errors import DeskError, Invalid, Locked, WrongState, said_in
from feedback.models.staff import Staff
from feedback.web import agreed, errors, frame, look
from feedback.web.labels import Labels
from feedback.web.render import render, render_block, translate
from feedback.wiring import Parts

COOKIE = "__Host-desk"
MOST_FIELDS = 100
MOST_PART = 64 * 1024
SAFE = frozenset({"GET", "HEAD"})

Screen = Callable[["Page"], Response]


@dataclass(slots=True)
class Page:
    """One visit of a page: who, in which transaction, with what was sent.

    When a form comes back, `errors` says what to mend and `refusal` why it was not done.
    """

    request: Request
    parts: Parts
    session: Session
    staff: Staff
    token: str
    form: FormData
    errors: dict[str, str] = field(default_factory=dict)
    refusal: DeskError | None = None
    draft: str | None = None  # set to empty once what was typed is kept

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
        return self.posted(name) or self.request.query_params.get(name, "")

    def posted(self, name: str) -> str:
        """One field of the form alone; empty on a GET."""
        sent = self.form.get(name)
        return sent if isinstance(sent, str) else ""

    def many(self, name: str) -> list[str]:
        """All values of a field that may stand several times."""
        return [value for value in self.form.getlist(name) if isinstance(value, str)]

    @property
    def labels(self) -> Labels:
        """What people read instead of codes, in this person's language."""
        return Labels(self.parts.response, self.language)

    def words(self, text: str) -> str:
        """A sentence of the interface in this person's language."""
        return translate(self.language)(text)

    def show(self, template: str, *, block: str | None = None, said: str = "", **context: object) -> Response:
        """The page; or, for htmx, the block of it. `said`: what has just been done, by its name in `frame.SAID`."""
        look_ = look.of(self.request)
        mended = {name: said_in(self.words, sentence) for name, sentence in self.errors.items()}
        context = {"csrf": sessions.csrf(self.token), "errors": mended, "flash": self._flash(said), **context}
        context["zone"] = self.parts.response.calendar.zone
        if self.refusal is not None:
            context["posted"] = self.posted  # what was typed stands in the fields again
        status = errors.STATUS[type(self.refusal)] if self.refusal else 200
        if block and self.fragment:
            body = render_block(template, block, language=self.language, me=self.staff, keys=look_.keys, **context)
            return self._unchanged(body) or HTMLResponse(body, status, {"ETag": _tag(body)})
        full = (
            frame.of(self.session, self.staff, self.labels) | look_.frame() | {"back": self.request.url.path} | context
        )
        response = HTMLResponse(render(template, language=self.language, **full), status_code=status)
        if frame.COOKIE in self.request.cookies:
            response.delete_cookie(frame.COOKIE, path="/", secure=True, httponly=True, samesite="strict")
        return response

    def go(self, url: str, *, said: str = "") -> Response:
        """Go on to another page after a post; `said` shows there once."""
        response = Response(headers={"HX-Redirect": url}) if self.fragment else RedirectResponse(url, status_code=303)
        if said:
            response.set_cookie(frame.COOKIE, said, 60, path="/", secure=True, httponly=True, samesite="strict")
        return response

    def _flash(self, said: str) -> dict[str, str | None] | None:
        if self.refusal is not None and not self.errors:
            return {"text": self.words(str(self.refusal)), "tone": "late", "undo_url": None}
        said = said or ("" if self.fragment else self.request.cookies.get(frame.COOKIE, ""))
        sentence = frame.said(self.words).get(said)
        return {"text": sentence, "tone": "ok", "undo_url": None} if sentence else None

    def _unchanged(self, body: str) -> Response | None:
        """304 for a list that looks as it did (decision 20)."""
        if self.request.method not in SAFE or self.request.headers.get("if-none-match") != _tag(body):
            return None
        return Response(status_code=304, headers={"ETag": _tag(body)})


def page(
    screen: Screen, *, needs: Action | None = None, again: Screen | None = None
) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of a screen for those signed in, whose role may do what it `needs`.

    `again` shows the form once more when it is `Invalid`, with what was typed and what to mend, or when a colleague
    was quicker.
    """

    async def endpoint(request: Request) -> Response:
        parts: Parts = request.app.state.parts
        moved = elsewhere(request, parts)
        if moved is not None:
            return moved
        form = await read_form(request)
        token = request.cookies.get(COOKIE, "")
        return await run_in_threadpool(_visit, request, parts, token, form, _guarded(screen, needs), again)

    return endpoint


async def read_form(request: Request) -> FormData:
    """The form of a post. Its size and its number of fields are bounded; its origin is checked first (I34)."""
    if request.method in SAFE:
        return FormData()
    check_origin(request)
    return await request.form(max_files=2, max_fields=MOST_FIELDS, max_part_size=MOST_PART)


def check_origin(request: Request) -> None:
    """Raises 403 for an unsafe request that does not come from our own pages.

    A form of a page without referrer says `Origin: null`; then only what the browser itself says of the site counts.
    """
    ours = _origin(request.app.state.parts.settings.public_url)
    sent = request.headers.get("origin", "null")
    site = request.headers.get("sec-fetch-site")
    proved = site in ("same-origin", "none") if site is not None else sent == ours
    if not proved or sent not in (ours, "null"):
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
) -> Response:
    if not token or not _still_signed_in(parts, token, live="live" in request.query_params):
        return _to_the_door(request)
    if request.method not in SAFE and not _proves(token, form, request):
        return errors.page(403)
    unsafe = request.method not in SAFE
    try:
        return _look(request, parts, token, form, screen, write=unsafe)
    except Locked:
        return _to_unlock(request)
    except (Invalid, WrongState) as refusal:
        if again is None or not unsafe:
            return _refused(request, parts, token, refusal)
        try:
            return _look(request, parts, token, form, again, write=True, refusal=refusal)
        except DeskError as another:
            return _refused(request, parts, token, another)
    except DeskError as refusal:
        return _refused(request, parts, token, refusal)


def _look(
    request: Request,
    parts: Parts,
    token: str,
    form: FormData,
    screen: Screen,
    *,
    write: bool,
    refusal: DeskError | None = None,
) -> Response:
    """One transaction; the response is sent after it has committed."""
    try:
        with parts.database.transaction(staff=True, write=write) as session:
            staff = sessions.find(session, token)
            if staff is None:
                return _to_the_door(request)
            session.info["ring"] = sessions.ring(session, token, staff)
            mend = refusal.fields if isinstance(refusal, Invalid) else {}
            return screen(Page(request, parts, session, staff, token, form, mend, refusal))
    except DeskError:
        raise
    except WantsToWrite:
        return _look(request, parts, token, form, screen, write=True, refusal=refusal)
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


def _guarded(screen: Screen, needs: Action | None) -> Screen:
    def guarded(page: Page) -> Response:
        if needs is not None:
            permissions.require(page.staff, needs)
        return agreed.first(page) or screen(page)

    return guarded


def _refused(request: Request, parts: Parts, token: str, refusal: DeskError) -> Response:
    with parts.database.transaction(staff=True, write=False) as session:
        staff = sessions.find(session, token)
    return errors.refused(refusal, language=staff.language if staff else "en", fragment="hx-request" in request.headers)


def _tag(body: str) -> str:
    return f'"{hashlib.sha256(body.encode()).hexdigest()[:16]}"'


def _to_unlock(request: Request) -> Response:
    """To the password, and from there back to what was asked for; after a post to the lists, since it can't be replayed."""
    back = quote(request.url.path) if request.method in SAFE else "/inbox"
    url = f"/unlock?back={back}"
    return Response(headers={"HX-Redirect": url}) if "hx-request" in request.headers else RedirectResponse(url, 303)


def _to_the_door(request: Request) -> Response:
    if "hx-request" in request.headers:
        return Response(headers={"HX-Redirect": "/sign-in"})
    return RedirectResponse("/sign-in", status_code=303)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
