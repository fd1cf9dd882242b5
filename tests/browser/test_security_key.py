"""A security key in Chromium, with an authenticator that the browser makes up: registered, used at the door, removed (I33)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pyotp
import pytest
from playwright.sync_api import Page, expect

from feedback import clock
from feedback.desk.sessions import DEMO_PASSWORD
from feedback.models.event import Event
from feedback.models.factor import SecurityKey
from feedback.models.staff import Staff
from tests.browser.conftest import visit

OURS = "The key did not answer."


@pytest.fixture(autouse=True)
def _no_complaints(house):
    house.complaints.clear()
    yield
    assert house.complaints == []


@contextmanager
def _with_a_key(page: Page) -> Iterator[str]:
    """A key is plugged in, and pressed whenever it is asked."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasUserVerification": False,
        "automaticPresenceSimulation": True,
    }
    yield devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    devtools.send("WebAuthn.disable")


def test_a_key_is_registered_used_and_removed(house):
    with house.at("coordinator") as page, _with_a_key(page):
        visit(page, f"{house.url}/settings")
        page.locator("#keys summary", has_text="Add a key").click()
        page.fill('input[name="key_name"]', "the blue one")
        page.fill('input[name="key_password"]', DEMO_PASSWORD)
        page.locator('button[data-security-key="/settings/keys/ask"]').click()
        expect(page.locator(".flash")).to_contain_text("The key is kept.")
        expect(page.locator("#keys li")).to_contain_text("the blue one")

        page.locator('form[action="/sign-out"] button').click()
        page.wait_for_url(f"{house.url}/sign-in")
        page.fill('input[name="name"]', "coordinator")
        page.fill('input[name="password"] >> nth=0', DEMO_PASSWORD)
        page.locator('button[data-security-key="/sign-in/key"]').click()
        page.wait_for_url(f"{house.url}/")
        (staff,) = house.desk.rows(Staff, Staff.login == "coordinator")
        (key,) = house.desk.rows(SecurityKey, SecurityKey.staff_id == staff.id)
        latest = house.desk.rows(Event, Event.action == "sign in")[-1]
        assert (latest.detail, key.used_at is not None) == (f"key:{key.id}", True)

        visit(page, f"{house.url}/settings")
        page.locator("#keys summary", has_text="Remove a key").click()
        page.locator("#keys label", has_text="the blue one").click()
        page.fill('input[name="remove_password"]', DEMO_PASSWORD)
        page.locator('form[action="/settings/keys/remove"] button').click()
        expect(page.locator(".flash")).to_contain_text("The key counts no more.")
    assert house.desk.rows(SecurityKey) == []


def test_where_no_key_answers_the_page_says_so_and_a_code_still_does(house):
    with house.browser.new_context() as context:
        page = context.new_page()
        with _with_a_key(page):
            visit(page, f"{house.url}/sign-in")
            page.fill('input[name="name"]', "agent")
            page.fill('input[name="password"] >> nth=0', DEMO_PASSWORD)
            page.locator('button[data-security-key="/sign-in/key"]').click()
            expect(page.locator("[data-wait]")).to_contain_text(OURS)
            (staff,) = house.desk.rows(Staff, Staff.login == "agent")
            seed = house.desk.parts.vault.unseal_secret(staff.id, staff.totp).decode()
            page.fill('input[name="code"] >> nth=0', pyotp.TOTP(seed).at(clock.now()))
            page.locator("form.form button.go").click()
            page.wait_for_url(f"{house.url}/")


def test_codes_are_printed_on_a_sheet_without_anything_else(house):
    with house.at("agent") as page:
        visit(page, f"{house.url}/settings")
        page.locator("#codes summary").click()
        page.fill('input[name="codes_password"]', DEMO_PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator(".codes li")).to_have_count(10)
        page.emulate_media(media="print")
        expect(page.locator(".nav")).to_be_hidden()
        expect(page.locator("button[data-print]")).to_be_hidden()
        expect(page.locator(".codes")).to_be_visible()
