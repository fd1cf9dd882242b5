"""How long a change of user takes on a shared tablet: a name, six digits, the first screen again. Run from the root:

    .venv/bin/python -m bench.shared [RUNS]

Needs Chromium. Asked are at most five seconds (decision 16). The hand that presses is a program's: a person adds their own.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import time

from playwright.sync_api import Page, sync_playwright

from bench.tablet import desk
from feedback.desk import devices, sessions
from feedback.models.staff import Role
from feedback.web.look import DEVICE
from feedback.web.page import COOKIE
from tests.factories import PASSWORD

PINS = ("482109", "770213")


def main(runs: int) -> None:
    """Two volunteers change places, so often with the desk in reach and so often without."""
    with desk() as (house, url), sync_playwright() as playwright:
        people = [house.staff(Role.VOLUNTEER, places=["camp-9"], name=name) for name in ("Rahima", "Nur")]
        lead = house.staff(Role.COORDINATOR)
        with house.at() as session:
            device, enrolled = devices.enrol(session, lead, "Tablet 3")
            for staff, pin in zip(people, PINS, strict=True):
                mine = house.mine(session, staff)
                devices.set_pin(session, mine, device, password=PASSWORD, pin=pin, label=staff.name)
            signed_in = sessions.start(session, people[0])
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        with browser.new_context(viewport={"width": 390, "height": 844}) as context:
            secure = url.replace("http:", "https:")
            for name, value in ((COOKIE, signed_in), (DEVICE, enrolled)):
                context.add_cookies(
                    [{"name": name, "value": value, "url": secure, "secure": True, "sameSite": "Strict"}]
                )
            page = context.new_page()
            page.goto(f"{url}/tablet/")
            page.wait_for_selector("[data-value=change]")
            for line in ("with the desk in reach", "without a network"):
                context.set_offline(line == "without a network")
                taken = [_change(page, people[n % 2].reference, PINS[n % 2]) for n in range(1, runs + 1)]
                print(f"{line:<24}{statistics.median(taken):>7.2f} s   (slowest of {runs}: {max(taken):.2f} s)")
        browser.close()


def _change(page: Page, reference: str, pin: str) -> float:
    began = time.perf_counter()
    for value in ("change", reference, *pin):
        page.click(f"#app [data-value='{value}']")
    page.wait_for_selector("#who")
    return time.perf_counter() - began


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
