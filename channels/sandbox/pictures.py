"""Pictures that a phone sends along with a text: what the carrier keeps of them until the desk has fetched and deleted them."""

from __future__ import annotations

from dataclasses import dataclass

MOST = 5_000_000  # bytes, as carriers take
SIGNS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}


class NotAPicture(ValueError):  # noqa: N818
    """What was sent is no picture that a phone sends."""


@dataclass(frozen=True, slots=True, repr=False)
class Picture:
    """One picture at the carrier."""

    sid: str  # ME and 32 hex digits
    media_type: str
    content: bytes


def media_type(content: bytes) -> str:
    """What kind of picture this is, from its first bytes. Raises `NotAPicture`."""
    if len(content) > MOST:
        raise NotAPicture("This picture is too large: at most 5 MB.")
    for sign, kind in SIGNS.items():
        if content.startswith(sign):
            return kind
    raise NotAPicture("Send a PNG, JPEG or GIF picture.")
