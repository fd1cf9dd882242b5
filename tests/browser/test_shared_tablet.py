"""A tablet that volunteers share, in Chromium: a name, six digits, and the next one fills in, with a network and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from feedback.desk import devices
from feedback.models.device import Device
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from feedback.web.look import DEVICE
from tests.browser.spying import traces
from tests.browser.tablets import HAS_CODES, Tablet, until
from tests.browser.test_tablet import fill_in, playwright, press, tablet, waits
from tests.factories import PASSWORD

__all__ = ["playwright", "tablet"]
PIN, HIS = "482109", "770213"


@pytest.fixture
def shared(tablet: Tablet) -> tuple[Tablet, str, Staff]:
    """The tablet's own volunteer and one more have PINs on it; its cookie, and the other one."""
    other = tablet.desk.staff(Role.VOLUNTEER, places=["camp-9"], name="Nur")
    lead = tablet.desk.staff(Role.COORDINATOR)
    with tablet.desk.at() as session:
        device, token = devices.enrol(session, lead, "Tablet 3")
        for staff, pin, label in ((tablet.staff, PIN, "Rahima"), (other, HIS, "Nur")):
            mine = tablet.desk.mine(session, staff)
            assert devices.set_pin(session, mine, device, password=PASSWORD, pin=pin, label=label)
    return tablet, token, other


def _enrolled(page: Page, tablet: Tablet, token: str) -> None:
    """The app has all that it needs by then, and hears of its enrolment all the same, at its next start."""
    until(page, HAS_CODES)
    url = tablet.url.replace("http:", "https:")
    cookie = {"name": DEVICE, "value": token, "url": url, "secure": True, "httpOnly": True, "sameSite": "Strict"}
    page.context.add_cookies([cookie])
    slow_is_not_lost = "AbortSignal.timeout = () => new AbortController().signal"
    page.add_init_script(slow_is_not_lost)


def _take_over(page: Page, staff: Staff, pin: str) -> None:
    """How long it takes is measured in `bench.shared`."""
    press(page, "change", staff.reference, *pin)
    page.wait_for_selector("#who")


def test_two_volunteers_change_places_and_each_form_is_its_own_s(shared) -> None:
    tablet, token, other = shared
    with tablet.open() as page:
        _enrolled(page, tablet, token)
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")  # or it could not start without a network
        page.reload()
        page.wait_for_selector("[data-value=change]")
        _take_over(page, other, HIS)
        expect(page.locator("#who")).to_have_text("Filling in: Nur")
        matter = page.locator("[data-value=matter]").element_handle()
        page.click("#send-now")
        expect(page.locator("#said")).not_to_be_empty()
        assert matter.evaluate("one => one.isConnected")  # a press that has begun is not lost
        fill_in(page, "no water")
        expect(page.locator("#waiting")).to_have_attribute("data-n", "0")

        page.context.set_offline(True)
        _take_over(page, tablet.staff, PIN)
        expect(page.locator("#said")).to_contain_text("the desk checks the PIN")
        fill_in(page, "no light")
        assert waits(page) == 1
        _take_over(page, other, "000000")  # nothing here can tell that it is wrong
        fill_in(page, "no soap")
        page.context.set_offline(False)
        page.click("#send-now")
        expect(page.locator("#waiting")).to_have_attribute("data-n", "0")
    assert [one.entered_by for one in tablet.desk.rows(Ticket)] == [other.id, tablet.staff.id, other.id]
    assert traces(tablet.profile, (PIN, HIS)) == []  # no PIN was ever written


def test_a_wrong_pin_is_told_and_five_of_them_send_to_the_door(shared) -> None:
    tablet, token, other = shared
    with tablet.open() as page:
        _enrolled(page, tablet, token)
        page.reload()
        press(page, "change", other.reference)
        for times in range(5):
            press(page, *"000001")
            assert page.get_by_role("button", name="Take the last digit back", exact=True).is_visible()
            said = "This PIN is wrong." if times < 4 else "Sign in with your password and code"
            expect(page.locator(".notice")).to_contain_text(said)
            expect(page.locator(".code")).to_have_text("······")
        assert page.locator("a[href='/tablet/sign-in']").count() == 1


def test_a_device_that_was_ended_lets_nobody_take_over(shared) -> None:
    tablet, token, other = shared
    with tablet.open() as page:
        _enrolled(page, tablet, token)
        page.reload()
        page.wait_for_selector("[data-value=change]")
        (device,) = tablet.desk.rows(Device)
        lead = tablet.desk.staff(Role.COORDINATOR)
        with tablet.desk.at() as session:
            devices.end(session, lead, device.reference)
        press(page, "change", other.reference, *HIS)
        expect(page.locator(".notice")).to_contain_text("Sign in with your password and code")
