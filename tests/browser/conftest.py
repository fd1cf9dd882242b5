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
from playwright.sync_api import Browser, Page, sync_playwright

from feedback import app, wiring
from feedback.desk import accounts, agreeing, sessions
from feedback.models.installation import Installation
from feedback.models.staff import Role, Staff
from feedback.web.page import COOKIE
from tests import factories

CHROMIUM = shutil.which("chromium")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where Chromium is missing these are skipped and say so (decision 23)."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
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
    port = _free_port()
    settings = factories.settings(
        f"sqlite:///{path}", key_file, token_file, demo=True, public_url=f"http://localhost:{port}", sandbox_url=NOWHERE
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
    with _served(parts, port), sync_playwright() as playwright:
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


@contextmanager
def _served(parts: wiring.Parts, port: int) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(app.create(parts), host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    _wait(lambda: server.started)
    yield
    server.should_exit = True
    thread.join()


def _wait(ready: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not ready():
        assert time.monotonic() < until
        time.sleep(0.02)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
