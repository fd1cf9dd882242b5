"""Texts that a carrier garbled, made readable again; what came stands beside them in `Inbound.raw`."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
import unicodedata

_LEAST = 24  # letters: shorter ones could be anybody's word
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{4}){4,}")
_QUOTED = re.compile(r"=[0-9A-F]{2}")
_SCRIPTS = ("LATIN", "BENGALI", "MYANMAR", "ARABIC", "HANIFI ROHINGYA", "DEVANAGARI")


def readable(text: str) -> str:
    """The text a person wrote, where a carrier sent a joined one as Base64, as UCS-2 in hex, quoted or with NULs between.

    Only a whole text counts, and only one that gives words of a script we expect; anything else stays as it is.
    """
    text = text.replace("\0", "")
    whole = text.strip().replace("\r", "").replace("\n", "")
    if not whole.isascii() or " " in whole.strip():
        return _unquote(text) if text.isascii() else text
    return _from_base64(whole) or _from_hex(whole) or _unquote(text)


def whole(text: str) -> str:
    """The text with halves of surrogate pairs put together. Raises ValueError where one half stands alone."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def _from_base64(written: str) -> str | None:
    if len(written) < _LEAST or len(written) % 4 or not _BASE64.fullmatch(written):
        return None
    try:
        sent = base64.b64decode(written, validate=True)
    except binascii.Error:
        return None
    return _words(sent, "utf-8") or _words(sent, "utf-16-be")


def _from_hex(written: str) -> str | None:
    found = _words(bytes.fromhex(written), "utf-16-be") if _HEX.fullmatch(written) else None
    return found if found and not found.isascii() else None


def _unquote(text: str) -> str:
    if len(_QUOTED.findall(text)) < 2:
        return text
    found = _words(quopri.decodestring(text.encode("ascii")), "utf-8")
    return found if found and not found.isascii() else text


def _words(sent: bytes, encoding: str) -> str | None:
    """What the bytes say, if that is words: signs of our scripts, digits, punctuation, and letters among them."""
    try:
        said = sent.decode(encoding)
    except UnicodeDecodeError:
        return None
    letters = [one for one in said if unicodedata.category(one)[0] in "LM"]
    if len(letters) * 2 < len(said) or not all(_expected(one) for one in letters):
        return None
    if encoding != "utf-8" and any("\x80" <= one < "\u0300" for one in letters):
        return None  # any pair of low bytes is some Latin letter with a mark
    return said if all(one in "\r\n\t\u200c\u200d" or unicodedata.category(one)[0] != "C" for one in said) else None


def _expected(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith((*_SCRIPTS, "COMBINING", "VARIATION SELECTOR"))
