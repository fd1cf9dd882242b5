"""The offline app for a volunteer's phone or tablet: its shell, which holds no ticket, and the files it is made of."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from feedback.responses import Response as Field
from feedback.responses.terms import Language
from feedback.web.door import ONWARD
from feedback.web.headers import KEPT
from feedback.web.look import DEVICE
from feedback.web.page import elsewhere
from feedback.web.render import LANGUAGES, STATIC, environment, translate
from feedback.web.tablet_words import WORDS
from feedback.wiring import Parts

_OWN = STATIC / "tablet"
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
}
_FROM_VENDOR = ("hpke.js",)
_LATER = ("noto-sans-bengali-bengali-400-normal.woff2", "noto-sans-myanmar-myanmar-400-normal.woff2", "icon-512.png")
"""Kept when they are first asked for: most phones have these letters, and each is as large as all the rest."""

_PHRASES = ("code_given", "told_on_the_spot")

PICTOGRAMS = {
    "food_security": "utensils",
    "shelter_nfi": "house",
    "wash": "droplets",
    "site_management": "signpost",
    "health": "stethoscope",
    "nutrition": "baby",
    "education": "graduation-cap",
    "protection": "shield",
    "livelihoods": "hammer",
    "telecom_logistics": "radio-tower",
    "accountability": "message-circle-question-mark",
    "host_relations": "handshake",
}
"""The picture beside the name of each sector; one that a deployment adds has a question mark until it gets its own."""


@dataclass(frozen=True, slots=True)
class Shell:
    """All that is kept for use without a network, by its address. `version` changes whenever any of it does."""

    version: str
    page: bytes
    files: dict[str, bytes]

    @property
    def at_once(self) -> list[str]:
        """What the service worker keeps before the app counts as installed."""
        return ["/tablet/", *(f"/tablet/{self.version}/{name}" for name in self.files if name not in _LATER)]

    @property
    def later(self) -> list[str]:
        """What it keeps once somebody needed it."""
        return [f"/tablet/{self.version}/{name}" for name in _LATER]


async def show(request: Request) -> Response:
    """The page of the app; the same bytes for everyone, signed in or not."""
    moved = elsewhere(request, request.app.state.parts)
    return moved if moved is not None else _sent(request, _shell(request).page, "text/html; charset=utf-8", "no-cache")


async def enter(_: Request) -> Response:
    """The address without its slash, as people type it."""
    return RedirectResponse("/tablet/", status_code=308)


async def sign_in(request: Request) -> Response:
    """To the door (on an enrolled device to its PINs), and from there back to the app."""
    response = RedirectResponse("/pin" if DEVICE in request.cookies else "/sign-in", status_code=303)
    response.set_cookie(ONWARD, "tablet", 600, path="/", secure=True, httponly=True, samesite="strict")
    return response


async def file(request: Request) -> Response:
    """One file of the app. Its address holds the version, so that browsers may keep it for good."""
    shell, name = _shell(request), request.path_params["file"]
    if request.path_params["version"] != shell.version or name not in shell.files:
        raise HTTPException(404)
    return _sent(request, shell.files[name], _TYPES[Path(name).suffix], KEPT)


async def worker(request: Request) -> Response:
    """The service worker, with the list of what it keeps."""
    shell = _shell(request)
    known = {"VERSION": shell.version, "SHELL": shell.at_once, "LATER": shell.later}
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in known.items())
    return _sent(request, head.encode() + (_OWN / "worker.js").read_bytes(), _TYPES[".js"], "no-cache")


async def manifest(request: Request) -> Response:
    """What a phone needs to put the app on its home screen."""
    shell = _shell(request)
    icons = [
        {"src": f"/tablet/{shell.version}/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    said = {
        "id": "/tablet/",
        "name": "Feedback desk: in person",
        "short_name": "In person",
        "start_url": "/tablet/",
        "scope": "/tablet/",
        "display": "standalone",
        "background_color": "#fbfaf7",
        "theme_color": "#0b6b6f",
        "icons": icons,
    }
    return _sent(request, json.dumps(said).encode(), "application/manifest+json", "no-cache")


def words(response: Field) -> dict[str, Any]:
    """The words of the app and of the response, in every language of the interface."""
    return {
        "languages": LANGUAGES,
        "words": {
            language: {key: translate(language)(english) for key, english in WORDS.items()} for language in LANGUAGES
        },
        "sectors": [
            {
                "code": code,
                "pictogram": PICTOGRAMS.get(code, "circle-help"),
                "labels": sector.labels,
                "subs": [{"code": sub.code, "labels": sub.labels} for sub in sector.subcategories.values()],
            }
            for code, sector in response.sectors.items()
            if not sector.restricted
        ],
        "kinds": [{"code": kind.code, "labels": kind.labels} for kind in response.kinds.values()],
        "spoken": [{"code": one.code, "labels": one.labels} for one in _spoken(response)],
        "places": [
            {"code": place.code, "parent": place.parent, "labels": place.labels}
            for place in response.places.values()
            if not place.closed
        ],
        "phrases": {
            name: {
                code: {"language": response.phrases.language_of(name, code), "text": _phrase(response, name, code)}
                for code in response.languages
            }
            for name in _PHRASES
        },
    }


def make_shell(response: Field) -> Shell:
    """Put the app together for a response."""
    files = {path.name: path.read_bytes() for path in sorted(_OWN.iterdir()) if path.name != "worker.js"}
    vendored = [*_FROM_VENDOR, *(name for name in _LATER if name not in files)]
    files |= {name: (STATIC / "vendor" / name).read_bytes() for name in vendored}
    files["words.json"] = json.dumps(words(response), ensure_ascii=False, separators=(",", ":")).encode()
    template = environment("en").get_template("tablet.html")
    pictograms = (STATIC / "vendor" / "pictograms.svg").read_text(encoding="utf-8")
    scripts = [name for name in files if name.endswith(".js")]
    empty = template.render(version="", scripts=scripts, pictograms=pictograms)
    digest = hashlib.sha256((_OWN / "worker.js").read_bytes() + empty.encode())
    for name, content in files.items():
        digest.update(name.encode() + b"\0" + content)
    version = digest.hexdigest()[:12]
    return Shell(version, template.render(version=version, scripts=scripts, pictograms=pictograms).encode(), files)


def _spoken(response: Field) -> list[Language]:
    """What people speak, as the hotline offers it: the most likely one first."""
    return sorted((one for one in response.languages.values() if one.key), key=lambda one: one.key or "")


def _phrase(response: Field, name: str, language: str) -> str:
    """The phrase, with its code still to be put in: that happens on the tablet."""
    return response.phrases.text(name, language, code="{code}")


@lru_cache(maxsize=4)
def _shell_of(digest: str, response: Field) -> Shell:
    return make_shell(response)


def _shell(request: Request) -> Shell:
    parts: Parts = request.app.state.parts
    return _shell_of(parts.response.digest, parts.response)


@lru_cache(maxsize=64)
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)


def _sent(request: Request, content: bytes, media_type: str, kept: str) -> Response:
    headers = {"Cache-Control": kept, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", "") and media_type not in ("image/png", "font/woff2"):
        content, headers["Content-Encoding"] = _packed(content), "gzip"
    return Response(content, media_type=media_type, headers=headers)
