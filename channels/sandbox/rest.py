"""The provider's REST interface, as far as the desk uses it: texts, recordings and the account, behind basic auth."""

from __future__ import annotations

import asyncio
import base64
import hmac
import re
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from channels.sandbox import wire
from channels.sandbox.call import Call
from channels.sandbox.calls import Switchboard
from channels.sandbox.carrier import NUMBER, OPTED_OUT, Carrier
from channels.sandbox.faults import FaultKind
from channels.sandbox.listing import page_of, sent_within
from channels.sandbox.store import FINAL, Recording, Text

LONGEST = 1_600  # characters of a text
_SERVICE = re.compile(r"MG[0-9a-f]{32}")

Handler = Callable[[Request], Awaitable[Response]]


class Refused(Exception):  # noqa: N818
    """The request gets one of Twilio's errors."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


def _guarded(handler: Handler) -> Handler:
    """Check who asks before anything else, and answer refusals in Twilio's form."""

    @wraps(handler)
    async def guarded(request: Request) -> Response:
        config = _carrier(request).config
        try:
            if not _knows(request.headers.get("authorization", ""), config.account_sid, config.auth_token):
                raise Refused(20003)
            if request.path_params["account"] != config.account_sid:
                raise Refused(20404)
            return await handler(request)
        except Refused as refused:
            status, body = wire.error(refused.code)
            return JSONResponse(body, status)

    return guarded


@_guarded
async def create_message(request: Request) -> Response:
    """Take a text for a phone, or refuse it as Twilio would."""
    carrier, form = _carrier(request), await request.form()
    to, sender, body, callback = (str(form.get(name, "")) for name in ("To", "From", "Body", "StatusCallback"))
    if not sender and _SERVICE.fullmatch(str(form.get("MessagingServiceSid", ""))):
        sender = carrier.config.sender
    for kind, code in ((FaultKind.DOWN, 20503), (FaultKind.TOO_MANY, 20429)):
        if carrier.faults.take(kind, to):
            raise Refused(code)
    if fault := carrier.faults.take(FaultKind.REFUSE, to):
        raise Refused(fault.code)
    if refusal := _refusal(carrier, to, sender, body, callback):
        raise Refused(refusal)
    text = carrier.send(to, body, direction="outbound-api", callback=callback)
    if fault := carrier.faults.take(FaultKind.SLOW, to):
        await asyncio.sleep(fault.seconds)
    if carrier.faults.take(FaultKind.LOST_ANSWER, to):
        await _until_gone(request)
    return JSONResponse(wire.message_json(carrier.config, text), 201)


@_guarded
async def list_messages(request: Request) -> Response:
    """Texts, newest first, filtered by To, From and DateSent."""
    carrier, query = _carrier(request), request.query_params
    rows = [
        text
        for text in reversed(carrier.store.texts.values())
        if query.get("To") in (None, text.to)
        and query.get("From") in (None, text.sender)
        and sent_within(text.sent_at or text.created, query)
    ]
    return JSONResponse(page_of(request.url, "messages", rows, lambda row: wire.message_json(carrier.config, row)))


@_guarded
async def one_message(request: Request) -> Response:
    """Fetch, empty or delete one text. Emptying and deleting wait for its final state."""
    carrier = _carrier(request)
    text = _found(carrier.store.texts, request)
    if request.method != "GET" and text.status not in FINAL:
        raise Refused(20009)
    if request.method == "DELETE":
        del carrier.store.texts[text.sid]
        return Response(status_code=204)
    if request.method == "POST" and (await request.form()).get("Body") == "":
        text.body = ""
    return JSONResponse(wire.message_json(carrier.config, text))


@_guarded
async def list_pictures(request: Request) -> Response:
    """The pictures of one text."""
    carrier = _carrier(request)
    text: Text = _found(carrier.store.texts, request)
    rows = [wire.media_json(carrier.config, text, one) for one in text.pictures]
    return JSONResponse(page_of(request.url, "media_list", rows, lambda row: row))


@_guarded
async def one_picture(request: Request) -> Response:
    """Fetch one picture, as its bytes, or delete it."""
    text: Text = _found(_carrier(request).store.texts, request)
    picture = next((one for one in text.pictures if one.sid == request.path_params["media"]), None)
    if picture is None:
        raise Refused(20404)
    if request.method == "DELETE":
        text.pictures.remove(picture)
        return Response(status_code=204)
    return Response(picture.content, media_type=picture.media_type)


@_guarded
async def list_recordings(request: Request) -> Response:
    """Recordings, newest first, filtered by CallSid."""
    carrier, query = _carrier(request), request.query_params
    rows = [row for row in reversed(carrier.store.recordings.values()) if query.get("CallSid") in (None, row.call_sid)]
    return JSONResponse(page_of(request.url, "recordings", rows, lambda row: wire.recording_json(carrier.config, row)))


@_guarded
async def one_recording(request: Request) -> Response:
    """Fetch or delete one recording's record."""
    carrier = _carrier(request)
    recording = _found(carrier.store.recordings, request)
    if request.method == "DELETE":
        del carrier.store.recordings[recording.sid]
        return Response(status_code=204)
    return JSONResponse(wire.recording_json(carrier.config, recording))


