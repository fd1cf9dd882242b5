"""Looks for canaries in bytes, in every spelling in which a program might have left them."""

from __future__ import annotations

import base64
import html
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus


@dataclass(frozen=True, slots=True)
class Hit:
    """One canary that was found: where, which, and in which spelling."""

    where: str
    canary: str
    spelling: str


def spellings(canary: str) -> dict[bytes, str]:
    """The eight encodings of a canary: what its bytes look like, and what that is called."""
    plain = canary.encode()
    found = {
        plain: "utf-8",
        canary.encode("utf-16-le"): "utf-16-le",
        canary.encode("utf-16-be"): "utf-16-be",
        plain.hex().encode(): "hex",
        plain.hex().upper().encode(): "HEX",
        quote(canary, safe="").encode(): "url",
        quote_plus(canary).encode(): "form",
        json.dumps(canary)[1:-1].encode(): "json",
        html.escape(canary).encode(): "html",
        canary[::-1].encode(): "reversed",
    }
    return found | _base64(plain)


def scan(where: str, content: bytes, canaries: Iterable[str]) -> Iterator[Hit]:
    """Every canary in these bytes, and in what they hold compressed."""
    whole = b"\n".join([content, *_unpacked(content)])
    folded = whole.lower()
    for canary in canaries:
        for spelling, name in spellings(canary).items():
            if spelling in whole or (spelling == canary.encode() and spelling.lower() in folded):
                yield Hit(where, canary, name)


def scan_files(folder: Path, canaries: Iterable[str]) -> list[Hit]:
    """Every canary in every file below a folder, its name included."""
    canaries, hits = list(canaries), []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            hits += scan(str(path.relative_to(folder)), str(path.name).encode() + b"\n" + path.read_bytes(), canaries)
    return hits


def _base64(plain: bytes) -> dict[bytes, str]:
    """All three alignments, without the signs at the edge that depend on what stands beside it."""
    found = {}
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + plain)
        start, end = (before * 8 + 5) // 6, (before + len(plain)) * 8 // 6
        piece = whole[start:end]
        found[piece] = f"base64+{before}"
        found[piece.translate(bytes.maketrans(b"+/", b"-_"))] = f"base64url+{before}"
    return found


_PACKED = re.compile(rb"[\x78\x1f][\x01\x5e\x9c\xda\x8b]")


def _unpacked(content: bytes) -> Iterator[bytes]:
    """What is compressed in the content, wherever a zlib or gzip stream begins."""
    for start in (match.start() for match in _PACKED.finditer(content)):
        try:
            yield zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(content[start:], 1 << 20)
        except zlib.error:
            continue
