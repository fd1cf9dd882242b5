"""The desk in a real browser, under our own headers: what the keys do, and what a sealed page does by itself."""

from __future__ import annotations

import contextlib
import shutil
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from feedback.web import render
from feedback.web.headers import HEADERS
from tests.browser.conftest import leave_quickly, visit
from tests.feedback.web.samples import pages

CHROMIUM = shutil.which("chromium")
TYPES = {".css": "text/css", ".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
SAMPLES = pages()
pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # the browser's pipes, closed by its own loop
]


@dataclass
class Desk:
    """The sample pages on a port of the loopback, and what was posted to them."""

    url: str = ""
    posts: list[tuple[str, dict[str, list[str]], bool]] = field(default_factory=list)  # path, form, by htmx
    polls: list[str | None] = field(default_factory=list)  # what each asked with If-None-Match
    faults: list[BaseException | None] = field(default_factory=list)  # pages that could not be drawn


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    desk = Desk()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(desk))
    desk.url = f"http://127.0.0.1:{server.server_port}"
    server.handle_error = lambda *_: desk.faults.append(sys.exception())  # in place of printing amid pytest's own
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield desk
    server.shutdown()
    server.server_close()
    thread.join()
    assert [fault for fault in desk.faults if not isinstance(fault, ConnectionError)] == []


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        switches = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=switches)
        yield browser
        browser.close()


@pytest.fixture
def tab(browser, desk) -> Iterator[Page]:
    desk.posts.clear()
    desk.polls.clear()
    tab = browser.new_page()
    complaints: list[str] = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("console", lambda line: complaints.append(line.text) if "Security Policy" in line.text else None)
    yield tab
    tab.close()
    assert not complaints


def test_the_list_is_walked_and_a_ticket_opened_by_keys(tab, desk):
    visit(tab, f"{desk.url}/inbox")
    for key in ("j", "j", "k", "Enter"):
        tab.keyboard.press(key)
    expect(tab.locator("#ticket[data-ticket] h1")).to_be_focused()
    expect(tab).to_have_url(f"{desk.url}/tickets/q3v8Zt1LrYk")


def test_a_refused_answer_comes_back_beside_its_field_without_a_new_page(tab, desk):
    visit(tab, f"{desk.url}/ticket")
    tab.keyboard.press("a")
    tab.keyboard.press("Control+Enter")
    tab.wait_for_selector(".answer .error")
    path, form, by_htmx = desk.posts[-1]
    assert (path, form["csrf"], by_htmx) == ("/tickets/q3v8Zt1LrYk/answer", ["c5rf"], True)
    expect(tab.locator("textarea[name=text]")).to_be_focused()


def test_a_reviewed_phrase_is_two_keys_away(tab, desk):
    visit(tab, f"{desk.url}/ticket")
    tab.keyboard.press("p")
    tab.keyboard.press("Enter")
    phrase = tab.locator("[data-phrase]").first.get_attribute("data-phrase")
    assert tab.input_value("textarea[name=text]").startswith(phrase)
    assert tab.evaluate("document.activeElement.name") == "text"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a" * 160, "1 (160/160)"),
        ("a" * 161, "2 (161/306)"),
        ("€" * 81, "2 (162/306)"),
        ("প" * 70, "1 (70/70)"),
        ("প" * 71, "2 (71/134)"),
    ],
)
def test_the_segments_of_an_answer_are_counted(tab, desk, text, said):
    visit(tab, f"{desk.url}/ticket")
    tab.fill("textarea[name=text]", text)
    assert f"Segments: {said}" in tab.inner_text("[data-count]")


AGAIN_AT_ONCE = """
() => {
  const again = () => document.dispatchEvent(new KeyboardEvent("keydown", { key: "3", bubbles: true }));
  document.addEventListener("htmx:before:settle", again, { once: true }); // the next card is there, htmx is not done yet
  window.pressed = new Promise((done) => {
    document.addEventListener("htmx:after:swap", () => setTimeout(() => { again(); done(); }), { once: true });
  });
}
"""


def test_a_key_pressed_twice_does_not_decide_the_next_card_unseen(tab, desk):
    visit(tab, f"{desk.url}/screening")
    tab.evaluate(AGAIN_AT_ONCE)
    tab.keyboard.press("3")
    tab.evaluate("pressed")
    expect(tab.locator("#cards .card")).to_have_count(2)
    tab.wait_for_timeout(300)
    assert [(path, form["decision"]) for path, form, _ in desk.posts] == [("/screening/s1", ["open:wash"])]


def test_nobody_is_marked_as_told_by_a_key_without_a_task_in_hand(tab, desk):
    visit(tab, f"{desk.url}/calls")
    tab.keyboard.press("t")
    tab.wait_for_timeout(200)
    assert not desk.posts


POLLED = """
() => {
  window.polled = new Promise((done) => document.addEventListener("htmx:finally:request", () => done(), { once: true }));
}
"""


