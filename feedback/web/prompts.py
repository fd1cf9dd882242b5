"""What the hotline says, as the recordings that the exchange fetches: public, and nothing but what is listed."""

from __future__ import annotations

from functools import lru_cache

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from feedback.responses import Response as Field
from feedback.responses.recorded import Sound, load_sounds
from feedback.wiring import Parts

KEPT = "public, max-age=31536000, immutable"  # the name holds the digest of what was recorded


async def play(request: Request) -> Response:
    """One recorded prompt by its name. 404 for any other."""
    parts: Parts = request.app.state.parts
    sound = _listed(parts.settings.response, parts.response).get(request.path_params["name"])
    if sound is None:
        raise HTTPException(404)
    content = await run_in_threadpool(sound.path.read_bytes)
    return Response(content, media_type=sound.media_type, headers={"Cache-Control": KEPT})


@lru_cache(maxsize=4)
def _listed(name_or_path: str, response: Field) -> dict[str, Sound]:
    return {sound.name: sound for sound in load_sounds(name_or_path, response)}
