"""The door for providers: any adapter, any hook. Verify, keep, then answer."""

from __future__ import annotations

import asyncio

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from channels.contract import Answer, Heard, HookRequest, Unreadable, Untrusted
from feedback import clock
from feedback.web.writer import Busy, Parcel, Unread, Writer
from feedback.wiring import Parts

MOST_BYTES = 256 * 1024
log = structlog.get_logger()


async def receive(request: Request) -> Response:
    """Answer one call of a provider, after what it told us is committed and synced (I1).

    403 for what is not genuine: nothing is stored. 503 when it could not be kept: the provider comes again. What is
    genuine but can't be read is quarantined and answered like any other message.
    """
    parts: Parts = request.app.state.parts
    writer: Writer = request.app.state.writer
    channel = parts.channels.get(request.path_params["adapter"])
    hook = request.path_params["hook"]
    if channel is None or hook not in channel.hooks:
        raise HTTPException(404)
    if request.method not in channel.methods:
        raise HTTPException(405, headers={"Allow": ", ".join(sorted(channel.methods))})
    body = await _body(request)
    asked = HookRequest(
        hook=hook,
        url=_public_url(parts.settings.public_url, request),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        at=clock.now(),
        peer=request.client.host if request.client else "",
    )
    try:
        heard = await run_in_threadpool(channel.hear, asked)
        parcel = Parcel(heard.messages, heard.receipts, calls=heard.calls)
    except Untrusted:
        log.warning("hook refused", adapter=channel.name, hook=hook)
        raise HTTPException(403) from None
    except Unreadable as why:
        heard = Heard(answer=Answer())
        parcel = Parcel(unread=Unread(channel.name, hook, body, str(why)))
    return _response(await _kept(writer, parcel, heard))


async def _kept(writer: Writer, parcel: Parcel, heard: Heard) -> Answer:
    lasting = parcel.messages or parcel.receipts or parcel.unread
    if not (lasting or parcel.calls):
        return heard.answer
    try:
        received = await asyncio.wrap_future(writer.submit(parcel))
    except Exception as failure:
        if not lasting:  # somebody holds the line: they reach the message box whatever could not be noted
            return heard.answer
        raise HTTPException(503, headers={"Retry-After": "5"} if isinstance(failure, Busy) else None) from None
    if heard.queued is not None and any(parcel.may_wait):
        return heard.queued
    if heard.acknowledged is not None and any(one.acknowledge for one in received):
        return heard.acknowledged
    return heard.answer


async def _body(request: Request) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise HTTPException(413)
    return body


def _public_url(public: str, request: Request) -> str:
    """Our own public address of this hook, with the query exactly as it was sent; never taken from `Host`."""
    query = str(request.scope["query_string"], "latin-1")
    return public.rstrip("/") + str(request.scope["path"]) + (f"?{query}" if query else "")


def _response(answer: Answer) -> Response:
    return Response(answer.body, media_type=answer.media_type)
