"""What the commonest job of a screener and of a protection officer costs their hands, by keyboard alone. Run from the root:

    .venv/bin/python -m bench.hands [RUNS]

Needs Chromium. The desk is a demo on SQLite with its invented tickets. *Keys* are command keys, *signs* what is typed into
fields; no pointer is used. *Seconds* are the desk's own, from the first key until what comes next can be read, with
no pause between keys. *A person* adds 0.28 s a key (the keystroke of an average typist) and no time to read or think.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
import uvicorn
from playwright.sync_api import Page, sync_playwright

from feedback import app, wiring
from feedback.desk import sessions
from feedback.desk.sessions import DEMO_PASSWORD
from feedback.models.staff import Staff
from feedback.ops import ports
from feedback.ops.demo import prepare
from feedback.ops.demo.settings import settings
from feedback.ops.folder import Folder
from feedback.web.page import COOKIE
from feedback.wiring import Parts

KEYSTROKE = 0.28


class Cost(NamedTuple):
    """What one job took."""

    keys: int
    signs: int
    seconds: float


class Hands:
    """Two hands on a keyboard. They press, type, and look; nothing else."""

    def __init__(self, page: Page) -> None:
        self.page, self._keys, self._signs, self._began = page, 0, 0, time.perf_counter()

    def begin(self) -> None:
        """From here on it counts."""
        self._keys, self._signs, self._began = 0, 0, time.perf_counter()

    def press(self, key: str, times: int = 1) -> None:
        """A command key, so often."""
        for _ in range(times):
            self.page.keyboard.press(key)
        self._keys += times

    def tab_to(self, selector: str) -> None:
        """Tab until this has the focus. Raises `LookupError` where sixty do not reach it."""
        for _ in range(60):
            self.press("Tab")
            if self.page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
                return
        raise LookupError(selector)

    def type(self, signs: str) -> None:
        """Into the field that has the focus."""
        self.page.keyboard.type(signs)
        self._signs += len(signs)

    def until(self, selector: str) -> None:
        """Until this can be seen."""
        self.page.wait_for_selector(selector)

    def spent(self) -> Cost:
        """What it took since it began."""
        return Cost(self._keys, self._signs, time.perf_counter() - self._began)


def one_card(hands: Hands) -> Cost:
    """The screener decides the first card; the next one stands there."""
    page = hands.page
    first = page.locator("article.card form").first.get_attribute("action")
    hands.begin()
    hands.press("3")
    page.wait_for_function(
        "first => document.querySelector('article.card form')?.getAttribute('action') !== first", arg=first
    )
    spent = hands.spent()
    page.wait_for_timeout(400)  # a key pressed twice decides no card unseen; whoever reads one waits longer
    return spent


def unlock(hands: Hands) -> Cost:
    """From the inbox to the first sealed ticket, over the password."""
    hands.begin()
    hands.tab_to('.nav a[href="/inbox?list=sealed"]')
    hands.press("Enter")
    hands.until('.list .tabs a[href="/inbox?list=sealed"][aria-current]')
    hands.press("j")
    hands.press("Enter")
    hands.until('input[type="password"]')
    hands.type(DEMO_PASSWORD)
    hands.press("Enter")
    hands.until("#ticket .reach")
    return hands.spent()


def agree(hands: Hands) -> Cost:
    """The terms that the person named: a text, in the afternoon."""
    hands.begin()
    hands.press("w")
    hands.tab_to('[name="channels"][value="sms"]')
    hands.press("Space")
    hands.tab_to('[name="since"]')
    hands.type("0200PM")
    hands.tab_to('[name="until"]')
    hands.type("0600PM")
    hands.press("Control+Enter")
    hands.until(".reach .head .chip.ok")
    return hands.spent()


def answer(hands: Hands) -> Cost:
    """With the first reviewed phrase, as it stands."""
    hands.begin()
    hands.press("p")
    hands.press("Enter")
    hands.press("Control+Enter")
    hands.until(".message.ours")
    return hands.spent()


def short_way(hands: Hands) -> Cost:
    """In an unlocked session, from the sealed list to a ticket that has its terms, answered."""
    page = hands.page
    sealed = page.url
    page.goto(sealed.split("/tickets/")[0] + "/inbox?list=sealed")
    other = page.locator("#rows .row").last.get_attribute("href")
    page.locator("#rows .row").last.click()
    hands.until("#ticket .reach")
    agree(hands)
    page.goto(sealed.split("/tickets/")[0] + "/inbox?list=sealed")
    hands.begin()
    while page.evaluate("document.activeElement.getAttribute('href')") != other:
        hands.press("j")
    hands.press("Enter")
    hands.until("#ticket .reach")
    spent = hands.spent()
    return _together(spent, answer(hands))


def main(runs: int) -> None:
    """Print one line a job."""
    rows: dict[str, list[Cost]] = {}
    for _ in range(runs):
        with desk() as (parts, url):
            for login, jobs in (("screener", _screens), ("focal-protection", _officer)):
                with at_the_desk(parts, url, login) as hands:
                    jobs(hands, url, lambda name, cost: rows.setdefault(name, []).append(cost))
    print(f"{'job':<62}{'keys':>6}{'signs':>7}{'seconds':>9}{'a person':>10}   (medians)")
    for name, costs in rows.items():
        keys, signs, seconds = (statistics.median(column) for column in zip(*costs, strict=True))
        person = seconds + KEYSTROKE * (keys + signs)
        print(f"{name:<62}{keys:>6.0f}{signs:>7.0f}{seconds:>9.2f}{person:>10.1f}")


def _screens(hands: Hands, url: str, keep: Callable[[str, Cost], None]) -> None:
    hands.page.goto(f"{url}/screening")
    if "/unlock" in hands.page.url:
        hands.begin()
        hands.type(DEMO_PASSWORD)
        hands.press("Enter")
        hands.until("article.card")
        keep("screener: the password, once", hands.spent())
    while hands.page.locator("article.card").count() > 1:
        keep("screener: one card decided, the next one stands there", one_card(hands))


def _officer(hands: Hands, url: str, keep: Callable[[str, Cost], None]) -> None:
    hands.page.goto(f"{url}/inbox")
    parts = unlock(hands), agree(hands), answer(hands)
    for name, cost in zip(("opened over the password", "the terms kept", "answered with a phrase"), parts, strict=True):
        keep(f"officer, first time: {name}", cost)
    keep("officer, first time: all of it", _together(*parts))
    keep("officer, unlocked, terms there already: opened and answered", short_way(hands))


def _together(*costs: Cost) -> Cost:
    return Cost(*(sum(column) for column in zip(*costs, strict=True)))


@contextmanager
def at_the_desk(parts: Parts, url: str, login: str) -> Iterator[Hands]:
    """This demo account, signed in and not yet unlocked."""
    with parts.database.transaction() as session:
        staff = session.scalars(sa.select(Staff).where(Staff.login == login)).one()
        token = sessions.start(session, staff)
    cookie = {
        "name": COOKIE,
        "value": token,
        "url": url.replace("http:", "https:"),  # a __Host- cookie; it goes to localhost either way
        "secure": True,
        "httpOnly": True,
        "sameSite": "Strict",
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        with browser.new_context(viewport={"width": 1366, "height": 820}) as context:
            context.add_cookies([cookie])  # type: ignore[list-item]
            page = context.new_page()
            page.set_default_timeout(20_000)
            yield Hands(page)
        browser.close()


@contextmanager
def desk() -> Iterator[tuple[Parts, str]]:
    """A demo with its tickets in a folder of its own, served by a thread of this process."""
    root = Path(tempfile.mkdtemp())
    folder = Folder.at(root)
    prepare.prepare(folder)
    port = ports.free(0)
    parts = wiring.live(settings(folder, port=port, sandbox_port=9))
    server = uvicorn.Server(uvicorn.Config(app.create(parts), host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield parts, f"http://localhost:{port}"
    server.should_exit = True
    thread.join()
    parts.close()
    shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
