"""The web process: parts to a Starlette app. `uvicorn --factory feedback.app:create`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from feedback import logs, wiring
from feedback.settings import Settings
from feedback.web import errors, routes
from feedback.web.headers import Headers
from feedback.web.writer import Writer


def create(parts: wiring.Parts | None = None) -> Starlette:
    """Build the app; without parts they are made from the environment."""
    parts = parts or wiring.live(Settings.from_env())
    logs.start(parts.settings.log_level)
    writer = Writer(parts.database)

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        parts.queue.begin()
        writer.start()
        yield
        writer.stop()
        parts.queue.end()
        parts.close()

    app = Starlette(
        routes=routes.ROUTES,
        lifespan=life,
        exception_handlers={HTTPException: errors.handle_http, Exception: errors.handle_crash},
    )
    app.state.parts, app.state.writer = parts, writer
    app.middleware_stack = Headers(app.build_middleware_stack())  # outside of all, so that a crash has them too
    return app
