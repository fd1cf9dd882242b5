"""The page in a real browser, on a phone's and a laptop's width, by day and by night."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from channels.sandbox import sounds
from tests.channels.sandbox.conftest import ANNA, OURS, House
from tests.channels.sandbox.test_calls import BOX, INBOUND, LANGUAGE, MENU, RECORDED, RECORDING, THANKS

expect.set_options(timeout=30_000)  # a loaded machine takes its time
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium (name it in CHROMIUM)"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=args)
        yield launched
        launched.close()


@pytest.fixture(params=[(390, "light"), (1366, "dark")], ids=str)
def page(request: pytest.FixtureRequest, browser: Browser, house: House) -> Iterator[Page]:
    width, scheme = request.param
    opened, problems = browser.new_page(viewport={"width": width, "height": 820}, color_scheme=scheme), []
    opened.on("console", lambda line: problems.append(line.text) if line.type in {"error", "warning"} else None)
    opened.on("pageerror", lambda problem: problems.append(str(problem)))
    house.desk.answers |= {INBOUND: MENU, LANGUAGE: BOX, RECORDED: THANKS}
    opened.goto(house.url)
    yield opened
    assert not opened.evaluate("document.documentElement.scrollWidth > innerWidth")
    opened.close()
    assert problems == []


def test_a_sample_is_sent_with_one_press_and_the_answer_arrives(page: Page, house: House) -> None:
    page.get_by_role("button", name="বাংলা").click()
    page.get_by_role("button", name="a fault").click()
    expect(page.locator("#thread .mine")).to_have_count(1)

    house.twilio.messages.create(to=ANNA, from_=OURS, body="ধন্যবাদ। মেরামতের দল আজ আসবে।")

    expect(page.locator("#thread .msg:not(.mine) p")).to_have_text("ধন্যবাদ। মেরামতের দল আজ আসবে।")
    assert "পানি নেই" in house.desk.at("/hooks/twilio-sms/inbound")[0]["Body"]
    expect(page.locator(".steps li.done")).to_have_count(2)


def test_two_people_can_be_played_and_a_new_text_shows_on_the_other_phone(page: Page, house: House) -> None:
    page.get_by_role("button", name="Phone 2").click()
    page.get_by_label("Your text").fill("<b>hello</b>")
    page.get_by_label("Your text").press("Enter")
    expect(page.locator("#thread .mine p")).to_have_text("<b>hello</b>")

    house.twilio.messages.create(to=ANNA, from_=OURS, body="For the other phone")

    expect(page.get_by_role("button", name="Phone 1 1 new")).to_be_visible()
    expect(page.locator("#thread")).not_to_contain_text("For the other phone")


def test_a_text_the_desk_did_not_take_says_so(page: Page, house: House) -> None:
    house.desk.statuses = [403]

    page.get_by_role("button", name="thanks").click()

    expect(page.get_by_role("status")).to_have_text("The desk refused it (status 403).")
    expect(page.locator("#thread .bad")).to_contain_text("did not take it")


def test_the_hotline_is_called_keys_are_pressed_and_a_sound_file_is_left(page: Page, house: House) -> None:
    page.get_by_role("tab", name="Call").click()
    page.get_by_role("button", name="Call the hotline").click()
    page.locator("#keypad").get_by_role("button", name="2").click()

    file = {"name": "words.wav", "mimeType": "audio/wav", "buffer": sounds.tone("chime")}
    page.locator("#file").set_input_files(files=[file])  # type: ignore[list-item]

    expect(page.locator("#heard")).to_contain_text("Thank you.")
    expect(page.locator("#heard")).to_contain_text("The call has ended.")
    assert house.desk.at(LANGUAGE)[0]["Digits"] == "2"
    assert house.desk.wait_for(RECORDING)[0]["RecordingDuration"] == "2"
