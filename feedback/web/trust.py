"""The page, over plain HTTP and of nothing else, by which a tablet comes to trust a one-laptop installation (decision 21)."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from feedback.web import look
from feedback.web.headers import Headers
from feedback.web.render import STATIC, render


@dataclass(frozen=True, slots=True)
class Authority:
    """What the page offers: the certificate as phones import it, its fingerprint, and where the desk is."""

    certificate: bytes
    fingerprint: str
    desk_url: str


def create(authority: Authority) -> Starlette:
    """The app of that page. It has no session, no form, and no way to anything else of the desk."""

    async def page(request: Request) -> Response:
        language = look.language_of(request)
        shown = {"fingerprint": authority.fingerprint.split(" "), "desk_url": authority.desk_url}
        return HTMLResponse(render("tablet_trust.html", language=language, **shown))

    async def certificate(_: Request) -> Response:
        headers = {"Content-Disposition": 'attachment; filename="feedback-desk.crt"'}
        return Response(authority.certificate, media_type="application/x-x509-ca-cert", headers=headers)

    app = Starlette(
        routes=[
            Route("/", page, methods=["GET"]),
            Route("/feedback-desk.crt", certificate, methods=["GET"]),
            Mount("/static", StaticFiles(directory=STATIC)),
        ]
    )
    app.middleware_stack = Headers(app.build_middleware_stack())
    return app
