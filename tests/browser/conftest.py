"""A real desk on a port of the loopback, and Chromium in front of it."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from feedback import app, wiring
from feedback.desk import accounts, agreeing, sessions
from feedback.models.installation import Installation
from feedback.models.staff import Role, Staff
from feedback.web.page import COOKIE
from tests import factories

CHROMIUM = shutil.which("chromium")
PATIENCE = 30.0  # seconds that a loaded machine may take for one thing
expect.set_options(timeout=1000 * PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where Chromium is missing these are skipped and say so (decision 23)."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(600))  # a loaded machine took ten times as long as an idle one
            item.add_marker(pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"))
            item.add_marker(pytest.mark.filterwarnings("ignore::ResourceWarning"))  # the browser's pipes


@dataclass
class House:
    """The desk under its address, with demo accounts, and what browsers complained of."""

    url: str
    desk: factories.Desk
    browser: Browser
    complaints: list[str] = field(default_factory=list)

    @contextmanager
    def at(self, login: str, **more: object) -> Iterator[Page]:
        """A browser of its own in which this demo account is signed in."""
        given = {"viewport": {"width": 1366, "height": 820}, **more}
        (staff,) = self.desk.rows(Staff, Staff.login == login)
        with self.desk.at() as session:
            token = sessions.start(session, staff)
        cookie = {
            "name": COOKIE,
            "value": token,
            "url": self.url.replace("http:", "https:"),  # a __Host- cookie; it goes to localhost either way
            "secure": True,
            "httpOnly": True,
            "sameSite": "Strict",
        }
        with self.browser.new_context(**given) as context:
            context.add_cookies([cookie])
            page = context.new_page()
            page.set_default_timeout(30_000)
            page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
            yield page


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, key_file: Path, token_file: Path
) -> Iterator[House]:
    """A demo desk with one account of each role that the stories need."""
    path = tmp_path_factory.mktemp("house") / "desk.db"
    shutil.copy(sqlite_template, path)
    door = listen()
    settings = factories.settings(
        f"sqlite:///{path}", key_file, token_file, demo=True, public_url=address(door), sandbox_url=NOWHERE
    )
    parts = wiring.live(settings)
    with parts.database.transaction() as session:
        session.add(Installation(name="demo", word="1"))
        for role, clearances in PEOPLE.items():
            login = role.value.replace("_", "-")
            staff, _ = accounts.add(
                session,
                login=login,
                name=role.value.title(),
                role=role,
                password=sessions.DEMO_PASSWORD,
                clearances=clearances,
            )
            agreeing.agree(session, staff, parts.response.code_of_conduct.version)
    with served(parts, door), sync_playwright() as playwright:
        switches = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=switches)
        yield House(settings.public_url, factories.Desk(parts), browser)
        browser.close()


NOWHERE = "http://127.0.0.1:9"
PEOPLE = {
    Role.SCREENER: ["screening"],
    Role.AGENT: [],
    Role.FOCAL_POINT: ["gbv"],
    Role.COORDINATOR: [],
}


def visit(page: Page, url: str) -> None:
    """Go there as a person does, who presses nothing before the page is ready."""
    page.goto(url)
    ready(page)


def ready(page: Page) -> None:
    """Until the page's scripts have run and htmx has read it, which it does in a timer that may go off after `load`."""
    page.wait_for_load_state()
    page.evaluate("new Promise((done) => setTimeout(done))")


def leave_quickly(page: Page) -> None:
    """Escape twice, a fifth of a second apart by the browser's clock, however long this machine takes to press it."""
    keyboard, now = page.context.new_cdp_session(page), time.time()
    for pause in (0.0, 0.2):
        for kind in ("rawKeyDown", "keyUp"):
            key = {"key": "Escape", "code": "Escape", "windowsVirtualKeyCode": 27}
            keyboard.send("Input.dispatchKeyEvent", {"type": kind, "timestamp": now + pause, **key})


def listen() -> socket.socket:
    """A port of loopback that is this test's from the moment it is known."""
    return socket.create_server(("127.0.0.1", 0))


def address(door: socket.socket) -> str:
    return f"http://localhost:{door.getsockname()[1]}"


@contextmanager
def served(parts: wiring.Parts, door: socket.socket) -> Iterator[None]:
    """The web process at this door, in a thread, for as long as the block lasts."""
    server = uvicorn.Server(uvicorn.Config(app.create(parts), log_level="error", timeout_graceful_shutdown=10))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
    thread.start()
    try:
        until(lambda: server.started)
        yield
    finally:
        server.should_exit = True
        thread.join()
        parts.close()


def until(
    holds: Callable[[], object], seconds: float = PATIENCE, pause: Callable[[], object] = lambda: time.sleep(0.02)
) -> None:
    """Until this holds; `pause` is what one does between two looks."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        pause()