def test_a_poll_says_that_it_is_one_and_asks_only_for_what_changed(tab, desk):
    tab.clock.install()
    visit(tab, f"{desk.url}/inbox")
    for _ in range(2):
        tab.evaluate(POLLED)
        tab.clock.run_for(15_100)
        tab.evaluate("polled")
    assert (desk.polls[0], set(desk.polls[1:])) == (None, {'"1"'})  # a third may come on a machine that takes its time


def test_a_sealed_page_is_covered_after_a_minute_and_hears_no_key_then(tab, desk):
    tab.clock.install()
    visit(tab, f"{desk.url}/ticket_sealed")
    tab.clock.run_for(61_000)
    assert not tab.locator(".words").first.is_visible()
    tab.keyboard.press("c")
    assert tab.locator("details[open]").count() == 0
    tab.click("[data-uncover]")
    assert tab.locator(".words").first.is_visible()


def test_escape_twice_leaves_a_sealed_page_and_going_back_does_not_return_to_it(tab, desk):
    visit(tab, f"{desk.url}/inbox")
    visit(tab, f"{desk.url}/ticket_sealed")
    leave_quickly(tab)
    tab.wait_for_url("**/help")
    tab.go_back()
    assert tab.url == f"{desk.url}/inbox"


def test_an_open_ticket_is_never_drawn_inside_a_sealed_room(tab, desk):
    tab.clock.install()
    visit(tab, f"{desk.url}/ticket_sealed")
    tab.clock.run_for(15_100)  # the refreshed rows know nothing of the room
    tab.wait_for_selector(".row[hx-get]")
    tab.click(".row >> nth=1")
    tab.wait_for_url("**/tickets/a")
    assert tab.locator(".strip").count() == 0


def test_no_key_acts_when_keys_are_switched_off(tab, desk):
    visit(tab, f"{desk.url}/screening_keyless")
    tab.keyboard.press("3")
    tab.wait_for_timeout(200)
    assert not desk.posts


def test_a_decision_works_without_scripts(browser, desk):
    desk.posts.clear()
    with browser.new_context(java_script_enabled=False) as context:
        tab = context.new_page()
        tab.goto(f"{desk.url}/screening")
        tab.click("button[value='open:wash'] >> nth=0")
    assert desk.posts[-1] == ("/screening/s1", {"csrf": ["c5rf"], "decision": ["open:wash"]}, False)


@pytest.mark.parametrize(
    ("language", "width"),
    [
        ("bn", 360),
        ("en", 1366),
        *(pytest.param(*one, marks=pytest.mark.full) for one in (("en", 360), ("my", 360), ("bn", 910))),
    ],
)
def test_no_page_is_wider_than_its_screen(tab, desk, language, width):
    tab.set_viewport_size({"width": width, "height": 800})
    for name in SAMPLES:
        visit(tab, f"{desk.url}/{name}?language={language}")
        assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name


def _handler(desk: Desk) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url, by_htmx = urlsplit(self.path), "HX-Request" in self.headers
            name = url.path.strip("/")
            if url.path.startswith("/static/"):
                file = render.STATIC / url.path.removeprefix("/static/")
                self._answer(file.read_bytes(), TYPES[file.suffix])
            elif self.headers.get("X-Poll"):
                tag = self.headers.get("If-None-Match")
                desk.polls.append(tag)
                rows = render.render_block("inbox.html", "rows", **SAMPLES["inbox"][1])
                self._answer(b"" if tag else rows.encode(), status=304 if tag else 200, etag='"1"')
            elif name.startswith("tickets/") and by_htmx:
                self._answer(render.render_block("ticket/show.html", "ticket", **SAMPLES["ticket"][1]).encode())
            elif name == "screening_keyless":
                self._answer(render.render("screening.html", **SAMPLES["screening"][1] | {"keys": False}).encode())
            elif name in SAMPLES:
                language = parse_qs(url.query).get("language", ["en"])[0]
                template, context = SAMPLES[name]
                self._answer(render.render(template, language=language, **context).encode())
            else:
                self._answer(b"<!doctype html><title>Help</title>")

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            desk.posts.append((self.path, form, "HX-Request" in self.headers))
            if self.path.startswith("/screening"):
                template, context = SAMPLES["screening"]
                self._answer(
                    render.render_block(template, "cards", **context | {"cards": context["cards"][1:]}).encode()
                )
            else:
                template, context = SAMPLES["ticket_mend"]
                self._answer(render.render_block(template, "ticket", **context).encode(), status=422)

        def _answer(
            self, body: bytes, kind: str = "text/html; charset=utf-8", status: int = 200, etag: str = ""
        ) -> None:
            self.send_response(status)
            headers = HEADERS | {
                "Content-Type": kind,
                "Content-Length": str(len(body)),
                "Cache-Control": "no-store",
                "ETag": etag,
            }
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(BrokenPipeError):  # the browser went on to the next page
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
