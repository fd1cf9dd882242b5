"""What the stories of a rehearsal play on: the phone, a browser for each account, and steps that hold or do not."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import pyotp

from channels.sandbox.client import SandboxPhone
from feedback.desk.sessions import DEMO_PASSWORD
from feedback.ops.browser import Browser
from feedback.ops.folder import Folder
from feedback.settings import Settings

T = TypeVar("T")
WAIT = 12.0
"""Seconds that anything may take to show; an answer waits six of them, so that it can be taken back."""


class NotHeld(Exception):  # noqa: N818
    """A step did not hold; the text says what was missing."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the report."""

    story: str
    step: str
    held: bool
    seconds: float
    why: str = ""


@dataclass(slots=True)
class Stage:
    """The running installation, as people see it."""

    settings: Settings
    folder: Folder
    phone: SandboxPhone
    tell: Callable[[Step], None]
    steps: list[Step] = field(default_factory=list)
    story: str = "start"
    _browsers: dict[str, Browser] = field(default_factory=dict)

    @contextmanager
    def step(self, words: str) -> Iterator[None]:
        """Time one step. What goes wrong in it ends its story, and is told."""
        began = time.monotonic()
        try:
            yield
        except Exception as failure:
            why = str(failure) if isinstance(failure, NotHeld) else f"{type(failure).__name__}: {failure}"
            self._done(Step(self.story, words, False, time.monotonic() - began, why[:200]))
            raise NotHeld(why) from failure
        self._done(Step(self.story, words, True, time.monotonic() - began))

    def at(self, login: str) -> Browser:
        """The browser of this account, signed in."""
        if login not in self._browsers:
            browser = Browser(self.settings.public_url)
            self._browsers[login] = browser
            seeds = {one["name"]: one["totp_secret"] for one in json.loads(self.folder.accounts.read_text("utf-8"))}
            door = browser.get("/sign-in")
            form = need(door.form("/sign-in"), "a form to sign in with")
            who = {"name": login, "password": DEMO_PASSWORD, "code": pyotp.TOTP(seeds[login]).now()}
            seen = browser.submit(form, who)
            if seen.path == "/sign-in":
                raise NotHeld(f"{login} could not sign in")
        return self._browsers[login]

    def close(self) -> None:
        """Close all browsers."""
        for browser in self._browsers.values():
            browser.__exit__(None, None, None)

    def _done(self, step: Step) -> None:
        self.steps.append(step)
        self.tell(step)


def need(found: T | None, what: str) -> T:
    """What was found. Raises `NotHeld` where nothing was."""
    if found is None:
        raise NotHeld(f"there is not {what}")
    return found


def hold(right: bool, otherwise: str) -> None:
    """Raises `NotHeld` with the sentence unless it is right."""
    if not right:
        raise NotHeld(otherwise)


def eventually(look: Callable[[], T | None], what: str, *, seconds: float = WAIT) -> T:
    """What a look finds, tried again and again. Raises `NotHeld`."""
    until = time.monotonic() + seconds
    while True:
        found = look()
        if found is not None:
            return found
        if time.monotonic() > until:
            raise NotHeld(f"after {seconds:g} s there is not {what}")
        time.sleep(0.1)


def reference(address: str) -> str:
    """The ticket's reference in an address of the desk."""
    return need(re.search(r"/(?:tickets|screening)/([A-Za-z0-9_-]+)", address), "a ticket in the address").group(1)
