"""The phone's own door: JSON for the page, for `rehearse` and `replay`, and for tests. Numbers travel in bodies, never in addresses."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import unquote

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from channels.sandbox import sounds, start
from channels.sandbox.asked import (
    CallAsked,
    DialAsked,
    FaultsAsked,
    Missing,
    NumberAsked,
    StateAsked,
    SwitchAsked,
    TextAsked,
    TextsAsked,
    answer,
    sorry,
    takes,
)
from channels.sandbox.call import Call
from channels.sandbox.calls import Switchboard
from channels.sandbox.carrier import Carrier, WrongMoment
from channels.sandbox.faults import Fault
from channels.sandbox.hooks import Answered
from channels.sandbox.store import Phone, Text


@takes(TextAsked)
async def send_text(request: Request, asked: TextAsked) -> Response:
    """Send one text to the desk and say how the desk took it."""
    text, answered = await _carrier(request).text(asked.number, asked.body, copies=asked.copies)
    return JSONResponse(_sent(text, answered))


@takes(TextsAsked)
async def send_texts(request: Request, asked: TextsAsked) -> Response:
    """Send many texts and say how the desk took each, in the order given."""
    carrier, gate = _carrier(request), asyncio.Semaphore(asked.at_once)

    async def one(text: TextAsked) -> dict[str, Any]:
        async with gate:
            try:
                return _sent(*await carrier.text(text.number, text.body, copies=text.copies))
            except WrongMoment:
                return _NOT_SENT

    return JSONResponse(list(await asyncio.gather(*(one(text) for text in asked.texts))))


@takes(NumberAsked)
async def inbox(request: Request, asked: NumberAsked) -> Response:
    """The texts that arrived at a phone, oldest first."""
    phone = _carrier(request).store.phone(asked.number)
    return JSONResponse([_line(text) for text in phone.thread if text.to == asked.number])


@takes(StateAsked)
async def state(request: Request, asked: StateAsked) -> Response:
    """Threads and calls of some phones; 204 when nothing is newer than what the asker has seen."""
    phones = [_carrier(request).store.phone(number) for number in asked.numbers]
    version = sum(phone.version for phone in phones)
    if version == asked.seen:
        return Response(status_code=204)
    return JSONResponse({"version": version, "phones": [_phone(phone) for phone in phones]})


@takes(SwitchAsked)
async def switch(request: Request, asked: SwitchAsked) -> Response:
    """Switch a phone off or on."""
    phone = _carrier(request).store.phone(asked.number)
    phone.off = asked.code if asked.off else None
    phone.version += 1
    return JSONResponse(_phone(phone))


@takes(FaultsAsked)
async def set_faults(request: Request, asked: FaultsAsked) -> Response:
    """Let these faults wait."""
    _carrier(request).faults.replace(Fault(**fault.model_dump()) for fault in asked.faults)
    return Response(status_code=204)


@takes(DialAsked)
async def dial(request: Request, asked: DialAsked) -> Response:
    """Call a number of ours from a phone."""
    return JSONResponse(_call(await _board(request).dial(asked.number, to=asked.to)))


@takes(NumberAsked)
async def pick_up(request: Request, asked: NumberAsked) -> Response:
    """Take the call that rings at a phone."""
    return JSONResponse(_call(await _board(request).pick_up(_at(request, asked.number))))


@takes(NumberAsked)
async def refuse(request: Request, asked: NumberAsked) -> Response:
    """Let it ring."""
    return JSONResponse(_call(await _board(request).refuse(_at(request, asked.number))))


@takes(CallAsked)
async def press(request: Request, asked: CallAsked) -> Response:
    """Press keys in a call."""
    return JSONResponse(_call(await _board(request).press(_find(request, asked.call), asked.keys)))


@takes(CallAsked)
async def stay_silent(request: Request, asked: CallAsked) -> Response:
    """Let the time to press or speak run out."""
    return JSONResponse(_call(await _board(request).stay_silent(_find(request, asked.call))))


@takes(CallAsked)
async def hang_up(request: Request, asked: CallAsked) -> Response:
    """Put the phone down."""
    return JSONResponse(_call(await _board(request).hang_up(_find(request, asked.call))))


@takes(CallAsked)
async def leave_tone(request: Request, asked: CallAsked) -> Response:
    """Leave one of the built-in sounds as the message."""
    if asked.tone not in sounds.TONES:
        raise Missing
    sound = sounds.tone(asked.tone)
    return JSONResponse(_call(await _board(request).record(_find(request, asked.call), sound, key=asked.key)))


async def leave_sound(request: Request) -> Response:
    """Leave the WAV in the body as the message; `call` and `key` stand in the query."""
    if not request.headers.get("content-type", "").startswith(("audio/", "application/octet-stream")):
        return sorry("Send a WAV file.", 415)
    sound, query = await request.body(), request.query_params

    async def leave() -> Response:
        call = _find(request, query.get("call", ""))
        return JSONResponse(_call(await _board(request).record(call, sound, key=query.get("key", ""))))

    return await answer(leave())


async def send_picture(request: Request) -> Response:
    """Send the picture in the body to the desk; `number` and the words beside it stand in headers, not in the address."""
    if not request.headers.get("content-type", "").startswith("image/"):
        return sorry("Send a picture.", 415)
    content = await request.body()

    async def send() -> Response:
        try:
            number = NumberAsked(number=request.headers.get("x-number", "")).number
        except ValidationError:
            return sorry("That is no number.", 422)
        words = unquote(request.headers.get("x-body", ""))[:1600]
        return JSONResponse(_sent(*await _carrier(request).text(number, words, pictures=[content])))

    return await answer(send())


async def first_words(request: Request) -> Response:
    """What the page shows before anything has happened."""
    return JSONResponse(start.words(_carrier(request).config))


routes = [
    Route("/phone/start", first_words, methods=["GET"]),
    Route("/phone/state", state, methods=["POST"]),
    Route("/phone/text", send_text, methods=["POST"]),
    Route("/phone/texts", send_texts, methods=["POST"]),
    Route("/phone/picture", send_picture, methods=["POST"]),
    Route("/phone/inbox", inbox, methods=["POST"]),
    Route("/phone/switch", switch, methods=["POST"]),
    Route("/phone/faults", set_faults, methods=["POST"]),
    Route("/phone/call", dial, methods=["POST"]),
    Route("/phone/answer", pick_up, methods=["POST"]),
    Route("/phone/refuse", refuse, methods=["POST"]),
    Route("/phone/press", press, methods=["POST"]),
    Route("/phone/silence", stay_silent, methods=["POST"]),
    Route("/phone/hang-up", hang_up, methods=["POST"]),
    Route("/phone/tone", leave_tone, methods=["POST"]),
    Route("/phone/sound", leave_sound, methods=["POST"]),
]


def _carrier(request: Request) -> Carrier:
    carrier: Carrier = request.app.state.carrier
    return carrier


def _board(request: Request) -> Switchboard:
    board: Switchboard = request.app.state.switchboard
    return board


def _find(request: Request, sid: str) -> Call:
    call = _carrier(request).store.calls.get(sid)
    if call is None:
        raise Missing
    return call


def _at(request: Request, number: str) -> Call:
    call = _carrier(request).store.phone(number).call
    if call is None:
        raise WrongMoment("This phone does not ring.")
    return call


def _sent(text: Text, answered: Answered) -> dict[str, Any]:
    return {
        "sid": text.sid,
        "status": answered.status,
        "seconds": round(answered.seconds, 6),
        "attempts": answered.attempts,
    }


_NOT_SENT: dict[str, Any] = {"sid": "", "status": 0, "seconds": 0.0, "attempts": 0}


def _line(text: Text) -> dict[str, Any]:
    return {
        "sid": text.sid,
        "mine": text.direction == "inbound",
        "unasked": text.direction == "outbound-reply",
        "body": text.shown,
        "pictures": len(text.pictures),
        "at": text.created.isoformat(),
        "status": text.status,
        "code": text.error_code,
    }


def _call(call: Call) -> dict[str, Any]:
    return {
        "call": call.sid,
        "number": call.number,
        "status": call.status,
        "waiting": call.waiting.value,
        "rings": call.outgoing and call.status == "ringing",
        "began": call.began.isoformat(),
        "steps": [{"kind": step.kind, "text": step.text, "language": step.language} for step in call.steps],
    }


def _phone(phone: Phone) -> dict[str, Any]:
    return {
        "number": phone.number,
        "off": phone.off,
        "opted_out": phone.opted_out,
        "thread": [_line(text) for text in phone.thread],
        "call": _call(phone.call) if phone.call else None,
    }
