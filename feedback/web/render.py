"""Templates to HTML: one environment per language of the interface, built here and nowhere else."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2_fragments import render_block as _render_block

from feedback.web.wording import Wording, highlight

LANGUAGES = {"en": "English", "bn": "বাংলা", "my": "မြန်မာ"}  # of the interface, each in its own words
STATIC = Path(__file__).with_name("static")
TEMPLATES = Path(__file__).with_name("templates")
LOCALE = Path(__file__).with_name("locale")
UTC = ZoneInfo("UTC")  # of pages before anybody has signed in: they tell no time

# What base.html needs. A screen that leaves one out shows a page without it, not an error.
_FRAME: dict[str, Any] = {
    "me": None,
    "nav": (),
    "here": "",
    "flash": None,
    "sealed": None,
    "private": False,
    "theme": "auto",
    "keys": True,
    "shared": False,
    "errors": {},
    "csrf": "",
    "back": "/",
    "posted": lambda name: "",
    "zone": UTC,
}


def render(template: str, *, language: str = "en", **context: Any) -> str:
    """The whole page. What each template needs stands in its first comment; a missing name raises `UndefinedError`."""
    framed = _framed(language, context)
    return environment(language, framed["zone"]).get_template(template).render(framed)


def render_block(template: str, block: str, *, language: str = "en", **context: Any) -> str:
    """One block of a page, for a request that htmx made. The same names are needed as for the page."""
    framed = _framed(language, context)
    return str(_render_block(environment(language, framed["zone"]), template, block, framed))


def translate(language: str) -> Callable[[str], str]:
    """The words of the interface in this language; English where they have not been translated yet."""
    return _translations(language).gettext


@cache
def environment(language: str, zone: ZoneInfo = UTC) -> Environment:
    """The environment for a language of `LANGUAGES`, any other gets English, and for the zone of the response."""
    language = language if language in LANGUAGES else "en"
    translations = _translations(language)
    wording = Wording(language, translations.gettext, zone)
    built = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    built.install_gettext_callables(  # type: ignore[attr-defined]  # put there by the extension
        translations.gettext, translations.ngettext, newstyle=True
    )
    built.policies["ext.i18n.trimmed"] = True
    built.filters.update(
        digits=wording.digits,
        count_up_to_99=wording.count,
        code=wording.code,
        mask=wording.mask,
        due=wording.due,
        ago=wording.ago,
        time_of_day=wording.time_of_day,
        full=wording.full,
        day=wording.day,
        words=highlight,
    )
    built.globals.update(language=language, languages=LANGUAGES, static=static)
    return built


def _framed(language: str, context: dict[str, Any]) -> dict[str, Any]:
    framed = _FRAME | context
    # a block is rendered without the imports of its page, so the pieces are handed in
    return framed | {"parts": environment(language, framed["zone"]).get_template("_parts.html").make_module(framed)}


@cache
def static(name: str) -> str:
    """The URL of a file of ours with a hash of its content, so that browsers may keep it for good."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


@cache
def _translations(language: str) -> NullTranslations:
    path = LOCALE / f"{language}.po"
    if language not in LANGUAGES or not path.exists():
        return NullTranslations()
    compiled = BytesIO()  # compiled at start: msgfmt is one thing less to install
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return Translations(compiled)
