"""How the desk looks for one browser: theme, keys and, before signing in, language. Kept in a cookie, told to nobody."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from feedback.web.render import LANGUAGES

COOKIE = "__Host-look"
DEVICE = "__Host-device"
"""The cookie of an enrolled device (decision 16). It opens nothing by itself."""

THEMES = ("auto", "light", "dark")
YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Look:
    """What one browser chose. `language` empty: as the browser asks, or as the person who signed in reads.

    `shared`: it says that it is an enrolled device, where users change by PIN.
    """

    theme: str = "auto"
    keys: bool = True
    language: str = ""
    shared: bool = False

    def frame(self) -> dict[str, Any]:
        """What base.html needs of it."""
        chosen = asdict(self)
        del chosen["language"]
        return chosen

    def after(self, form: Any) -> Look:
        """The look after a press of one of the buttons; what makes no sense changes nothing."""
        theme, keys, language = (str(form.get(name) or "") for name in ("theme", "keys", "language"))
        changed = replace(self, theme=theme) if theme in THEMES else self
        changed = replace(changed, keys=keys == "on") if keys in ("on", "off") else changed
        return replace(changed, language=language) if language in LANGUAGES else changed

    def remember(self, response: Response) -> None:
        """Keep it in the browser for a year."""
        value = f"{self.theme}.{'on' if self.keys else 'off'}.{self.language}"
        response.set_cookie(COOKIE, value, YEAR, path="/", secure=True, httponly=True, samesite="strict")


def of(request: Request) -> Look:
    """The look of this browser; anything odd in the cookie counts as nothing."""
    theme, keys, language = [*request.cookies.get(COOKIE, "").split("."), "", "", ""][:3]
    chosen = Look(shared=DEVICE in request.cookies)
    return chosen.after({"theme": theme, "keys": keys, "language": language})


def language_of(request: Request) -> str:
    """What the browser chose, else the first language that it asks for and we have."""
    chosen = of(request).language
    if chosen:
        return chosen
    for part in request.headers.get("accept-language", "").split(","):
        code = part.split(";")[0].split("-")[0].strip()
        if code in LANGUAGES:
            return code
    return "en"