@_guarded
async def create_call(request: Request) -> Response:
    """Let a phone ring, or refuse it as Twilio would."""
    carrier, form = _carrier(request), await request.form()
    to, sender, url, callback = (str(form.get(name, "")) for name in ("To", "From", "Url", "StatusCallback"))
    for kind, code in ((FaultKind.DOWN, 20503), (FaultKind.TOO_MANY, 20429)):
        if carrier.faults.take(kind, to):
            raise Refused(code)
    if not NUMBER.fullmatch(to):
        raise Refused(21211)
    if sender != carrier.config.sender:
        raise Refused(21606)
    if not carrier.hooks.is_desk(url) or (callback and not carrier.hooks.is_desk(callback)):
        raise Refused(21609)
    board: Switchboard = request.app.state.switchboard
    return JSONResponse(wire.call_json(carrier.config, board.place(to, url, callback)), 201)


@_guarded
async def list_calls(request: Request) -> Response:
    """Calls, newest first, filtered by To and From."""
    carrier, query = _carrier(request), request.query_params
    rows = [
        row
        for row in reversed(carrier.store.calls.values())
        if query.get("To") in (None, wire.to_of(carrier.config, row))
        and query.get("From") in (None, wire.from_of(carrier.config, row))
    ]
    return JSONResponse(page_of(request.url, "calls", rows, lambda row: wire.call_json(carrier.config, row)))


@_guarded
async def one_call(request: Request) -> Response:
    """Fetch or delete one call; one that goes on can't be deleted."""
    carrier = _carrier(request)
    line: Call = _found(carrier.store.calls, request)
    if request.method == "DELETE":
        if not line.ended:
            raise Refused(20009)
        del carrier.store.calls[line.sid]
        return Response(status_code=204)
    return JSONResponse(wire.call_json(carrier.config, line))


@_guarded
async def recording_sound(request: Request) -> Response:
    """The sound itself; nothing is there until the carrier has made it ready.

    The sandbox makes no MP3: whoever asks for one gets the WAV, under its own media type.
    """
    recording: Recording = _found(_carrier(request).store.recordings, request)
    if not recording.ready:
        raise Refused(20404)
    return Response(recording.sound, media_type="audio/x-wav")


@_guarded
async def account(request: Request) -> Response:
    """The account, for whoever checks the credentials."""
    return JSONResponse(wire.account_json(_carrier(request).config))


_ROOT = f"/{wire.API_VERSION}/Accounts/{{account}}"
routes = [
    Route(f"{_ROOT}/Messages.json", create_message, methods=["POST"]),
    Route(f"{_ROOT}/Messages.json", list_messages, methods=["GET"]),
    Route(f"{_ROOT}/Messages/{{sid}}.json", one_message, methods=["GET", "POST", "DELETE"]),
    Route(f"{_ROOT}/Messages/{{sid}}/Media.json", list_pictures, methods=["GET"]),
    Route(f"{_ROOT}/Messages/{{sid}}/Media/{{media}}.json", one_picture, methods=["DELETE"]),
    Route(f"{_ROOT}/Messages/{{sid}}/Media/{{media}}", one_picture, methods=["GET"]),
    Route(f"{_ROOT}/Calls.json", create_call, methods=["POST"]),
    Route(f"{_ROOT}/Calls.json", list_calls, methods=["GET"]),
    Route(f"{_ROOT}/Calls/{{sid}}.json", one_call, methods=["GET", "DELETE"]),
    Route(f"{_ROOT}/Recordings.json", list_recordings, methods=["GET"]),
    Route(f"{_ROOT}/Recordings/{{sid}}.json", one_recording, methods=["GET", "DELETE"]),
    Route(f"{_ROOT}/Recordings/{{sid}}.wav", recording_sound, methods=["GET"]),
    Route(f"{_ROOT}/Recordings/{{sid}}.mp3", recording_sound, methods=["GET"]),
    Route(f"{_ROOT}/Recordings/{{sid}}", recording_sound, methods=["GET"]),
    Route(f"{_ROOT}.json", account, methods=["GET"]),
]


def _carrier(request: Request) -> Carrier:
    carrier: Carrier = request.app.state.carrier
    return carrier


def _knows(header: str, account_sid: str, auth_token: str) -> bool:
    expected = "Basic " + base64.b64encode(f"{account_sid}:{auth_token}".encode()).decode()
    return hmac.compare_digest(header.encode(), expected.encode())


def _refusal(carrier: Carrier, to: str, sender: str, body: str, callback: str) -> int | None:
    """The first reason not to take a text, as Twilio's code."""
    reasons = (
        (not to, 21604),
        (not NUMBER.fullmatch(to), 21211),
        (not sender, 21603),
        (sender != carrier.config.sender, 21606),
        (to == sender, 21266),
        (not body, 21602),
        (len(body) > LONGEST, 21617),
        (bool(callback) and not carrier.hooks.is_desk(callback), 21609),
        (carrier.store.phone(to).opted_out if NUMBER.fullmatch(to) else False, OPTED_OUT),
    )
    return next((code for holds, code in reasons if holds), None)


def _found(rows: Any, request: Request) -> Any:
    row = rows.get(request.path_params["sid"])
    if row is None:
        raise Refused(20404)
    return row


async def _until_gone(request: Request) -> None:
    """Hold the line until whoever asked gives up."""
    while not await request.is_disconnected():
        await asyncio.sleep(0.05)
