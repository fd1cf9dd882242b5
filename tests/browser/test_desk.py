"""The desk in Chromium: the main job with scripts and without, no complaint of the policy, no page wider than a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from feedback.models.reply import Reply, ReplyState
from feedback.models.ticket import Ticket
from tests import factories
from tests.browser.conftest import leave_quickly, ready, visit

LONG = "আসসালামু আলাইকুম, তিন দিন ধরে পানি নেই, ব্লক সি, ক্যাম্প ৯। বাচ্চারা অসুস্থ " + "x" * 90
PHONE = {"width": 390, "height": 844}
PAGES = {
    "agent": ("/", "/inbox", "/calls", "/intake", "/code", "/password"),
    "screener": ("/screening", "/quarantine"),
    "coordinator": ("/team",),
    "focal-point": ("/inbox?list=sealed",),
}


@pytest.fixture(autouse=True)
def _no_complaints(house):
    house.complaints.clear()
    yield
    assert house.complaints == []


def test_one_press_signs_in_to_a_demo_and_signing_out_closes_it(house):
    with house.browser.new_context() as context:
        page = context.new_page()
        visit(page, f"{house.url}/sign-in")
        page.locator('form:has(input[value="agent"]) button').click()
        page.wait_for_url(f"{house.url}/")
        expect(page.locator("h1")).to_contain_text("Good to see you")
        page.locator('form[action="/sign-out"] button').click()
        page.wait_for_url(f"{house.url}/sign-in")
        page.goto(f"{house.url}/inbox")
        assert page.url == f"{house.url}/sign-in"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_text_is_screened_answered_and_the_answer_taken_back(house, scripts):
    words, go = f"pani nai 3 din camp 9 {scripts}", visit if scripts else Page.goto
    (ticket_id,) = house.desk.hear(factories.inbound(words))
    with house.at("screener", java_script_enabled=scripts) as page:
        go(page, f"{house.url}/screening")
        card = page.locator("article.card", has_text=words)
        if scripts:
            card.focus()
            page.keyboard.press("3")
        else:
            card.click()  # its keys come with it
            card.locator('button[value="open:wash"]').click()
        expect(page.locator(".flash")).to_contain_text("Sent on")
        expect(page.locator("article.card", has_text=words)).to_have_count(0)
    ticket = house.desk.rows(Ticket, Ticket.id == ticket_id)[0]
    assert (ticket.sector, ticket.compartment) == ("wash", None)

    with house.at("agent", java_script_enabled=scripts) as page:
        go(page, f"{house.url}/inbox")
        page.locator(".row", has_text=words).click()
        page.fill('textarea[name="text"]', "The team comes this afternoon.")
        if scripts:
            page.keyboard.press("Control+Enter")
        else:
            page.locator("form.answer button.go").click()
        expect(page.locator(".flash")).to_contain_text("The answer waits")
        expect(page.locator(".message.ours")).to_contain_text("The team comes this afternoon.")
        expect(page).to_have_url(re.compile(rf"/{ticket.reference}$"))
        page.locator('.message.ours button:has-text("Take back")').click()
        expect(page.locator(".flash")).to_contain_text("taken back")
    reply = house.desk.rows(Reply, Reply.ticket_id == ticket_id)[0]
    assert reply.state is ReplyState.RECALLED


QUICK = """
(reference) => new Promise((done) => {
  const field = () => document.querySelector('textarea[name="text"]');
  document.addEventListener("htmx:before:settle", () => field().focus(), { once: true });
  document.addEventListener("htmx:after:swap", () => setTimeout(() => done(document.activeElement === field())), { once: true });
  document.querySelector(`.row[href$="${reference}"]`).click();
})
"""


def test_whoever_chose_a_field_while_a_ticket_was_being_drawn_stays_in_it(house):
    ticket = house.desk.ticket("the tap drips, quick")
    with house.at("agent") as page:
        visit(page, f"{house.url}/inbox")
        assert page.evaluate(QUICK, ticket.reference)


def test_a_mistake_is_mended_where_it_was_made(house):
    ticket = house.desk.ticket("the tap is dry, so mend it")
    with house.at("agent") as page:
        visit(page, f"{house.url}/tickets/{ticket.reference}")
        page.keyboard.press("n")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#e-note")).to_have_text("Write something first.")
    house.complaints[:] = [said for said in house.complaints if "422" not in said]  # the browser's own remark


def test_raising_takes_the_ticket_away_and_the_list_too(house):
    ticket = house.desk.ticket("somebody was hurt at the tap")
    with house.at("agent") as page:
        visit(page, f"{house.url}/tickets/{ticket.reference}")
        page.keyboard.press("s")
        page.locator('label:has(input[value="T3-G"])').click()
        page.locator('form[action$="/raise"] button.go').click()
        page.wait_for_url(f"{house.url}/inbox")
        expect(page.locator(".flash")).to_contain_text("It is sealed.")
        expect(page.locator(".row", has_text="somebody was hurt")).to_have_count(0)
    with house.at("focal-point") as page:
        visit(page, f"{house.url}/inbox?list=sealed")
        page.locator(f'.row[href$="{ticket.reference}"]').click()
        expect(page.locator(".strip")).to_contain_text("this opening is recorded")
        expect(page.locator("#thread")).to_contain_text("somebody was hurt")
        ready(page)
        leave_quickly(page)
        page.wait_for_url(f"{house.url}/code")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_is_wider_than_a_phone(house, scheme):
    ticket = house.desk.ticket(LONG, subcategory="no_water", place="camp-9")
    house.desk.ticket(LONG, tier="T3-G", sector="gbv")
    house.desk.hear(factories.inbound(LONG))
    for login, paths in PAGES.items():
        with house.at(login, viewport=PHONE, color_scheme=scheme) as page:
            more = (f"/tickets/{ticket.reference}",) if login == "agent" else ()
            for path in (*paths, *more):
                page.goto(house.url + path)
                assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path


def test_language_and_look_stay_chosen(house):
    with house.at("coordinator") as page:
        visit(page, f"{house.url}/inbox")
        look = page.locator("html")
        page.locator('button[name="theme"]').click()
        expect(look).to_have_attribute("data-theme", "dark")
        page.locator('button[name="language"][value="bn"]').click()
        expect(look).to_have_attribute("lang", "bn")
        expect(look).to_have_attribute("data-theme", "dark")
        expect(page).to_have_url(f"{house.url}/inbox")
        page.locator('button[name="language"][value="en"]').click()
        expect(look).to_have_attribute("lang", "en")
        page.locator('button[name="theme"]').click()
        expect(look).not_to_have_attribute("data-theme", "dark")
