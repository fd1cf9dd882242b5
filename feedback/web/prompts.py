"""What the hotline says, as the recordings that the exchange fetches: public, and nothing but what is listed."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from feedback.responses.recorded import live_sounds
from feedback.wiring import Parts

KEPT = "public, max-age=31536000, immutable"  # the name holds the digest of what was recorded


async def play(request: Request) -> Response:
    """One recorded prompt by its name. 404 for any other."""
    parts: Parts = request.app.state.parts
    listed = live_sounds(parts.settings.response, parts.response).now()
    sound = next((one for one in listed if one.name == request.path_params["name"]), None)
    if sound is None:
        raise HTTPException(404)
    content = await run_in_threadpool(sound.path.read_bytes)
    return Response(content, media_type=sound.media_type, headers={"Cache-Control": KEPT})
