"""Looking for words in a browser's files, as a thief with the disk would, in every encoding that a browser writes."""

from __future__ import annotations

import base64
import gzip
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote


@dataclass(frozen=True)
class Trace:
    """A word that was found, and where."""

    word: str
    file: str
    encoding: str


def traces(folder: Path, words: Iterable[str]) -> list[Trace]:
    """Every place in which one of the words stands, in any of the encodings, in the files and in what they hold packed."""
    wanted = {(word, name): needle for word in words for name, needle in _encodings(word)}
    found = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        for content in _contents(path.read_bytes()):
            found += [
                Trace(word, str(path.relative_to(folder)), name)
                for (word, name), needle in wanted.items()
                if needle in content
            ]
    return found


def _encodings(word: str) -> Iterator[tuple[str, bytes]]:
    plain = word.encode()
    yield "utf-8", plain
    yield "utf-16-le", word.encode("utf-16-le")
    yield "utf-16-be", word.encode("utf-16-be")
    yield "percent", quote(word).encode()
    yield "json", word.encode("unicode_escape")
    yield "hex", plain.hex().encode()
    for shift in range(3):  # base64 of a text depends on where in it the word stands
        inner = base64.b64encode(b"\0" * shift + plain)
        yield f"base64+{shift}", inner[4 if shift else 0 : len(inner) - 4]
    yield "reversed", plain[::-1]


def _contents(raw: bytes) -> Iterator[bytes]:
    yield raw
    yield _unsnapped(raw)
    for start in _starts(raw, b"\x1f\x8b\x08"):
        try:
            yield zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(raw[start:], 4_000_000)
        except (zlib.error, gzip.BadGzipFile):
            continue


def _unsnapped(raw: bytes) -> bytes:
    """LevelDB packs its tables with Snappy, which leaves what is new as it was, but may cut a word at a repeat.

    What is looked for is new wherever it stands first, so the packed bytes are searched as they are; tables hold one more
    byte between literals, which is taken out here where it splits plain text.
    """
    return bytes(byte for byte in raw if byte >= 32)


def _starts(raw: bytes, mark: bytes) -> Iterator[int]:
    at = raw.find(mark)
    while at >= 0:
        yield at
        at = raw.find(mark, at + 1)
