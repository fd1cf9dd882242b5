"""A tablet for tests: a browser with a profile on disk, pressed as a thumb would press it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Error, Page, Playwright

from feedback.desk import sessions
from feedback.models.staff import Staff
from feedback.web.page import COOKIE
from tests import factories
from tests.browser import conftest

FORMS = 40
CANARIES = ("kaniz heron seven", "তোফায়েল হেরন সাত", "ဟေရွန် ခုနစ်", "+8801712345678", "after dusk, her aunt")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
MATTER = ("matter", "yes", "yes", "yes")  # speak here, record, refer


@dataclass
class Tablet:
    """A browser with a profile on disk, in front of a desk."""

    playwright: Playwright
    desk: factories.Desk
    url: str
    profile: Path
    staff: Staff

    @contextmanager
    def open(self, *, network: bool = True, signed_in: bool = True, **more: object) -> Iterator[Page]:
        """Start the browser on its old profile, with the app open in it."""
        given = {"args": SWITCHES, "viewport": {"width": 390, "height": 844}, **more}
        context = self.playwright.chromium.launch_persistent_context(
            str(self.profile), executable_path=conftest.CHROMIUM, **given
        )
        try:
            if signed_in:
                context.add_cookies([self._cookie()])
            context.set_offline(not network)
            page = context.pages[0]
            page.set_default_timeout(1000 * conftest.PATIENCE)
            page.goto(f"{self.url}/tablet/")
            page.wait_for_selector("#app h1")
            yield page
        finally:
            with contextlib.suppress(Error):  # it may have been killed
                context.close()

    def set_up(self) -> None:
        """Signed in once with a network: the key and the codes are here."""
        with self.open() as page:
            page.wait_for_selector("[data-value=matter]")
            page.evaluate("navigator.serviceWorker.ready.then(() => true)")
            until(page, HAS_CODES)

    def _cookie(self) -> dict[str, object]:
        with self.desk.at() as session:
            token = sessions.start(session, self.staff)
        url = self.url.replace("http:", "https:")
        return {"name": COOKIE, "value": token, "url": url, "secure": True, "httpOnly": True, "sameSite": "Strict"}


HAS_CODES = """
new Promise((done) => {
  const asked = indexedDB.open("feedback-tablet");
  asked.onsuccess = () => {
    const found = asked.result.transaction("desk").objectStore("desk").get("desk");
    found.onsuccess = () => { asked.result.close(); done((found.result?.codes ?? []).length > 0); };
  };
})
"""


KEPT_PATHS = """
async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const kept = await (await caches.open(name)).keys();
    found.push(...kept.map((one) => new URL(one.url).pathname));
  }
  return found;
}
"""


def until(page: Page, promise: str) -> None:
    """Wait until what the page promises is true; `wait_for_function` takes the promise itself for true."""
    conftest.until(lambda: page.evaluate(promise), pause=lambda: page.wait_for_timeout(50))
