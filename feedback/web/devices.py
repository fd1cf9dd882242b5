"""Shared devices on screen: a lead enrols one, a volunteer sets a PIN on it, and whoever comes next types theirs."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from feedback.desk import devices, sessions
from feedback.desk.devices import Refused
from feedback.errors import Invalid, WrongState
from feedback.web import look
from feedback.web.door import ONWARD
from feedback.web.factors import wrong_password
from feedback.web.look import DEVICE
from feedback.web.page import COOKIE, Page, elsewhere, read_form
from feedback.web.render import render, translate
from feedback.wiring import Parts

_SECONDS = int(devices.KEPT.total_seconds())


def show(page: Page) -> Response:
    """Which devices are enrolled, and the form to enrol the one in one's hands."""
    mine = devices.find(page.session, page.request.cookies.get(DEVICE, ""))
    rows = [
        {"id": one.reference, "name": one.name, "people": many, "until": one.until, "mine": mine is one}
        for one, many in devices.enrolled(page.session, page.staff)
    ]
    return page.show("devices.html", here="team", devices=rows, enrolled=mine is not None, name=page.posted("name"))


def enrol(page: Page) -> Response:
    """This browser is a shared device from now on."""
    _, token = devices.enrol(page.session, page.staff, page.posted("name"))
    response = page.go("/devices", said="enrolled")
    response.set_cookie(DEVICE, token, _SECONDS, path="/", secure=True, httponly=True, samesite="strict")
    return response


def end(page: Page) -> Response:
    """Sign a device out for good, with everybody on it."""
    devices.end(page.session, page.staff, page.path["reference"])
    return page.go("/devices", said="device_ended")


def mine(page: Page) -> Response:
    """The form for one's own PIN on this device."""
    device = devices.find(page.session, page.request.cookies.get(DEVICE, ""))
    ready = device is not None and devices.may_share(page.staff)
    label = page.posted("label") or page.staff.name.split()[0]
    return page.show("pin_mine.html", ready=ready, device=device.name if device else None, label=label)


def set_mine(page: Page) -> Response:
    """Keep it."""
    device = devices.find(page.session, page.request.cookies.get(DEVICE, ""))
    if page.posted("pin") != page.posted("again"):
        raise Invalid({"again": "The two are not the same."})
    typed = {name: page.posted(name) for name in ("password", "pin", "label")}
    if devices.set_pin(page.session, page.staff, device, **typed):
        return page.go("/", said="pin_set")
    wrong_password(page, "password")
    return mine(page)


async def change(request: Request) -> Response:
    """Who takes over? Shows the names of this device, or tries a PIN; an app gets JSON. Nobody is signed in needs be."""
    parts: Parts = request.app.state.parts
    if request.method != "POST":
        moved = elsewhere(request, parts)
        return moved if moved is not None else await run_in_threadpool(_show, request, parts, {}, {}, 200)
    form = await read_form(request)  # its origin is checked there
    typed = {name: str(form.get(name) or "")[:256] for name in ("who", "pin", "password")}
    return await run_in_threadpool(_try, request, parts, typed)


def _try(request: Request, parts: Parts, typed: dict[str, str]) -> Response:
    source = request.client.host if request.client else ""
    before = request.cookies.get(COOKIE, "")
    try:
        with parts.database.transaction() as session:
            device = devices.find(session, request.cookies.get(DEVICE, ""))
            if device is None:
                return _refused(request, parts, typed, Refused.LOCKED)
            found = devices.change_user(
                session, device, typed["who"], typed["pin"], password=typed["password"], source=source
            )
            if not isinstance(found, Refused) and before:
                sessions.end(session, before)  # who had it before is signed out
    except WrongState as wait:
        return _show(request, parts, typed, {"pin": translate(look.language_of(request))(str(wait))}, 409)
    if isinstance(found, Refused):
        return _refused(request, parts, typed, found)
    staff, token = found
    to = "/tablet/" if request.cookies.get(ONWARD) == "tablet" else "/"
    said = {"state": "changed", "staff": staff.reference}
    response = JSONResponse(said) if _is_app(request) else RedirectResponse(to, status_code=303)
    response.set_cookie(COOKIE, token, path="/", secure=True, httponly=True, samesite="strict")
    if request.cookies.get(ONWARD):
        response.delete_cookie(ONWARD, path="/", secure=True, httponly=True, samesite="strict")
    return response


def _refused(request: Request, parts: Parts, typed: dict[str, str], why: Refused) -> Response:
    _ = translate(look.language_of(request))
    sentences = {
        Refused.WRONG: _("The PIN, or the password with it, is wrong."),
        Refused.PASSWORD: _("Once a day the password too: type it below."),
        Refused.LOCKED: _("Sign in with your password and code, then set a PIN again."),
    }
    return _show(request, parts, typed, {"pin": sentences[why]}, 422, state=why)


def _show(
    request: Request, parts: Parts, typed: dict[str, str], errors: dict[str, str], status: int, state: str = "wait"
) -> Response:
    if _is_app(request):
        return JSONResponse({"state": state}, status_code=status)
    with parts.database.transaction(write=False) as session:
        device = devices.find(session, request.cookies.get(DEVICE, ""))
        people = devices.people(session, device) if device else []
        name = device.name if device else ""
    context: dict[str, Any] = {
        "device": name,
        "people": [(one.reference, one.label) for one in people],
        "who": typed.get("who", ""),
        "ask_password": bool(people) and (all(one.needs_password for one in people) or state == Refused.PASSWORD),
        "errors": errors,
        "back": "/pin",
        **look.of(request).frame(),
    }
    return HTMLResponse(render("pin.html", language=look.language_of(request), **context), status_code=status)


def _is_app(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")
