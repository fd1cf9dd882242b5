"""The scanner is believed only because it finds what was planted, in every spelling."""

from __future__ import annotations

import base64
import gzip
import html
import json
import zlib
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from tests.worlds.scanner import scan, scan_files

CANARIES = ["canary-7b1e words", 'পাখি-7b1e & "sister" <follows>']
PLANTED = {
    "utf-8": lambda word: word.encode(),
    "capitals": lambda word: word.upper().encode(),
    "utf-16-le": lambda word: word.encode("utf-16-le"),
    "utf-16-be": lambda word: word.encode("utf-16-be"),
    "base64, first": lambda word: base64.b64encode(word.encode()),
    "base64, second": lambda word: base64.b64encode(b"x" + word.encode() + b"yz"),
    "base64, third": lambda word: base64.b64encode(b"xy" + word.encode() + b"z"),
    "base64 for addresses": lambda word: base64.urlsafe_b64encode(b"?>" + word.encode()),
    "hex": lambda word: word.encode().hex().encode(),
    "url": lambda word: quote(word, safe="").encode(),
    "form": lambda word: urlencode({"Body": word}).encode(),
    "json": lambda word: json.dumps({"text": word}).encode(),
    "html": lambda word: html.escape(word).encode(),
    "reversed": lambda word: word[::-1].encode(),
    "zlib": lambda word: zlib.compress(json.dumps({"kind": word}).encode()),
    "gzip": lambda word: gzip.compress(word.encode() * 3),
}  # fmt: skip


@pytest.mark.parametrize("canary", CANARIES)
@pytest.mark.parametrize("spelling", PLANTED)
def test_a_planted_canary_is_found(canary: str, spelling: str) -> None:
    content = b"\x00\x01 before " + PLANTED[spelling](canary) + b" after \xff"
    assert {hit.canary for hit in scan("here", content, CANARIES)} == {canary}


def test_what_was_not_planted_is_not_found() -> None:
    content = b"".join(plant("another bird") for plant in PLANTED.values()) + bytes(range(256)) * 50
    assert list(scan("here", content, CANARIES)) == []


def test_every_file_of_a_folder_is_looked_at_and_its_name_too(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "desk.db-wal").write_bytes(b"\0" * 5000 + CANARIES[0].encode())
    (tmp_path / CANARIES[0]).write_bytes(b"")
    assert {hit.where for hit in scan_files(tmp_path, CANARIES)} == {"deep/desk.db-wal", CANARIES[0]}
