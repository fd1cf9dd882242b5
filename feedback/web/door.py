"""Signing in and out: the pages for those who are not signed in yet."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from feedback.desk import sessions
from feedback.errors import WrongState
from feedback.web.page import COOKIE, Page, check_origin, elsewhere, read_form
from feedback.web.render import LANGUAGES, render, translate
from feedback.wiring import Parts


async def sign_in(request: Request) -> Response:
    """Show the form, or try what was typed. Every fault has the same sentence."""
    parts: Parts = request.app.state.parts
    if request.method == "GET":
        moved = elsewhere(request, parts)
        return moved if moved is not None else await run_in_threadpool(_form, request, parts, "", {})
    check_origin(request)
    form = await read_form(request)
    typed = {name: str(form.get(name) or "")[:256] for name in ("name", "password", "code")}
    return await run_in_threadpool(_try, request, parts, typed)


def sign_out(page: Page) -> Response:
    """End this session; what the browser kept of the desk goes too."""
    sessions.end(page.session, page.token)
    response = page.go("/sign-in")
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    response.headers["Clear-Site-Data"] = '"cache", "cookies"'
    return response


def _try(request: Request, parts: Parts, typed: dict[str, str]) -> Response:
    source = request.client.host if request.client else ""
    _ = translate(language_of(request))
    try:
        with parts.database.transaction() as session:
            signed = sessions.sign_in(session, typed["name"], typed["password"], typed["code"], source=source)
    except WrongState as wait:
        return _form(request, parts, typed["name"], {"password": _(str(wait))})
    if signed is None:
        return _form(request, parts, typed["name"], {"password": _("Name, password or code is wrong.")})
    response = RedirectResponse("/", status_code=303)
    response.set_cookie(COOKIE, signed[1], path="/", secure=True, httponly=True, samesite="strict")
    return response


def _form(request: Request, parts: Parts, name: str, errors: dict[str, str]) -> Response:
    body = render(
        "sign_in.html",
        language=language_of(request),
        name=name,
        errors=errors,
        demo=_demo(parts) if parts.settings.demo else None,
        notice=None,
    )
    return HTMLResponse(body, status_code=422 if errors else 200)


def _demo(parts: Parts) -> list[dict[str, str]]:
    """The accounts of a demo installation, with a code that has not been used: to sign in as any of them with one press."""
    with parts.database.transaction(write=False) as session:
        return sessions.demo_accounts(session)


def language_of(request: Request) -> str:
    """The first language of the browser that we have."""
    for part in request.headers.get("accept-language", "").split(","):
        code = part.split(";")[0].split("-")[0].strip()
        if code in LANGUAGES:
            return code
    return "en"
