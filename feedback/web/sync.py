"""The door for tablets: who is signed in sends what was filled in without a network, and learns what became of it."""

from __future__ import annotations

import base64
import contextlib
from concurrent.futures import wait
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from feedback.desk import devices, permissions, reserving, sessions, sync
from feedback.desk.permissions import Action
from feedback.errors import WrongState
from feedback.models.staff import Staff
from feedback.responses.services import load_services
from feedback.web.look import DEVICE
from feedback.web.page import COOKIE, check_origin
from feedback.web.writer import Busy, Parcel, Sent, Writer
from feedback.wiring import Parts

MOST_BYTES = 12 * 1024 * 1024
MOST_FORMS = 50
LONGEST_WAIT = 25.0
"""Seconds; the tablet gives up after thirty. What is written later is a repeat when it comes again."""


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Form(_Sent):
    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,64}$")]
    key_name: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
    sealed: Annotated[str, StringConstraints(max_length=MOST_BYTES)]


class _Outbox(_Sent):
    tablet: Annotated[str, StringConstraints(min_length=16, max_length=64)]
    forms: Annotated[list[_Form], Field(max_length=MOST_FORMS)] = []


async def look(request: Request) -> Response:
    """What a tablet needs from the desk: to which key it seals, whom to call, where help is open. 401: sign in first."""
    return await run_in_threadpool(_look, request)


async def receive(request: Request) -> Response:
    """Take in what a tablet sends; per form its state, and the codes that this tablet may give out from now on.

    A form that is not named in the answer was not kept: it comes again. So does everything after a 503.
    """
    check_origin(request)
    body = await _body(request)
    return await run_in_threadpool(_receive, request, body)


def _look(request: Request) -> Response:
    parts, token = request.app.state.parts, request.cookies.get(COOKIE, "")
    staff = _signed_in(parts, token)
    named = parts.vault.tablet_key()
    with parts.database.transaction(write=False) as session:
        device = devices.find(session, request.cookies.get(DEVICE, ""))
        people = devices.people(session, device) if device else []
    return JSONResponse(
        {
            "csrf": sessions.csrf(token),
            "staff": staff.reference,
            "places": staff.places,
            "people": [{"reference": one.reference, "label": one.label} for one in people],
            "key": {"name": named[0], "public": base64.b64encode(named[1]).decode()} if named else None,
            **_help(parts),
        }
    )


def _receive(request: Request, body: bytes) -> Response:
    parts, token = request.app.state.parts, request.cookies.get(COOKIE, "")
    staff = _signed_in(parts, token)
    if not sessions.proves(token, request.headers.get("x-csrf-token", "")):
        raise HTTPException(403)
    try:
        sent = _Outbox.model_validate_json(body)
    except ValidationError:
        raise HTTPException(400) from None
    opened = [sync.open_form(parts.vault, _sealed(form)) for form in sent.forms]
    with parts.database.transaction(write=False) as session:
        opened = sync.name_authors(session, devices.find(session, request.cookies.get(DEVICE, "")), opened)
    states = _take(request.app.state.writer, staff, sent.tablet, opened)
    return JSONResponse({"forms": states, "codes": _codes(parts, staff, sent.tablet)})


def _sealed(form: _Form) -> sync.Sealed:
    try:
        return sync.Sealed(form.key, form.key_name, base64.b64decode(form.sealed, validate=True))
    except ValueError:
        return sync.Sealed(form.key, form.key_name, form.sealed.encode())  # opens with no key, so it is quarantined


def _take(writer: Writer, staff: Staff, tablet: str, opened: list[sync.Opened]) -> list[dict[str, str]]:
    """Hand every form to the one writer, which commits together what waits (decision 5b); those that it has kept."""
    parcels: list[Parcel] = []
    with contextlib.suppress(Busy):  # the rest comes again
        for form in opened:
            parcel = Parcel(sent=Sent(staff, tablet, form))
            writer.submit(parcel)
            parcels.append(parcel)
    wait((parcel.done for parcel in parcels), timeout=LONGEST_WAIT)
    return [
        {"key": parcel.sent.form.key, "state": parcel.states[0]}
        for parcel in parcels
        if parcel.sent is not None and parcel.done.done() and parcel.done.exception() is None
    ]


def _codes(parts: Parts, staff: Staff, tablet: str) -> list[dict[str, str]]:
    try:
        with parts.database.transaction() as session:
            found = reserving.set_aside(session, staff, tablet)
    except (WrongState, OperationalError, PoolTimeout, IntegrityError):
        return []
    return [{"n": f"{one.number:020}", "code": one.code} for one in found]  # a number that scripts can't hold, as text


def _signed_in(parts: Parts, token: str) -> Staff:
    """Who sends. 401 for nobody, 403 for those whose role enters nothing."""
    with parts.database.transaction(staff=True, write=False) as session:
        staff = sessions.find(session, token) if token else None
        due = staff is not None and sessions.touch_is_due(session, token)
    if staff is None:
        raise HTTPException(401)
    if not permissions.may(staff, Action.ENTER):
        raise HTTPException(403)
    if due:
        with parts.database.transaction(staff=True) as session:
            sessions.touch(session, token)
    return staff


def _help(parts: Parts) -> dict[str, Any]:
    found = load_services(parts.settings.response, parts.response)
    around = {place: [one for one in parts.response.around(place) if one] for place in parts.response.places}

    def served(places: tuple[str, ...]) -> list[str] | None:
        return [one for one in around if set(around[one]) & set(places)] if places else None

    return {
        "checked": found.checked.isoformat() if found.checked else None,
        "services": [
            {
                "kind": one.kind,
                "labels": one.labels,
                "hours": one.hours,
                "where": one.where,
                "phone": one.phone,
                "at_night": one.at_night,
                "women": one.women,
                "places": served(one.places),
            }
            for one in found.services
        ],
        "contacts": [
            {
                "tier": one.tier,
                "labels": one.labels,
                "phone": one.phone,
                "places": served(one.places),
            }
            for one in found.contacts
        ],
    }


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise HTTPException(413)
    return bytes(body)
