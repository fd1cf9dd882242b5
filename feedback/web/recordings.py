"""The sound of a recording, for those who may hear it. Each listening is an event; nothing of it is kept anywhere."""

from __future__ import annotations

import re

from starlette.responses import Response

from feedback.desk import recordings, visibility
from feedback.web.page import Page

_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")


def play(page: Page) -> Response:
    """The bytes, whole or the range that a player asks for."""
    ticket, recording = visibility.find_recording(page.session, page.staff, page.path["reference"])
    asked = _RANGE.fullmatch(page.request.headers.get("range", ""))
    start = int(asked[1]) if asked else 0
    sound = recordings.listen(page.session, page.staff, ticket, recording, start=start)
    headers = {"Accept-Ranges": "bytes", "Content-Disposition": "inline"}
    if not asked:
        return Response(sound, media_type=recording.media_type, headers=headers)
    end = min(int(asked[2] or len(sound) - 1), len(sound) - 1)
    if start > end:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{len(sound)}"})
    headers["Content-Range"] = f"bytes {start}-{end}/{len(sound)}"
    return Response(sound[start : end + 1], 206, headers, media_type=recording.media_type)
