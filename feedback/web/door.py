"""Signing in and out: the pages for those who are not signed in yet."""

from __future__ import annotations

import secrets

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from feedback.desk import agreeing, devices, security_keys, sessions
from feedback.desk.security_keys import Pressed, Site
from feedback.errors import WrongState
from feedback.web import frame, look
from feedback.web.agreed import FIRST
from feedback.web.labels import Labels
from feedback.web.page import COOKIE, Page, check_origin, elsewhere, read_form
from feedback.web.render import render, render_block, translate
from feedback.wiring import Parts

ONWARD = "__Host-onward"
"""The cookie by which somebody who signs in for the offline app comes back to it."""

ATTEMPT = "__Host-attempt"
"""The cookie of one attempt with a security key: what the key is asked is bound to it."""


async def sign_in(request: Request) -> Response:
    """Show the form, or try what was typed. Every fault has the same sentence."""
    parts: Parts = request.app.state.parts
    if request.method != "POST":
        moved = elsewhere(request, parts)
        return moved if moved is not None else await run_in_threadpool(_form, request, parts, "", {})
    check_origin(request)
    form = await read_form(request)
    typed = {name: str(form.get(name) or "")[:256] for name in ("name", "password", "code")}
    return await run_in_threadpool(_try, request, parts, typed, str(form.get("answer") or ""))


async def ask_key(request: Request) -> Response:
    """What the browser asks a security key for this name, and the cookie of the attempt that it is bound to."""
    form = await read_form(request)
    return await run_in_threadpool(_ask_key, request.app.state.parts, str(form.get("name") or "")[:256])


def sign_out(page: Page) -> Response:
    """End this session; what the browser kept of the desk goes too."""
    sessions.end(page.session, page.token)
    response = page.go("/sign-in")
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _ask_key(parts: Parts, name: str) -> Response:
    attempt, site = secrets.token_urlsafe(32), Site.of(parts.settings.public_url)
    with parts.database.transaction(write=False) as session:
        options = security_keys.ask_to_sign_in(session, name, attempt, site)
    response = Response(options, media_type="application/json")
    response.set_cookie(ATTEMPT, attempt, 300, path="/", secure=True, httponly=True, samesite="strict")
    return response


def _try(request: Request, parts: Parts, typed: dict[str, str], answer: str) -> Response:
    source = request.client.host if request.client else ""
    _ = translate(look.language_of(request))
    site = Site.of(parts.settings.public_url)
    pressed = Pressed(answer, request.cookies.get(ATTEMPT, ""), site) if answer else None
    try:
        with parts.database.transaction() as session:
            signed = sessions.sign_in(
                session, typed["name"], typed["password"], typed["code"], source=source, pressed=pressed
            )
            agreed = signed is not None and agreeing.has_agreed(session, signed[0])
            if signed is not None:
                devices.note(session, devices.find(session, request.cookies.get(look.DEVICE, "")), signed[1])
    except WrongState as wait:
        return _form(request, parts, typed["name"], {"password": _(str(wait))})
    if signed is None:
        wrong = _("Name, password or code is wrong.")
        if parts.settings.demo:
            wrong = _(
                "Name, password or code is wrong. Each code of this demo works once: wait half a minute, then press."
            )
        return _form(request, parts, typed["name"], {"password": wrong})
    to_tablet = request.cookies.get(ONWARD) == "tablet"
    onward = FIRST if not agreed else "/tablet/" if to_tablet else "/"
    response = RedirectResponse(onward, status_code=303)
    if agreed and to_tablet:
        response.delete_cookie(ONWARD, path="/", secure=True, httponly=True, samesite="strict")
    response.set_cookie(COOKIE, signed[1], path="/", secure=True, httponly=True, samesite="strict")
    return response


def _form(request: Request, parts: Parts, name: str, errors: dict[str, str]) -> Response:
    language = look.language_of(request)
    said = frame.said(translate(language)).get(request.cookies.get(frame.COOKIE, ""))
    context = {
        "name": name,
        "errors": errors,
        "demo": _demo(parts, language) if parts.settings.demo else [],
        "notice": said,
        "back": "/sign-in",
        "takes_keys": Site.of(parts.settings.public_url).takes_keys,
        **look.of(request).frame(),
    }
    if "hx-request" in request.headers and context["demo"]:
        return HTMLResponse(render_block("sign_in.html", "demo", language=language, **context))
    response = HTMLResponse(render("sign_in.html", language=language, **context), status_code=422 if errors else 200)
    if said:
        response.delete_cookie(frame.COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    return response


def _demo(parts: Parts, language: str) -> list[dict[str, str]]:
    """The accounts of a demo installation, with a code that has not been used: one press signs in as any of them."""
    roles = Labels(parts.response, language).roles()
    with parts.database.transaction(write=False) as session:
        accounts = sessions.demo_accounts(session)
    return [account | {"role_label": roles[account["role"]]} for account in accounts]
