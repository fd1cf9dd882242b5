"""A browser for programs: reads a page's links and forms, keeps its cookie, and posts what a person would press."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from types import TracebackType
from urllib.parse import urljoin, urlsplit

import httpx2

_WITHOUT_END = frozenset({"input", "br", "img", "meta", "link", "hr", "source", "wbr", "col"})


@dataclass(slots=True)
class Form:
    """A form as it stands on the page. `around` is all that its card says, `fields` what it would send unchanged."""

    action: str
    around: list[str] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    buttons: set[tuple[str, str]] = field(default_factory=set)

    @property
    def words(self) -> str:
        """What stands around it, as one line."""
        return _line(self.around)


@dataclass(frozen=True, slots=True)
class Seen:
    """A page that was answered."""

    status: int
    path: str
    words: str  # all that can be read, as one line
    menu: str  # what the navigation says
    links: tuple[tuple[str, str], ...]  # (address, words)
    sounds: tuple[str, ...]
    forms: tuple[Form, ...]
    body: bytes

    def form(self, action: str, *, says: str = "") -> Form | None:
        """The first form whose address begins so and whose card holds these words."""
        return next((one for one in self.forms if one.action.startswith(action) and says in one.words), None)

    def link(self, says: str, *, to: str = "/tickets/") -> str | None:
        """The address of the first link that begins so and holds these words."""
        return next((address for address, words in self.links if address.startswith(to) and says in words), None)


class Browser:
    """One person's browser at one desk."""

    def __init__(self, base_url: str) -> None:
        self._base = base_url.rstrip("/")
        self._cookies: dict[str, str] = {}
        self._client = httpx2.Client(timeout=20, trust_env=False)

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._client.close()

    def get(self, path: str) -> Seen:
        """Go to an address; where it leads on, follow."""
        return self._go("GET", path, None)

    def submit(self, form: Form, fields: Mapping[str, str] | None = None) -> Seen:
        """Send a form with these fields changed, and follow where it leads."""
        return self._go("POST", form.action, {**form.fields, **(fields or {})})

    def _go(self, method: str, path: str, fields: Mapping[str, str] | None) -> Seen:
        for _ in range(5):
            answer = self._client.request(method, self._base + path, data=fields, headers=self._headers(method))
            self._keep(answer)
            if answer.status_code not in (303, 307):
                return _read(answer, path)
            there = urlsplit(urljoin(self._base + path, answer.headers["location"]))
            path = there.path + (f"?{there.query}" if there.query else "")
            method, fields = "GET", None
        raise RuntimeError("the page leads round in circles")

    def _headers(self, method: str) -> dict[str, str]:
        headers = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"}
        if method == "POST":
            headers["Origin"] = self._base
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        return headers

    def _keep(self, answer: httpx2.Response) -> None:
        """Secure cookies too: `localhost` counts as safe for browsers, so it does here."""
        for header in answer.headers.get_list("set-cookie"):
            for name, one in SimpleCookie(header).items():
                if one["max-age"] == "0":
                    self._cookies.pop(name, None)
                else:
                    self._cookies[name] = one.value


def _read(answer: httpx2.Response, path: str) -> Seen:
    reader = _Reader()
    if answer.headers.get("content-type", "").startswith("text/html"):
        reader.feed(answer.text)
        reader.close()
    return Seen(
        answer.status_code,
        path,
        _line(reader.words),
        _line(reader.menu),
        tuple((address, _line(words)) for address, words in reader.links),
        tuple(reader.sounds),
        tuple(reader.forms),
        answer.content,
    )


class _Reader(HTMLParser):
    """Gathers what can be read, pressed and filled in."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.menu: list[str] = []
        self.links: list[tuple[str, list[str]]] = []
        self.sounds: list[str] = []
        self.forms: list[Form] = []
        self._open: list[str] = []
        self._cards: list[list[str]] = []
        self._form: Form | None = None
        self._link: list[str] | None = None
        self._area = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in _WITHOUT_END:
            self._open.append(tag)
        if tag == "article":
            self._cards.append([])
        elif tag == "form":
            self._form = Form(given.get("action", ""), self._cards[-1] if self._cards else [])
            self.forms.append(self._form)
        elif tag == "a":
            self._link = []
            self.links.append((given.get("href", ""), self._link))
        elif tag == "audio":
            self.sounds.append(given.get("src", ""))
        elif self._form is not None:
            self._control(tag, given, self._form)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass
        if tag == "article" and self._cards:
            self._cards.pop()
        elif tag == "form":
            self._form = None
        elif tag == "a":
            self._link = None
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area and self._form is not None:
            self._form.fields[self._area] += data
            return
        if {"script", "style"} & set(self._open):
            return
        self.words.append(data)
        for card in self._cards:
            card.append(data)
        if self._link is not None:
            self._link.append(data)
        if "nav" in self._open:
            self.menu.append(data)

    def _control(self, tag: str, given: dict[str, str], form: Form) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "button" and name:
            form.buttons.add((name, value))
        elif tag == "textarea":
            self._area = name
            form.fields[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and (self._select not in form.fields or "selected" in given):
            form.fields[self._select] = value
        elif tag == "input" and name and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            form.fields[name] = value


def _line(words: list[str]) -> str:
    return re.sub(r"\s+", " ", " ".join(words)).strip()
