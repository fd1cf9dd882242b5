"""Everything that a person at the desk can ask for without changing anything: each address of the desk has its line here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from feedback.web.routes import DESK, At

LISTS = ("todo", "mine", "waiting", "sealed", "closed", "no such list")
WORDS = ("water", "kestrel", "guard", "camp 9", "7")

QUERIES: dict[str, tuple[str, ...]] = {
    "/inbox": (*(f"?list={name}" for name in LISTS), "?page=2", "?list=closed&page=3", "?live=1"),
    "/unlock": ("?back=/inbox",),
    "/tickets/{reference}": ("?list=todo",),
    "/screening": ("?live=1",),
    "/transcribe": ("?live=1",),
    "/line": ("?live=1",),
    "/figures": ("?weeks=52", "?weeks=4"),
}
"""What may stand behind an address; each address of the desk is asked for bare too, without having to be named."""

THINGS = {
    "/requests/": "{request}",
    "/tickets/": "{reference}",
    "/interpret/": "{reference}",  # nobody has lent it: as if it never was
    "/recordings/": "{recording}",
    "/transcribe/": "{recording}",
}
"""What {reference} stands for under an address; a new kind of thing has to be given a sample before the tests run."""

FORMS: dict[tuple[str, str], tuple[Mapping[str, str], ...]] = {
    ("POST", "/inbox"): tuple({"q": word} for word in WORDS),
    ("POST", "/code"): ({"code": "1234 5678"}, {"code": "{code}"}),
    ("POST", "/intake"): ({},),
    ("POST", "/requests"): ({"code": "{code}"},),
    ("POST", "/breaches"): ({"found": "0"}, {"found": "0", "kind": "seen", "affected": "words", "ticket": "no such"}),
    ("POST", "/tickets/{reference}/note"): ({"note": ""},),
    ("POST", "/tickets/{reference}/title"): ({"title": ""},),
    ("POST", "/tickets/{reference}/answer"): ({"text": ""},),
    ("POST", "/tickets/{reference}/close"): ({"outcome": "no such"},),
    ("POST", "/team"): ({},),
    ("POST", "/devices"): ({},),
    ("POST", "/pin/mine"): ({"pin": "1"},),
}
"""What is asked for by a form, and forms that come back to be mended with a whole page around them. Other posts change
something; that they tell nothing of hidden tickets is tried in the tests of the routes."""

APART = {"/figures/exports/{reference}"}
"""Published numbers: they count sensitive tickets for the whole response, and have tests of their own (I16)."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. `fragment`: as htmx asks."""

    method: str
    url: str
    form: tuple[tuple[str, str], ...] = ()
    fragment: bool = False


def asks(samples: Mapping[str, str]) -> Iterator[Ask]:
    """Every request of every surface. `samples`: what stands for {reference}, {recording} and {code}; all of it open."""
    for at in _looked_at():
        path = _thing(at.path).format(**samples)
        yield Ask("GET", path, fragment=True)
        for query in ("", *QUERIES.get(at.path, ())):
            yield Ask("GET", path + query)
    for (method, path), forms in FORMS.items():
        for form in forms:
            sent = tuple((name, value.format(**samples)) for name, value in form.items())
            yield Ask(method, path.format(**samples), sent)


def unknown() -> set[str]:
    """Addresses of the desk that can't be asked for: something stands in them of which there is no sample."""
    paths = {at.path for at in _looked_at() if "{" in at.path}
    return {path for path in paths if not path.startswith(tuple(THINGS)) or path.count("{") > 1}


def left_over() -> set[tuple[str, str]]:
    """Lines above for what the desk has no more."""
    named = {*FORMS, *(("GET", path) for path in QUERIES)}
    return named - {(at.method, at.path) for at in DESK}


def _looked_at() -> list[At]:
    return [at for at in DESK if at.method == "GET" and at.path not in APART]


def _thing(path: str) -> str:
    sample = next((sample for start, sample in THINGS.items() if path.startswith(start)), "{reference}")
    return path.replace("{reference}", sample)
