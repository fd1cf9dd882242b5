"""The sandbox as an application: the carrier's REST interface, the phone's door and the page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from channels.sandbox import phone, rest, sounds
from channels.sandbox.calls import Switchboard
from channels.sandbox.carrier import Carrier
from channels.sandbox.config import SandboxConfig

STATIC = Path(__file__).with_name("static")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def create(config: SandboxConfig) -> Starlette:
    """One sandbox with an empty memory. It answers only to the host names of its own address."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.carrier = Carrier(config)
        app.state.switchboard = Switchboard(app.state.carrier)
        yield
        await app.state.carrier.close()

    return Starlette(
        routes=[
            Route("/", _page, methods=["GET"]),
            *phone.routes,
            *rest.routes,
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=config.hosts),
            Middleware(_Guard),
        ],
        lifespan=lifespan,
        max_body_size=sounds.LARGEST,
    )


async def _page(request: Request) -> Response:
    return FileResponse(STATIC / "index.html")


class _Guard:
    """Sets the headers of every answer, and turns away what another site's page sends."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if dict(scope["headers"]).get(b"sec-fetch-site", b"none") not in (b"none", b"same-origin"):
            top = dict(scope["headers"]).get(b"sec-fetch-mode") == b"navigate" and scope["method"] == "GET"
            if not top:
                await Response("Not from another site.", 403)(scope, receive, send)
                return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._app(scope, receive, with_headers)
