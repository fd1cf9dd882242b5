"""The offline app in Chromium at phone width: no network, a dying tab, a flaky line, and a thief with the disk."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, Route, expect, sync_playwright

from feedback import wiring
from feedback.desk import recordings
from feedback.models.message import Message, Recording, RecordingState
from feedback.models.staff import Role
from feedback.models.ticket import Status, Ticket
from tests import factories
from tests.browser.conftest import address, listen, served, until
from tests.browser.spying import traces
from tests.browser.tablets import CANARIES, FORMS, KEPT_PATHS, MATTER, SWITCHES, Tablet


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture
def tablet(
    tmp_path: Path, playwright: Playwright, sqlite_template: Path, key_file: Path, token_file: Path
) -> Iterator[Tablet]:
    shutil.copy(sqlite_template, tmp_path / "desk.db")
    door = listen()
    settings = factories.settings(f"sqlite:///{tmp_path / 'desk.db'}", key_file, token_file, public_url=address(door))
    parts = wiring.live(settings)
    desk = factories.Desk(parts)
    staff = desk.staff(Role.VOLUNTEER, places=["camp-9", "camp-8e"])
    with served(parts, door):
        yield Tablet(playwright, desk, settings.public_url, tmp_path / "profile", staff)


def press(page: Page, *values: str) -> None:
    for value in values:
        page.click(f"#app [data-value='{value}']")


def fill_in(page: Page, text: str) -> str:
    """One form, as a volunteer fills it in; the code that is said to the person."""
    press(page, *MATTER, "yes")
    page.fill("input[type=tel]", "+8801712345678")
    page.fill("textarea", "after dusk, her aunt")
    press(page, "next", "wash", "no_water")
    page.fill("textarea", text)
    press(page, "rhg", "next", "camp-9", "save")
    code = page.inner_text("#code").replace(" ", "")
    press(page, "home")
    return code


def waits(page: Page) -> int:
    return int(page.get_attribute("#waiting", "data-n") or -1)


def test_it_opens_and_works_without_a_network(tablet: Tablet) -> None:
    tablet.set_up()
    with tablet.open(network=False, signed_in=False) as page:
        code = fill_in(page, "no water")
        assert len(code) == 8
        assert waits(page) == 1
    assert tablet.desk.rows(Ticket) == []


def test_forms_filled_in_offline_outlive_the_tab_and_the_browser_and_arrive_once_each(tablet: Tablet) -> None:
    tablet.set_up()
    given: list[str] = []
    with tablet.open(network=False, signed_in=False) as page:
        given += [fill_in(page, f"{CANARIES[n % 3]} {n}") for n in range(FORMS // 2)]
        press(page, *MATTER)
        _kill(tablet.profile)
    with tablet.open(network=False, signed_in=False) as page:
        given += [fill_in(page, f"{CANARIES[n % 3]} {n}") for n in range(FORMS // 2, FORMS)]
        assert waits(page) == FORMS
    assert traces(tablet.profile, CANARIES) == []

    with tablet.open(network=False) as page:
        _make_flaky(page.context)
        page.context.set_offline(False)
        until(lambda: waits(page) == 0, seconds=120, pause=lambda: _send(page))
        page.context.unroute_all(behavior="wait")
    tickets = tablet.desk.rows(Ticket)
    assert len(tickets) == len(tablet.desk.rows(Message)) == FORMS
    assert {ticket.code for ticket in tickets} == set(given)
    assert {(ticket.sector, ticket.status) for ticket in tickets} == {("wash", Status.TRIAGED)}
    assert traces(tablet.profile, CANARIES) == []


def test_the_spy_would_find_words_that_were_kept(tablet: Tablet) -> None:
    """So that finding nothing means something."""
    tablet.set_up()
    with tablet.open() as page:
        page.evaluate("""(words) => new Promise((done) => {
          const asked = indexedDB.open("a thief's", 1);
          asked.onupgradeneeded = () => asked.result.createObjectStore("kept");
          asked.onsuccess = () => {
            const work = asked.result.transaction("kept", "readwrite");
            words.forEach((word, n) => work.objectStore("kept").put({ word }, n));
            work.oncomplete = () => { asked.result.close(); done(); };
          };
        })""", list(CANARIES))  # fmt: skip
    assert {found.word for found in traces(tablet.profile, CANARIES)} == set(CANARIES)


def test_something_serious_can_not_be_read_back_by_who_entered_it(tablet: Tablet) -> None:
    tablet.set_up()
    with tablet.open() as page:
        press(page, "serious", "next", "T3-G", "next", "yes", "yes", "yes")
        page.fill("textarea", "after dusk, her aunt")
        press(page, "next", "Focal point for violence at home or outside", "save")
        code = page.inner_text("#code").replace(" ", "")
        press(page, "home")
        expect(page.locator("#waiting")).to_have_attribute("data-n", "0")
        (ticket,) = tablet.desk.rows(Ticket)
        assert (ticket.compartment, ticket.code) == ("gbv", code)
        assert page.goto(f"{tablet.url}/tickets/{ticket.reference}").status == 404
        page.goto(f"{tablet.url}/inbox")
        assert "after dusk" not in page.content()


def test_a_voice_note_is_sealed_with_its_form_and_plays_at_the_desk(tablet: Tablet) -> None:
    tablet.set_up()
    fake = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    with tablet.open(args=[*SWITCHES, *fake]) as page:
        press(page, *MATTER, "no", "wash", "no_water", "voice")
        expect(page.locator(".voice [role=status]")).to_have_text(re.compile(r"[2-9]|1\d"))
        press(page, "stop")
        page.wait_for_selector("#app [data-value=again]")
        press(page, "next", "camp-9", "save", "home")
        expect(page.locator("#waiting")).to_have_attribute("data-n", "0")
    (recording,) = tablet.desk.rows(Recording)
    assert (recording.state, recording.media_type) == (RecordingState.STORED, "audio/webm")
    assert (recording.size or 0) > 500
    (ticket,) = tablet.desk.rows(Ticket)
    screener = tablet.desk.screener()
    with tablet.desk.at() as session:
        sound = recordings.listen(session, screener, ticket, recording)
    assert sound.startswith(b"\x1a\x45\xdf\xa3")  # as WebM begins


@pytest.mark.parametrize("language", ["bn", "my"])
def test_the_app_speaks_the_volunteers_language_and_the_slip_the_persons(tablet: Tablet, language: str) -> None:
    tablet.set_up()
    with tablet.open(network=False, signed_in=False) as page:
        press(page, language)
        expect(page.locator("html")).to_have_attribute("lang", language)
        press(page, *MATTER, "no", "wash", "no_water", "en", "next", "camp-9", "save")
        assert page.get_attribute(".slip .aloud", "lang") == "en"
        assert page.inner_text("#code") in page.inner_text(".slip .aloud")
        shown = page.inner_text("#app")
    assert not any(english in shown for english in ("Saved", "The next person", "Print"))


def test_nobody_overhears_or_nothing_is_kept(tablet: Tablet) -> None:
    tablet.set_up()
    with tablet.open(network=False, signed_in=False) as page:
        press(page, "matter", "no", "leave")
        page.wait_for_selector("#waiting")
        press(page, "matter", "yes", "no", "save", "home")
        assert waits(page) == 1
    with tablet.open() as page:
        expect(page.locator("#waiting")).to_have_attribute("data-n", "0")
    (ticket,) = tablet.desk.rows(Ticket)
    assert (ticket.status, ticket.code, ticket.facts) == (Status.CLOSED, None, None)


def test_what_waits_outlives_a_browser_that_lets_its_cache_go_and_storage_is_asked_to_stay(tablet: Tablet) -> None:
    tablet.set_up()
    with tablet.open(network=False) as page:
        page.add_init_script("navigator.storage.persist = async () => { window.asked = true; return false; };")
        page.reload()
        page.wait_for_selector("[data-value=matter]")
        assert page.evaluate("window.asked")
        expect(page.locator("#app")).to_contain_text("This browser may clear its storage. Send often.")
        fill_in(page, "no water")
        page.evaluate("caches.keys().then((all) => Promise.all(all.map((name) => caches.delete(name))))")
    with tablet.open() as page:
        expect(page.locator("#waiting")).to_have_attribute("data-n", "0")
    assert len(tablet.desk.rows(Ticket)) == 1


def test_answered_on_the_spot_takes_four_presses(tablet: Tablet) -> None:
    tablet.set_up()
    with tablet.open() as page:
        press(page, "spot", "health", "medicine", "save")
        press(page, "home")
        expect(page.locator("#waiting")).to_have_attribute("data-n", "0")
    (ticket,) = tablet.desk.rows(Ticket)
    assert (ticket.status, ticket.sector, ticket.subcategory) == (Status.CLOSED, "health", "medicine")


def test_signing_out_leaves_what_was_not_sent(tablet: Tablet) -> None:
    tablet.set_up()
    with tablet.open() as page:
        page.context.set_offline(True)
        fill_in(page, "no water")
        page.context.route("**/sync", lambda route: route.abort())
        page.context.set_offline(False)
        page.goto(f"{tablet.url}/inbox")
        page.locator('form[action="/sign-out"] button').first.click()
        page.wait_for_url(f"{tablet.url}/sign-in")
        page.goto(f"{tablet.url}/tablet/")
        page.wait_for_selector("#waiting")
        assert waits(page) == 1


def test_every_key_is_large_enough_for_a_thumb(tablet: Tablet) -> None:
    tablet.set_up()
    with tablet.open(has_touch=True) as page:
        for value in (None, *MATTER, "no", "wash", "no_water", "next", "camp-9"):
            if value is not None:
                press(page, value)
            small = page.eval_on_selector_all(
                "#app button, #app a, #app input, #app summary",
                "all => all.filter(one => one.offsetParent && (one.offsetHeight < 44 || one.offsetWidth < 44)).map(one => one.outerHTML)",
            )
            assert small == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_worker_keeps_the_shell_and_nothing_of_the_desk(tablet: Tablet) -> None:
    tablet.set_up()
    with tablet.open() as page:
        page.goto(f"{tablet.url}/inbox")
        page.goto(f"{tablet.url}/tablet/")
        page.wait_for_selector("#waiting")
        kept = page.evaluate(KEPT_PATHS)
    assert kept
    assert all(path.startswith("/tablet/") for path in kept)


def _kill(profile: Path) -> None:
    """As a phone kills what it has no memory or battery for: no good-bye, no saving. Only the browser of this profile."""
    for pid in _processes(profile):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    until(lambda: not _processes(profile))  # until then its files are not free for the next one


def _processes(profile: Path) -> list[int]:
    """The browser and its children that run; what has ended has no words left."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if f"--user-data-dir={profile}".encode() in process.read_bytes():
                found.append(int(process.parent.name))
    return found


def _send(page: Page) -> None:
    page.click("#send-now")
    page.wait_for_timeout(150)


def _make_flaky(context: BrowserContext) -> None:
    """Every third request is lost on its way, every third answer is: the desk has the forms, the tablet does not know."""
    count = {"n": 0}

    def handle(route: Route) -> None:
        count["n"] += 1
        if count["n"] % 3 == 0:
            route.abort("timedout")
        elif count["n"] % 3 == 1 and route.request.method == "POST":
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    context.route("**/sync", handle)
